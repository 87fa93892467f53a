"""AlphaPose's results: one list for a whole video, or a folder of one list an image.

[{"image_id": "0.jpg", "category_id": 1, "keypoints": [x, y, score, ...], "score": s, "idx": person}, ...]

Images without anybody are left out; "idx" is there where people were tracked. Scores of networks trained on COCO may
go beyond 1. Source: AlphaPose, docs/output.md, and Halpe-FullBody's README for the order of its 136 keypoints.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kinelift.body import COCO_17, COCO_23, HALPE_26, MPII_16, Skeleton
from kinelift.interop.keypoint_frames import Detection, Frame, detection, frames_in
from kinelift.interop.keypoint_source import KeypointFormat, Source
from kinelift.interop.keypoint_track import Track
from kinelift.interop.keypoint_tracks import tracks_of

LAYOUTS: dict[int, Skeleton] = {17: COCO_17, 26: HALPE_26, 16: MPII_16, 136: HALPE_26, 133: COCO_23}
"""Of Halpe's 136 and COCO-WholeBody's 133 keypoints the body's and the feet's come first."""


def _recognises(source: Source) -> bool:
    match source.sample:
        case [{"image_id": image, "keypoints": list()} as first, *_]:
            return isinstance(image, str) or "idx" in first
        case _:
            return False


def _frames(document: Any) -> Iterator[Frame]:
    if not isinstance(document, list):
        raise ValueError("AlphaPose's list of results expected.")
    images: dict[str, list[Detection]] = {}
    for number, result in enumerate(document):
        match result:
            case {"image_id": image, "keypoints": keypoints}:
                found = detection(keypoints, f"result {number}, keypoints", result.get("idx"))
                images.setdefault(str(image), []).append(found)
            case _:
                raise ValueError(f"result {number}: image_id and keypoints expected.")
    for image, people in images.items():
        yield Frame(image, tuple(people))


def _read(source: Source) -> tuple[Track, ...]:
    return tracks_of(source, frames_in(source, _frames), LAYOUTS)


ALPHAPOSE = KeypointFormat("alphapose", "AlphaPose's results", _recognises, _read)
