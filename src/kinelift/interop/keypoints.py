"""Read 2D keypoints, whichever file they come in."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

from kinelift.body import Keypoints, Skeleton
from kinelift.interop.keypoint_formats import read_tracks
from kinelift.interop.keypoint_track import Said, Track, complete

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
    """Read one person's keypoints from a file, or from a folder that holds a file a frame.

    The format is known by its content, whoever wrote it: kinelift itself (a motion.npz or motion.json carries keypoints
    too), OpenPose, AlphaPose, COCO, mmpose, MediaPipe, Ultralytics, VideoPose3D, Detectron, or a CSV; `format`
    says it otherwise. What is found goes to the log. Videos in one file count as people.

    What the file does not say (skeleton, fps, image_size) must be said here. An fps or image_size given replaces the
    file's; `person` is an id where the file holds several. Errors name the argument that is wanting.
    """
    path = Path(path)
    tracks = {track.person: track for track in read_tracks(path, format)}
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
    tracks = read_tracks(path, format)
    if len({track.video for track in tracks}) > 1:
        raise ValueError(f"{path}: holds several videos ({_choices(tracks)}); choose one with person=.")
    return {track.person: complete(track, Said(skeleton, fps, image_size), path) for track in tracks}


def _kind(tracks: Collection[Track]) -> str:
    return "videos" if len({track.video for track in tracks}) > 1 else "people"


def _choices(tracks: Collection[Track]) -> str:
    """List ids, with what each was seen in; the first few where there are many."""
    said = [str(t.person) if t.video is None else f"{t.person}: {t.video}" for t in tracks][:MOST_SAID]
    more = len(tracks) - len(said)
    return ", ".join(said) + (f" and {more} more" if more else "")
