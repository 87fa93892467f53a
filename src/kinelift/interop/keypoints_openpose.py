"""OpenPose's JSON: a folder of a file a frame, CLIP_000000000012_keypoints.json, or a single file.

{"version": 1.3, "people": [{"person_id": [-1], "pose_keypoints_2d": [x, y, score, ...], ...}]}

A keypoint that was not found is 0, 0, 0. Pixels, or with --keypoint_scale 3 or 4 shares of the image, from 0 or from
-1 to 1. AlphaPose's `--format open` and `--format cmu` put all frames into one file, by image:
{"0.jpg": {"people": [...]}} or {"0.jpg": {"bodies": [{"joints": [...]}]}}. Source: OpenPose, doc/02_output.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from kinelift.body import BODY_25, COCO_18, Skeleton
from kinelift.interop.keypoint_frames import Detection, Frame, detection, frames_in
from kinelift.interop.keypoint_source import KeypointFormat, Source
from kinelift.interop.keypoint_track import Track, rate_from, size_from
from kinelift.interop.keypoint_tracks import tracks_of

LAYOUTS: dict[int, Skeleton] = {25: BODY_25, 18: COCO_18}
"""BODY_25B and its like have 25 keypoints too, in another order that the files do not tell."""


KEYS = ("pose_keypoints_2d", "pose_keypoints", "joints")
"""Where a person's keypoints are: of OpenPose, of its first versions, of AlphaPose's `--format cmu`."""


def _is_frame(document: Any) -> bool:
    match document:
        case {"people": [dict() as person, *_]}:
            return any(key in person for key in KEYS[:2])
        case {"bodies": [dict() as person, *_]}:
            return KEYS[2] in person
        case {"version": _, "people": []} | {"version": _, "bodies": []}:
            return True
        case _:
            return False


def _recognises(source: Source) -> bool:
    match source.sample:
        case dict() as document if _is_frame(document):
            return True
        case dict() as document:
            return bool(document) and all(map(_is_frame, document.values()))
        case [first, *_]:
            return _is_frame(first)
        case _:
            return False


def _frames(document: Any) -> Iterator[Frame]:
    match document:
        case dict() if _is_frame(document):
            yield _frame("0", document)
        case dict():
            for name, frame in document.items():
                yield _frame(name, frame)
        case list():
            for number, frame in enumerate(document):
                yield _frame(str(number), frame)
        case _:
            raise ValueError('OpenPose\'s {"people": [...]} expected.')


def _frame(name: str, document: Any) -> Frame:
    if not _is_frame(document):
        raise ValueError(f'frame {name}: OpenPose\'s {{"people": [...]}} expected.')
    people = [
        _person(person, f"frame {name}") for person in document.get("people") or document.get("bodies") or []
    ]
    return Frame(name, tuple(person for person in people if len(person.points)))


def _person(person: Any, where: str) -> Detection:
    for key in KEYS:
        if isinstance(person, dict) and key in person:
            return _without_signs(detection(person[key], f"{where}, {key}", person.get("person_id")))
    raise ValueError(f"{where}: pose_keypoints_2d of each person expected.")


def _without_signs(person: Detection) -> Detection:
    """Bring coordinates from -1 to 1 to shares of the image; pixels of what was found are never negative."""
    found = person.points[person.scores > 0]
    if not found.size or found.min() >= 0 or np.abs(found).max() > 1:
        return person
    return replace(person, points=(person.points + 1) / 2)


def _read(source: Source) -> tuple[Track, ...]:
    fps, image_size = _said_by_kinelift(source.sample)
    return tracks_of(source, frames_in(source, _frames), LAYOUTS, fps=fps, image_size=image_size)


def _said_by_kinelift(document: Any) -> tuple[float | None, tuple[int, int] | None]:
    """Return rate and image size, which OpenPose's files do not tell; those that kinelift writes do."""
    match document:
        case {"kinelift": dict() as said}:
            rate, size = said.get("fps"), said.get("image_size")
            return (
                None if rate is None else rate_from(rate, "kinelift: fps"),
                None if size is None else size_from(size, "kinelift: image_size"),
            )
        case _:
            return None, None


OPENPOSE = KeypointFormat("openpose", "OpenPose's JSON", _recognises, _read)
