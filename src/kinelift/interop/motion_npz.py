"""Read motion.npz. Nothing is unpickled: a file that holds objects is refused."""

from __future__ import annotations

import os
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from kinelift.body import Motion, Skeleton
from kinelift.interop.file_beginnings import beginning, check_archive

FORMAT = "kinelift.motion"
SCHEMA_VERSION = 1
"""Raised when a reader of the older version would misread a file; new arrays alone do not raise it."""

NEEDED = (
    "schema_version",
    "joints",
    "observed",
    "scores",
    "fps",
    "frame",
    "skeleton_name",
    "skeleton_names",
    "skeleton_parents",
)
DAMAGED = (
    ValueError,
    EOFError,
    OSError,
    KeyError,
    RuntimeError,
    NotImplementedError,
    MemoryError,
    OverflowError,
    SyntaxError,
    TypeError,
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
)
"""What numpy and zipfile are known to raise on files that are cut short, foreign or altered."""


def load_motion(path: str | os.PathLike[str]) -> Motion:
    """Read the motion of a motion.npz, in the frame it was written in and with the skeleton stored in it."""
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"{path}: no such file.")
    if path.is_dir():
        raise ValueError(f"{path}: is a folder; name the motion.npz in it.")
    with path.open("rb") as file:
        if beginning(file) == "JSON":
            raise ValueError(
                f"{path}: is JSON, not a motion.npz; kinelift.read_recording reads a motion.json."
            )
    arrays = _arrays(path)
    try:
        return _motion(arrays)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def _arrays(path: Path) -> dict[str, np.ndarray]:
    try:
        with path.open("rb") as file:
            check_archive(file)
            loaded: Any = np.load(file, allow_pickle=False)
            present = loaded.files
            arrays = {name: loaded[name] for name in NEEDED if name in present}
    except PermissionError:
        raise
    except DAMAGED as error:
        raise ValueError(
            f"{path}: not a readable motion.npz ({type(error).__name__}: {error}). It is cut short, "
            "damaged or something else; write it again with kinelift."
        ) from error
    missing = [name for name in NEEDED if name not in arrays]
    if missing:
        raise ValueError(
            f"{path}: not a motion.npz of kinelift: {', '.join(missing)} missing; "
            f"it holds {', '.join(present) or 'nothing'}."
        )
    return arrays


def _motion(arrays: dict[str, np.ndarray]) -> Motion:
    version = int(_scalar(arrays, "schema_version", "iu"))
    if version > SCHEMA_VERSION:
        raise ValueError(
            f"schema version {version}, and this kinelift reads up to {SCHEMA_VERSION}; upgrade it."
        )
    frame = str(_scalar(arrays, "frame", "U"))
    if frame not in ("camera", "world"):
        raise ValueError(f'frame: "camera" or "world" expected, got {frame!r}.')
    skeleton = _skeleton(arrays)
    n_frames = len(_array(arrays, "observed", "b", (None,)))
    return Motion(
        joints=_array(arrays, "joints", "f", (n_frames, len(skeleton), 3)).astype(np.float32),
        observed=arrays["observed"],
        scores=_array(arrays, "scores", "f", (n_frames, len(skeleton))).astype(np.float32),
        skeleton=skeleton,
        fps=float(_scalar(arrays, "fps", "f")),
        frame=frame,
    )


def _skeleton(arrays: dict[str, np.ndarray]) -> Skeleton:
    names = _array(arrays, "skeleton_names", "U", (None,))
    parents = _array(arrays, "skeleton_parents", "iu", (None,))
    name = str(_scalar(arrays, "skeleton_name", "U"))
    return Skeleton(name, tuple(map(str, names)), tuple(map(int, parents)))


def _scalar(arrays: dict[str, np.ndarray], name: str, kinds: str) -> Any:
    return _array(arrays, name, kinds, ()).item()


def _array(arrays: dict[str, np.ndarray], name: str, kinds: str, shape: tuple[int | None, ...]) -> np.ndarray:
    """Return an array if its kind (numpy's letters) and shape (None is any length) are the expected ones."""
    array = arrays[name]
    fits = len(array.shape) == len(shape) and all(
        expected in (None, actual) for actual, expected in zip(array.shape, shape, strict=True)
    )
    if array.dtype.kind not in kinds or not fits:
        wanted = str(shape).replace("None", "any")
        raise ValueError(
            f"{name}: shape {wanted} of kind {kinds!r} expected, got {array.dtype} of shape {array.shape}."
        )
    return array
