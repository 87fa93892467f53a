"""What a file of keypoints is, told by its name, its first bytes and the names of its arrays."""

from __future__ import annotations

import zipfile
from pathlib import Path


def keypoint_format(path: Path) -> str | None:
    """Tell a file's format by its suffix, else by how it begins; None is no format of keypoints.

    Whose .npz it is, its arrays say.
    """
    format = path.suffix.lower().removeprefix(".")
    if format not in ("json", "npz"):
        format = _format_of_start(path)
    return "videopose3d" if format == "npz" and _is_videopose3d(path) else format


def array_names(path: Path) -> set[str]:
    """Return the names of the arrays in an .npz; none where it is not one."""
    try:
        with zipfile.ZipFile(path) as archive:
            return {name.removesuffix(".npy") for name in archive.namelist()}
    except (OSError, zipfile.BadZipFile):
        return set()


def _is_videopose3d(path: Path) -> bool:
    """Tell VideoPose3D's and Detectron's .npz by the arrays in it."""
    names = array_names(path)
    return "positions_2d" in names or {"boxes", "keypoints"} <= names


def _format_of_start(path: Path) -> str | None:
    if not path.is_file():
        return None
    with path.open("rb") as file:
        start = file.read(64).lstrip()
    if start.startswith(b"PK\x03\x04"):
        return "npz"
    return "json" if start.startswith(b"{") else None
