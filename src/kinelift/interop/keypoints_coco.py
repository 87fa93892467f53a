"""COCO's keypoints: results, a list of detections, and annotations, an object with images and categories.

[{"image_id": 12, "category_id": 1, "keypoints": [x, y, score, ...], "score": s}, ...]
{"images": [{"id", "file_name", "width", "height"}], "annotations": [{"image_id", "keypoints": [x, y, v, ...]}], ...}

In annotations the third number is a flag: 0 not labelled, 1 labelled but hidden, 2 visible; they become scores 0, 0.5
and 1. "track_id" and "instance_id" are who it is, where an annotation has them. COCO-WholeBody's "foot_kpts" follow
the body's. Source: cocodataset.org, format data and results; COCO-WholeBody, data_format.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from kinelift.body import COCO_17, COCO_23, HALPE_26, MPII_16, SKELETONS, Skeleton
from kinelift.interop.keypoint_frames import Detection, Frame, detection, frames_in
from kinelift.interop.keypoint_source import KeypointFormat, Source
from kinelift.interop.keypoint_track import Track, size_from
from kinelift.interop.keypoint_tracks import tracks_of

LAYOUTS: dict[int, Skeleton] = {
    17: COCO_17, 23: COCO_23, 133: COCO_23, 26: HALPE_26, 136: HALPE_26, 16: MPII_16
}  # fmt: skip
HIDDEN, VISIBLE = 1.0, 2.0
"""Flags of annotations."""


def _recognises(source: Source) -> bool:
    match source.sample:
        case {"images": list(), "annotations": list()}:
            return True
        case [{"image_id": int(), "keypoints": list()} as first, *_]:
            return "idx" not in first
        case _:
            return False


def _frames(document: Any) -> Iterator[Frame]:
    match document:
        case {"images": list(images), "annotations": list(entries)}:
            names = dict(_image(image) for image in images)
        case list(entries):
            names = {}
        case _:
            raise ValueError("COCO's list of results, or images and annotations, expected.")
    people: dict[Any, list[Detection]] = {image: [] for image in names}
    for number, entry in enumerate(entries):
        match entry:
            case {"image_id": int() | str() as image, "keypoints": list()}:
                people.setdefault(image, []).append(_person(entry, f"entry {number}"))
            case {"image_id": _} if names:  # a box without keypoints
                continue
            case _:
                raise ValueError(f"entry {number}: image_id and keypoints expected.")
    for image, detections in people.items():
        yield Frame(str(names.get(image, image)), tuple(_scored(detections)))


def _image(image: Any) -> tuple[Any, Any]:
    """Return an image's id and what numbers it: a number of its own, its file's, or the id."""
    if not isinstance(image, dict) or "id" not in image:
        raise ValueError("images: an id of each image expected.")
    named = (image.get(key) for key in ("frame_id", "frame_index", "file_name", "id"))
    return image["id"], next(name for name in named if name is not None)


def _person(entry: dict[str, Any], where: str) -> Detection:
    keypoints = [*entry["keypoints"], *entry.get("foot_kpts", [])]
    return detection(keypoints, f"{where}, keypoints", entry.get("track_id", entry.get("instance_id")))


def _scored(detections: list[Detection]) -> Iterator[Detection]:
    """Turn flags into scores; scores stay what they are."""
    for person in detections:
        flags = np.isin(person.scores, (0.0, HIDDEN, VISIBLE)).all() and VISIBLE in person.scores
        yield replace(person, scores=person.scores / VISIBLE) if flags else person


def _said(document: Any) -> tuple[Skeleton | None, tuple[int, int] | None]:
    """Return the layout that a category names, and the size that all images have."""
    match document:
        case {"images": list(images), "annotations": list(entries)}:
            sizes = {(i.get("width"), i.get("height")) for i in images if isinstance(i, dict)}
            size = next(iter(sizes)) if len(sizes) == 1 else (None, None)
            feet = any(isinstance(entry, dict) and "foot_kpts" in entry for entry in entries)
            skeleton = COCO_23 if feet else _category(document.get("categories"))
            return skeleton, None if None in size else size_from(size, "images")
        case _:
            return None, None


def _category(categories: Any) -> Skeleton | None:
    match categories:
        case [{"keypoints": [*names]}]:
            spelt = tuple(str(name).lower().replace(" ", "_") for name in names)
            return next((s for s in SKELETONS.values() if s.names == spelt), None)
        case _:
            return None


def _read(source: Source) -> tuple[Track, ...]:
    skeleton, image_size = _said(source.sample)
    frames = frames_in(source, _frames)
    return tracks_of(source, frames, LAYOUTS, skeleton=skeleton, image_size=image_size)


COCO = KeypointFormat("coco", "COCO's keypoints", _recognises, _read)
