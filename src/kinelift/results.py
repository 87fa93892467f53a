"""Stage 6: a recording or a motion to files."""

from __future__ import annotations

import os
from pathlib import Path

from kinelift.body import Motion, Recording
from kinelift.export.motion_json import write_motion_json
from kinelift.export.motion_npz import write_motion_npz
from kinelift.viewer.view import write_view


def write(result: Recording | Motion, path: str | os.PathLike[str]) -> tuple[Path, ...]:
    """Write a recording or a motion in the format that the suffix names, and return the files written.

    .npz holds one person: of a recording the first, the others going to files of their own, <name>_<id>.npz.
    .json is the whole recording, .html a page to look at it. Motion stays in the frame it is in.
    """
    path = Path(path)
    match path.suffix.lower():
        case ".npz":
            return _write_npz(result, path)
        case ".json":
            if isinstance(result, Motion):
                raise ValueError(
                    f"{path}: a .json holds a whole recording; write a bare motion as .npz or .html."
                )
            write_motion_json(result, path)
        case ".html":
            write_view(result, path, title=path.stem)
        case suffix:
            raise ValueError(
                f"{path}: no format has the suffix {suffix!r}; choose one of .npz, .json, .html."
            )
    return (path,)


def _write_npz(result: Recording | Motion, path: Path) -> tuple[Path, ...]:
    if isinstance(result, Motion):
        write_motion_npz(result, path)
        return (path,)
    if not result.people:
        raise ValueError(f"{path}: nobody in the recording to write.")
    paths = (path, *(path.with_stem(f"{path.stem}_{person.id}") for person in result.people[1:]))
    for person, own_path in zip(result.people, paths, strict=True):
        write_motion_npz(person, own_path)
    return paths
