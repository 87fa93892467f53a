"""Read 2D keypoints, whichever file they come in."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from pathlib import Path

from kinelift.body import Keypoints, Skeleton
from kinelift.interop.keypoint_formats import keypoint_format
from kinelift.interop.keypoint_track import Said, Track, complete
from kinelift.interop.keypoints_json import read_keypoints_json
from kinelift.interop.keypoints_npz import read_keypoints_npz
from kinelift.interop.keypoints_videopose3d import read_keypoints_videopose3d

FORMATS: dict[str, Callable[[Path], tuple[Track, ...]]] = {
    "json": read_keypoints_json,
    "npz": read_keypoints_npz,
    "videopose3d": read_keypoints_videopose3d,
}
"""Every format and its reader."""

MOST_SAID = 8
"""People or videos that an error lists."""


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

    VideoPose3D's data_2d_*.npz and Detectron's .npz are known by their arrays; their videos count as people.
    What the file does not say (skeleton, fps, image_size) must be said here. An fps or image_size given replaces the
    file's; `person` is an id where the file holds several. Errors name the argument that is wanting.
    """
    path = Path(path)
    tracks = {track.person: track for track in _tracks(path, format)}
    if person is None and len(tracks) > 1:
        raise ValueError(
            f"{path}: holds several {_kind(tracks.values())} ({_choices(tracks.values())}); choose one with person=."
        )
    chosen = next(iter(tracks)) if person is None else person
    if chosen not in tracks:
        raise ValueError(f"{path}: person {chosen} is not in it; person= may be {_choices(tracks.values())}.")
    return complete(tracks[chosen], Said(skeleton, fps, image_size), path)


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
    tracks = _tracks(path, format)
    if len({track.video for track in tracks}) > 1:
        raise ValueError(f"{path}: holds several videos ({_choices(tracks)}); choose one with person=.")
    return {track.person: complete(track, Said(skeleton, fps, image_size), path) for track in tracks}


def _tracks(path: Path, format: str | None) -> tuple[Track, ...]:
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
    return tracks


def _kind(tracks: Collection[Track]) -> str:
    return "videos" if len({track.video for track in tracks}) > 1 else "people"


def _choices(tracks: Collection[Track]) -> str:
    """List ids, with what each was seen in; the first few where there are many."""
    said = [str(t.person) if t.video is None else f"{t.person}: {t.video}" for t in tracks][:MOST_SAID]
    more = len(tracks) - len(said)
    return ", ".join(said) + (f" and {more} more" if more else "")
