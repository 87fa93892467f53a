"""What a file says of one person's keypoints, and what must be said for it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kinelift.body import SKELETONS, Keypoints, Skeleton, skeleton_named

log = logging.getLogger(__name__)

FARTHEST_IMAGES = 20.0
"""Points of which half lie farther off than so many images are not pixels of these images."""
SMALLEST_PX = 2.0
"""Points that all lie this close to the corner are rather shares of the image."""


@dataclass(frozen=True, eq=False)
class Track:
    """One person's keypoints as a file holds them; None is what the file leaves unsaid."""

    person: int
    points_px: np.ndarray
    """(frame, joint, 2) of any number type, pixels unless `relative`; not finite where nothing was seen."""
    scores: np.ndarray | None
    """(frame, joint); None counts every finite point as seen."""
    skeleton: Skeleton | None
    fps: float | None
    image_size: tuple[int, int] | None
    video: str | None = None
    """What it was seen in, where a file holds several videos."""
    likely: Skeleton | None = None
    """What the number of joints speaks for where the file names no skeleton; what is said goes first."""
    relative: bool = False
    """Whether points are shares of the image's width and height rather than pixels."""


@dataclass(frozen=True)
class Said:
    """What the caller says of a file."""

    skeleton: Skeleton | str | None = None
    fps: float | None = None
    image_size: tuple[int, int] | None = None


def complete(track: Track, said: Said, path: Path) -> Keypoints:
    """Join what a file holds and what is said of it; ValueError naming the argument where something lacks.

    A rate and an image size that are said replace the file's; a skeleton that contradicts the file's is an error.
    """
    fps = track.fps if said.fps is None else said.fps
    image_size = track.image_size if said.image_size is None else said.image_size
    skeleton = _skeleton(track, said)
    if skeleton is None:
        raise ValueError(f"{path}: {_unnamed(track)}")
    if fps is None:
        raise ValueError(f"{path}: holds no frame rate; say it with fps=, in frames per second.")
    if image_size is None:
        raise ValueError(
            f"{path}: holds no image size; say it with image_size=(width, height), pixels of the pictures that "
            "the keypoints were found in."
        )
    points = track.points_px * np.asarray(image_size) if track.relative else track.points_px
    scores = np.isfinite(points).all(-1) if track.scores is None else track.scores
    try:
        keypoints = Keypoints(points, scores, skeleton, fps, image_size)
        _check_units(keypoints)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    if _are_shares(keypoints):
        log.warning(
            "%s: all points lie within %g pixels of the corner; pixels are expected, not shares of the image",
            path,
            SMALLEST_PX,
        )
    return keypoints


def _unnamed(track: Track) -> str:
    joints = track.points_px.shape[1]
    fitting = sorted(name for name, skeleton in SKELETONS.items() if len(skeleton) == joints)
    if fitting:
        return f"names no skeleton; say it with skeleton=, one of {', '.join(fitting)} or a Skeleton."
    known = ", ".join(f"{name} ({len(SKELETONS[name])})" for name in sorted(SKELETONS))
    return (
        f"names no skeleton, and none that kinelift knows has {joints} joints: {known}; say it with skeleton=, "
        "a Skeleton of your own."
    )


def _check_units(keypoints: Keypoints) -> None:
    """Raise a ValueError where points are so far off that they cannot be pixels of the images."""
    seen = keypoints.points_px[keypoints.seen].astype(np.float64)
    if not len(seen):
        return
    middle, size = np.median(seen, axis=0), np.asarray(keypoints.image_size)
    if (np.abs(middle) > FARTHEST_IMAGES * size).any():
        raise ValueError(
            f"points_px: pixels of {size[0]}x{size[1]} images expected, but the points lie about "
            f"({middle[0]:.4g}, {middle[1]:.4g}). Bring them to pixels, or say image_size= of the pictures that "
            "they were found in."
        )


def _are_shares(keypoints: Keypoints) -> bool:
    seen = keypoints.points_px[keypoints.seen]
    return len(seen) > 0 and bool((np.abs(seen) <= SMALLEST_PX).all())


def numbers(values: Any, name: str, shape: tuple[int | None, ...]) -> np.ndarray:
    """Return an array of real numbers as float64 if its shape (None is any length) is the one expected."""
    array = np.asarray(values)
    check_numbers(array.dtype, array.shape, name, shape)
    return array.astype(np.float64)


def check_numbers(
    dtype: np.dtype[Any], shape: tuple[int, ...], name: str, expected: tuple[int | None, ...]
) -> None:
    """Raise a ValueError unless an array of this type and shape is one of numbers and of the shape expected."""
    if dtype.kind not in "biuf":
        raise ValueError(f"{name}: numbers expected, got {dtype}.")
    if len(shape) != len(expected) or any(e not in (None, a) for a, e in zip(shape, expected, strict=True)):
        wanted = str(expected).replace("None", "any")
        raise ValueError(f"{name}: shape {wanted} expected, got {shape}.")


def size_from(values: Any, name: str) -> tuple[int, int]:
    """Return a width and a height in whole pixels."""
    width, height = numbers(values, name, (2,))
    if not (np.isfinite([width, height]).all() and min(width, height) >= 1):
        raise ValueError(f"{name}: positive (width, height) expected, got {(float(width), float(height))}.")
    return int(width), int(height)


def rate_from(values: Any, name: str) -> float:
    """Return a frame rate."""
    return float(numbers(np.squeeze(np.asarray(values)), name, ()))


def _skeleton(track: Track, said: Said) -> Skeleton | None:
    wanted = skeleton_named(said.skeleton) if isinstance(said.skeleton, str) else said.skeleton
    if wanted is not None and track.skeleton is not None and wanted != track.skeleton:
        raise ValueError(
            f"skeleton: the file's is {track.skeleton.name}, skeleton= says {wanted.name}. Leave skeleton= out, "
            "and convert what was read with map_skeleton(...)."
        )
    return track.skeleton or wanted or track.likely
