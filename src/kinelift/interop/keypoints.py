"""Read 2D keypoints, whichever file they come in."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from kinelift.body import Keypoints, Skeleton
from kinelift.interop.keypoint_track import Said, Track, complete
from kinelift.interop.keypoints_json import read_keypoints_json
from kinelift.interop.keypoints_npz import read_keypoints_npz

FORMATS: dict[str, Callable[[Path], tuple[Track, ...]]] = {
    "json": read_keypoints_json,
    "npz": read_keypoints_npz,
}
"""Every format and its reader."""


def read_keypoints(
    path: str | os.PathLike[str],
    *,
    format: str | None = None,
    skeleton: Skeleton | str | None = None,
    fps: float | None = None,
    image_size: tuple[int, int] | None = None,
    person: int | None = None,
) -> Keypoints:
    """Read one person's keypoints: an .npz or .json of keypoints, or those that a motion.npz or motion.json carries.

    What the file does not say (skeleton, fps, image_size) must be said here. An fps or image_size given replaces the
    file's; `person` is an id where the file holds several. Errors name the argument that is wanting.
    """
    people = read_people(path, format=format, skeleton=skeleton, fps=fps, image_size=image_size)
    ids = ", ".join(map(str, people))
    if person is None and len(people) > 1:
        raise ValueError(
            f"{path}: holds several people ({ids}); choose one with person=, or read all with read_people(...)."
        )
    chosen = next(iter(people)) if person is None else person
    if chosen not in people:
        raise ValueError(f"{path}: person {chosen} is not in it; person= may be {ids}.")
    return people[chosen]


def read_people(
    path: str | os.PathLike[str],
    *,
    format: str | None = None,
    skeleton: Skeleton | str | None = None,
    fps: float | None = None,
    image_size: tuple[int, int] | None = None,
) -> dict[int, Keypoints]:
    """Read the keypoints of everybody in a file by their ids, in the file's order; see `read_keypoints`."""
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"{path}: no such file.")
    if path.is_dir():
        raise ValueError(f"{path}: is a folder; name the file of keypoints in it.")
    format = format or keypoint_format(path)
    if format not in FORMATS:
        raise ValueError(f"{path}: unknown format; say it with format=, one of {', '.join(FORMATS)}.")
    tracks = FORMATS[format](path)
    if not tracks:
        raise ValueError(f"{path}: holds nobody.")
    return {track.person: complete(track, Said(skeleton, fps, image_size), path) for track in tracks}


def keypoint_format(path: Path) -> str | None:
    """Tell a file's format by its suffix, else by how it begins; None is no format of keypoints."""
    if path.suffix.lower() in (".json", ".npz"):
        return path.suffix.lower().removeprefix(".")
    if not path.is_file():
        return None
    with path.open("rb") as file:
        start = file.read(64).lstrip()
    if start.startswith(b"PK\x03\x04"):
        return "npz"
    return "json" if start.startswith(b"{") else None
