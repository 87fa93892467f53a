"""Keypoints in an .npz of plain arrays: kinelift's own, and those that a motion.npz carries.

Nothing is unpickled. `numpy.savez(path, points_px=..., skeleton="coco_17", fps=30, image_size=(1280, 720))` is a file
of this kind:

    points_px         (frame, joint, 2)  pixels; NaN where nothing was seen
    scores            (frame, joint)     in [0, 1]; left out, every finite point counts as seen
    skeleton          text               such as coco_17
    skeleton_names    (joint,) text      joint names and ...
    skeleton_parents  (joint,) integer   ... parents, for a layout kinelift does not know by name
    fps               number
    image_size        (2,)               width and height in pixels
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from kinelift.body import Skeleton, skeleton_named
from kinelift.interop.file_beginnings import check_archive
from kinelift.interop.keypoint_source import KeypointFormat, Source
from kinelift.interop.keypoint_track import Track, check_numbers, numbers, rate_from, size_from
from kinelift.interop.motion_npz import DAMAGED
from kinelift.interop.motion_npz import FORMAT as MOTION_FORMAT
from kinelift.interop.npz_rows import open_array

FORMAT = "kinelift.keypoints"
SCHEMA_VERSION = 1
"""Raised when a reader of the older version would misread a file; new arrays alone do not raise it."""


@dataclass(frozen=True)
class _Names:
    points: str
    scores: str
    skeleton: str
    skeleton_names: str
    skeleton_parents: str


_KEYPOINTS = _Names("points_px", "scores", "skeleton", "skeleton_names", "skeleton_parents")
_MOTION = _Names("keypoints_px", "keypoints_scores", "keypoints_name", "keypoints_names", "keypoints_parents")


def read_keypoints_npz(path: Path) -> tuple[Track, ...]:
    """Read the one person of an .npz of keypoints, or of a motion.npz."""
    with path.open("rb") as file, _told(path):
        archive = _archive(file)
        present = frozenset(archive.files)
        named = {name: archive[name] for name in present & _known()}
    with _named(path):
        return (_track(named, present),)


def read_keypoints_npz_in_stretches(path: Path, most: int) -> Iterator[tuple[int, Track]]:
    """Read the same from the first frame to the last, at most so many frames at a time.

    Yields the frames there are in all and the track of a stretch. Damage in the middle of a file is an error when
    it is come to. Arrays in Fortran's order are read whole.
    """
    with path.open("rb") as file:
        with _told(path):
            archive = _archive(file)
            present = frozenset(archive.files)
            long = {names.points: names.scores for names in (_KEYPOINTS, _MOTION)}
            named = {name: archive[name] for name in (present & _known()) - {*long, *long.values()}}
            names = _MOTION if _is_motion(named) else _KEYPOINTS
            points, scores = (
                open_array(archive.zip, name) if name in present else None
                for name in (names.points, names.scores)
            )
        if points is None or not len(points) or (scores is None and names.scores in present):
            (whole,) = read_keypoints_npz(path)
            yield len(whole.points_px), whole
            return
        with _named(path):
            check_numbers(points.dtype, points.shape, names.points, (None, None, 2))
            if scores is not None:
                check_numbers(scores.dtype, scores.shape, names.scores, points.shape[:2])
        stretches = (array.stretches(most) for array in (points, scores) if array is not None)
        following = zip(*stretches, strict=True)
        while True:
            with _told(path):
                arrays = next(following, None)
            if arrays is None:
                return
            with _named(path):
                track = _track(
                    {**named, **dict(zip((names.points, names.scores), arrays, strict=False))}, present
                )
            yield len(points), track


def _archive(file: BinaryIO) -> Any:
    check_archive(file)
    return np.load(file, allow_pickle=False)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Say of whatever reading raises what it means."""
    try:
        yield
    except PermissionError:
        raise
    except DAMAGED as error:
        raise ValueError(f"{path}: {_why_unreadable(error)}") from error


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Name the file that does not fit."""
    try:
        yield
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def _known() -> set[str]:
    shared = {"format", "schema_version", "fps", "image_size", "person_id"}
    return shared | set(vars(_KEYPOINTS).values()) | set(vars(_MOTION).values())


def _why_unreadable(error: Exception) -> str:
    if "allow_pickle" in str(error):
        return "holds pickled objects, which are never loaded; save points_px, scores, ... as plain arrays."
    return (
        f"not a readable .npz ({type(error).__name__}: {error}). It is cut short, damaged or something else; "
        "write it again."
    )


def _track(arrays: Mapping[str, np.ndarray], present: frozenset[str]) -> Track:
    _check_version(arrays)
    motion = _is_motion(arrays)
    names = _MOTION if motion else _KEYPOINTS
    if names.points not in arrays:
        held = ", ".join(sorted(present)) or "nothing"
        if motion:
            raise ValueError("a motion without the keypoints it was made from; lift a file of keypoints.")
        raise ValueError(f"not an .npz of keypoints: points_px is missing; it holds {held}.")
    points = numbers(arrays[names.points], names.points, (None, None, 2))
    return Track(
        person=int(_optional(arrays, "person_id", rate_from) or 0),
        points_px=points,
        scores=_optional(arrays, names.scores, lambda a, name: numbers(a, name, points.shape[:2])),
        skeleton=_skeleton(arrays, names),
        fps=_optional(arrays, "fps", rate_from),
        image_size=_optional(arrays, "image_size", size_from),
    )


def _is_motion(arrays: Mapping[str, np.ndarray]) -> bool:
    return str(arrays.get("format")) == MOTION_FORMAT


def _optional(arrays: Mapping[str, np.ndarray], name: str, read: Callable[[np.ndarray, str], Any]) -> Any:
    return read(arrays[name], name) if name in arrays else None


def _check_version(arrays: Mapping[str, np.ndarray]) -> None:
    version = _optional(arrays, "schema_version", rate_from)
    if version is not None and version > SCHEMA_VERSION:
        raise ValueError(
            f"schema version {version:g}, and this kinelift reads up to {SCHEMA_VERSION}; upgrade it."
        )


def _skeleton(arrays: Mapping[str, np.ndarray], names: _Names) -> Skeleton | None:
    name = str(arrays[names.skeleton]) if names.skeleton in arrays else None
    joints, parents = arrays.get(names.skeleton_names), arrays.get(names.skeleton_parents)
    if joints is None or parents is None:
        return None if name is None else skeleton_named(name)
    if joints.dtype.kind != "U" or joints.ndim != 1 or parents.dtype.kind not in "iu" or parents.ndim != 1:
        raise ValueError(
            f"{names.skeleton_names} and {names.skeleton_parents}: texts and whole numbers expected."
        )
    return Skeleton(name or "custom", tuple(map(str, joints)), tuple(map(int, parents)))


def _recognises(source: Source) -> bool:
    foreign = "positions_2d" in source.array_names or {"boxes", "keypoints"} <= source.array_names
    return source.kind == "npz" and not foreign


NPZ = KeypointFormat("npz", "kinelift's .npz", _recognises, lambda source: read_keypoints_npz(source.path))
