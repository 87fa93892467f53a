"""Ultralytics' YOLO-pose: what `result.summary()` or `result.to_json()` gives of a frame, and `save_txt=True`'s labels.

[{"name": "person", "box": {...}, "track_id": 1, "keypoints": {"x": [...], "y": [...], "visible": [...]}}, ...]
0 0.16 0.44 0.30 0.79 x1 y1 v1 x2 y2 v2 ... [confidence] [track id]

JSON is a list a frame: a file of one, a list of them, or a folder with a file a frame; pixels, or shares of the image
with normalize=True. Labels are a folder of CLIP_12.txt, a person a line, shares of the image; who was not seen has no
file. A keypoint that was not found is 0, 0. Source: Ultralytics' docs, modes/predict and datasets/pose.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kinelift.body import COCO_17, Skeleton
from kinelift.interop.keypoint_frames import Detection, Frame, floats, frames_in, identity
from kinelift.interop.keypoint_source import KeypointFormat, Source
from kinelift.interop.keypoint_track import Track
from kinelift.interop.keypoint_tracks import tracks_of

LAYOUTS: dict[int, Skeleton] = {17: COCO_17}
"""What their own weights mark; others have as many keypoints as whoever trained them chose."""
BOX_NUMBERS = 5
"""Class and box, before a line's keypoints."""


def _is_person(entry: Any) -> bool:
    match entry:
        case {"box": _, "keypoints": {"x": list(), "y": list()}}:
            return True
        case _:
            return False


def _recognises(source: Source) -> bool:
    match source.sample:
        case [first, *_] if _is_person(first):
            return True
        case [*frames] if frames and all(isinstance(frame, list) for frame in frames):
            return any(_is_person(entry) for frame in frames for entry in frame[:1])
        case None:
            return _are_labels(source.files(".txt"))
        case _:
            return False


def _are_labels(paths: Sequence[Path]) -> bool:
    """Tell labels of poses by the first line: as many numbers as 17 keypoints need, what confidences and ids add."""
    for path in paths:
        first = path.read_text("utf-8", errors="replace").partition("\n")[0].split()
        if first:
            return _dimensions(len(first)) is not None and all(map(_is_number, first))
    return False


def _is_number(word: str) -> bool:
    try:
        return bool(np.isfinite(float(word)))
    except ValueError:
        return False


def _dimensions(numbers: int) -> int | None:
    """Return how many numbers a keypoint has, 3 with its visibility."""
    for dimensions in (3, 2):
        if 0 <= numbers - BOX_NUMBERS - dimensions * len(COCO_17) <= 2:
            return dimensions
    return None


def _frames(document: Any) -> Iterator[Frame]:
    if not isinstance(document, list):
        raise ValueError("a list of who was seen expected, as Ultralytics' summary() gives it.")
    nested = bool(document) and all(isinstance(frame, list) for frame in document)
    for number, people in enumerate(document if nested else [document]):
        yield Frame(str(number), tuple(_person(entry, f"frame {number}") for entry in people))


def _person(entry: Any, where: str) -> Detection:
    if not _is_person(entry):
        raise ValueError(f"{where}: keypoints with x and y of each person expected.")
    keypoints = entry["keypoints"]
    x, y = floats(keypoints["x"], f"{where}, x"), floats(keypoints["y"], f"{where}, y")
    seen = floats(keypoints.get("visible", [1.0] * len(x)), f"{where}, visible")
    if not x.shape == y.shape == seen.shape:
        raise ValueError(f"{where}: as many x as y expected, and visible where it is there.")
    return _detection(np.stack([x, y], axis=-1), seen, identity(entry.get("track_id")))


def _detection(points: np.ndarray, scores: np.ndarray, person: int | None) -> Detection:
    return Detection(points, np.where((points == 0).all(-1), 0.0, scores), person)


def _labelled(paths: Sequence[Path]) -> tuple[Frame, ...]:
    lines = {path: _lines(path) for path in paths}
    last = [line[-1] for each in lines.values() for line in each]
    ends_in_ids = bool(last) and all(value == int(value) and value >= 1 for value in last)
    return tuple(
        Frame(path.stem, tuple(_of_line(line, ends_in_ids) for line in each)) for path, each in lines.items()
    )


def _lines(path: Path) -> list[np.ndarray]:
    lines = []
    for number, text in enumerate(path.read_text("utf-8", errors="replace").splitlines(), start=1):
        words = text.split()
        if not words:
            continue
        if not all(map(_is_number, words)) or _dimensions(len(words)) is None:
            raise ValueError(
                f"{path}: line {number}: class, box and {len(COCO_17)} keypoints expected, got {len(words)} words."
            )
        lines.append(np.array(words, np.float32))
    return lines


def _of_line(line: np.ndarray, ends_in_ids: bool) -> Detection:
    dimensions = _dimensions(len(line)) or 3
    stop = BOX_NUMBERS + dimensions * len(COCO_17)
    keypoints = line[BOX_NUMBERS:stop].reshape(-1, dimensions)
    scores = keypoints[:, 2] if dimensions == 3 else np.ones(len(keypoints), np.float32)
    told = len(line) > stop and ends_in_ids
    return _detection(keypoints[:, :2], scores, int(line[-1]) if told else None)


def _read(source: Source) -> tuple[Track, ...]:
    labels = source.files(".txt")
    frames = frames_in(source, _frames) if source.sample is not None else _labelled(labels)
    return tracks_of(source, frames, LAYOUTS)


ULTRALYTICS = KeypointFormat("ultralytics", "Ultralytics' poses", _recognises, _read)
