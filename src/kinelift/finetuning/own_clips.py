"""A folder of keypoints: somebody's own clips."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kinelift.body.camera import Camera
from kinelift.body.motion import Keypoints
from kinelift.body.skeleton import Skeleton
from kinelift.datasets.keypoint_files import SUFFIXES
from kinelift.datasets.recorded import RecordedView
from kinelift.datasets.recorded_store import is_prepared, open_set
from kinelift.interop.keypoints import read_people


@dataclass(frozen=True, eq=False)
class OwnClip:
    """One person in one clip."""

    name: str
    """Its file, and the person's number where there are several."""
    keypoints: Keypoints
    camera: Camera


def read_own_clips(
    folder: Path,
    camera: Callable[[tuple[int, int]], Camera | None],
    *,
    fps: float | None = None,
    image_size: tuple[int, int] | None = None,
    skeleton: Skeleton | str | None = None,
) -> list[OwnClip]:
    """Read everybody in every .json and .npz file of keypoints in a folder, or in a prepared one.

    `camera` tells the lens of images of a size; where it tells none, 60 degrees across the longer side are assumed.
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder}: no such folder of keypoints.")
    if is_prepared(folder):
        prepared = open_set(folder)
        return [_own_clip(view, prepared.facts.keypoints, camera) for view in prepared]
    files = sorted(path for path in folder.iterdir() if path.suffix in SUFFIXES)
    if not files:
        raise ValueError(f"{folder}: no keypoints in it; files ending in {' or '.join(SUFFIXES)} expected.")
    clips = []
    for path in files:
        people = read_people(path, skeleton=skeleton, fps=fps, image_size=image_size)
        for person, keypoints in people.items():
            name = path.stem if len(people) == 1 else f"{path.stem}, person {person}"
            lens = camera(keypoints.image_size) or Camera.assumed(keypoints.image_size)
            clips.append(OwnClip(name, keypoints, lens))
    return clips


def _own_clip(
    view: RecordedView, skeleton: Skeleton, camera: Callable[[tuple[int, int]], Camera | None]
) -> OwnClip:
    points = np.array(view.points_px)
    scores = np.isfinite(points).all(-1).astype(np.float32) if view.scores is None else np.array(view.scores)
    size = view.camera.image_size
    lens = camera(size) or view.camera.lens or Camera.assumed(size)
    return OwnClip(
        f"{view.subject}, {view.action}, camera {view.camera.name}",
        Keypoints(points, scores, skeleton, view.fps, size),
        lens,
    )


def clips_sha256(clips: Sequence[OwnClip]) -> str:
    """Return a checksum of everything that is learnt from."""
    digest = hashlib.sha256()
    for clip in clips:
        digest.update(repr((clip.name, clip.keypoints.fps, clip.camera)).encode())
        digest.update(clip.keypoints.points_px.tobytes() + clip.keypoints.scores.tobytes())
    return digest.hexdigest()
