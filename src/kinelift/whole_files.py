"""Files that are there whole or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Yield a temporary path beside `path`; what is written there takes its place when the block ends well.

    An error in the block leaves the old file as it was and no temporary behind. An OSError names `path`, which the
    user knows. The temporary keeps the suffix, which some writers insist on, and starts with a dot.
    """
    target = Path(path)
    if not target.parent.is_dir():
        raise FileNotFoundError(f"{target}: the folder {target.parent} does not exist; make it first.")
    if target.is_dir():
        raise ValueError(f"{target}: is a folder; name the file to write in it.")
    temporary = target.with_name(f".{target.stem}.{secrets.token_hex(4)}{target.suffix}")
    try:
        yield temporary
        os.replace(temporary, target)
    except OSError as error:
        # A full disk names no file at all, a closed folder the temporary.
        if error.errno is None or error.filename not in (None, str(temporary)):
            raise
        raise OSError(error.errno, error.strerror, str(target)) from error
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def replacing_folder(path: str | os.PathLike[str], *, of: str) -> Iterator[Path]:
    """Yield a temporary folder beside `path`; it takes its place when the block ends well.

    A folder that is there already is replaced if it holds nothing but files whose names match `of`.
    """
    target = Path(path)
    if not target.parent.is_dir():
        raise FileNotFoundError(f"{target}: the folder {target.parent} does not exist; make it first.")
    if target.exists() and not (target.is_dir() and all(each.match(of) for each in target.iterdir())):
        raise ValueError(f"{target}: is there and holds more than {of}; remove it or name another.")
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    temporary.mkdir()
    try:
        yield temporary
        if target.exists():
            shutil.rmtree(target)
        os.replace(temporary, target)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


@contextmanager
def folder_for_results(path: str | os.PathLike[str]) -> Iterator[None]:
    """Make a folder and those it is in; where the block fails, those made for it go if nothing is in them."""
    folder = Path(path)
    made = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield
    except BaseException:
        for each in made:
            with suppress(OSError):  # something is in it
                each.rmdir()
        raise


def write_whole(path: str | os.PathLike[str], text: str) -> None:
    """Write a file of text, UTF-8 with plain line ends, in one go."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")
