"""Keypoints as JSON: kinelift's own, and those that a motion.json carries.

{
  "format": "kinelift.keypoints", "schema_version": 1,
  "skeleton": "coco_17",             or {"name": ..., "names": [...], "parents": [...]}
  "fps": 30, "image_size": [1280, 720],
  "points_px": [[[x, y], ...], ...],   a frame, a joint, pixels; null where nothing was seen
  "scores": [[s, ...], ...]            in [0, 1]; left out, every point that is not null counts as seen
}
"""

from __future__ import annotations

from typing import Any

import numpy as np

from kinelift.body import Person, Skeleton, skeleton_named
from kinelift.interop.keypoint_source import KeypointFormat, Source
from kinelift.interop.keypoint_track import Track, numbers, rate_from, size_from
from kinelift.interop.keypoints_npz import FORMAT, SCHEMA_VERSION
from kinelift.interop.motion_json import FORMAT as MOTION_FORMAT
from kinelift.interop.motion_json import read_recording

MOST_NAMED = 8
"""Keys that an error lists."""


def read_keypoints_json(source: Source) -> tuple[Track, ...]:
    """Read the one person of a .json of keypoints, or everybody in a motion.json."""
    path, document = source.path, source.sample
    match document:
        case {"format": format} if format == MOTION_FORMAT:
            return tuple(map(_of_person, read_recording(path).people))
        case {"points_px": _}:
            try:
                return (_track(document),)
            except ValueError as error:
                raise ValueError(f"{path}: {error}") from error
        case {"format": format} if format != FORMAT:
            raise ValueError(
                f"{path}: keypoints or a motion.json of kinelift expected, got format {format!r}."
            )
        case dict():
            raise ValueError(
                f"{path}: not a .json of keypoints: points_px is missing; it holds {_held(document)}."
            )
        case _:
            raise ValueError(
                f"{path}: not a .json of keypoints: an object expected, got {type(document).__name__}."
            )


def _held(document: dict[str, Any]) -> str:
    names = list(document)
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more or "nothing"


def _of_person(person: Person) -> Track:
    keypoints = person.keypoints
    return Track(
        person.id,
        keypoints.points_px,
        keypoints.scores,
        keypoints.skeleton,
        keypoints.fps,
        keypoints.image_size,
    )


def _track(document: dict[str, Any]) -> Track:
    version = document.get("schema_version", SCHEMA_VERSION)
    if not isinstance(version, int) or version > SCHEMA_VERSION:
        raise ValueError(
            f"schema version {version}, and this kinelift reads up to {SCHEMA_VERSION}; upgrade it."
        )
    if document["points_px"] == []:
        raise ValueError("points_px: no frames; at least one is needed.")
    points = numbers(
        _rectangular(document["points_px"], "points_px", absent=[None, None]), "points_px", (None, None, 2)
    )
    scores, fps, size = document.get("scores"), document.get("fps"), document.get("image_size")
    return Track(
        person=0,
        points_px=points,
        scores=None
        if scores is None
        else numbers(_rectangular(scores, "scores", None), "scores", points.shape[:2]),
        skeleton=_skeleton(document.get("skeleton")),
        fps=None if fps is None else rate_from(fps, "fps"),
        image_size=None if size is None else size_from(size, "image_size"),
    )


def _rectangular(rows: Any, name: str, absent: list[None] | None) -> np.ndarray:
    """Return nested lists as an array, null becoming NaN and a joint that is null becoming `absent`."""
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise ValueError(f"{name}: a list of frames expected, each a list of joints.")
    whole = [[absent if value is None else value for value in row] for row in rows]
    try:
        return np.array(whole, dtype=np.float64)
    except (ValueError, TypeError, OverflowError) as error:
        raise ValueError(f"{name}: as many numbers in each frame expected ({error}).") from error


def _skeleton(value: Any) -> Skeleton | None:
    match value:
        case None:
            return None
        case str():
            return skeleton_named(value)
        case {"names": [*names], "parents": [*parents], **rest}:
            if not all(isinstance(n, str) for n in names) or not all(type(p) is int for p in parents):
                raise ValueError("skeleton: names are texts and parents whole numbers.")
            return Skeleton(str(rest.get("name", "custom")), tuple(names), tuple(parents))
        case {"name": str(name)}:
            return skeleton_named(name)
        case _:
            raise ValueError(f"skeleton: a name, or name, names and parents expected, got {value!r}.")


def _recognises(source: Source) -> bool:
    match source.sample:
        case {"points_px": _}:
            return True
        case {"format": format}:
            return format in (FORMAT, MOTION_FORMAT)
        case _:
            return False


JSON = KeypointFormat("json", "kinelift's .json", _recognises, read_keypoints_json)
