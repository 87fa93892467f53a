"""Whom to follow: the most prominent person at the beginning."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from kinelift.body import Skeleton
from kinelift.detection import Detection, Detector
from kinelift.tracking.place import Place, confidence, place_of
from kinelift.video import Frame

LOOK_EVERY_SECONDS = 0.2
OPENING_SECONDS = 2.0
"""People are compared over this long from the first sight of anybody."""
MIN_CONFIDENCE = 0.4


@dataclass(frozen=True)
class Sighting:
    """A person in one frame: where following begins."""

    index: int
    """The frame's index."""
    detection: Detection


@dataclass
class _Candidate:
    """One person as met again and again in the opening."""

    index: int
    place: Place
    first: Sighting
    weight: float


def find_person(frames: Iterable[Frame], detector: Detector, fps: float) -> Sighting | None:
    """Return the first sighting of the most prominent person of the opening; None if nobody is ever seen.

    Looks at some frames a second, from the first on which anybody is seen for two seconds, and takes
    whoever is seen the largest, most central, most surely and most often. Reads no further than it needs.
    """
    stride = max(1, round(LOOK_EVERY_SECONDS * fps))
    candidates: list[_Candidate] = []
    for frame in frames:
        if candidates and frame.index > min(c.first.index for c in candidates) + OPENING_SECONDS * fps:
            break
        if frame.index % stride == 0:
            for detection in detector.detect(frame.image):
                _file(detection, frame, detector.skeleton, fps, candidates)
    return max(candidates, key=lambda c: c.weight).first if candidates else None


def _file(
    detection: Detection, frame: Frame, skeleton: Skeleton, fps: float, candidates: list[_Candidate]
) -> None:
    place, sure = place_of(detection, skeleton), confidence(detection, skeleton)
    if place is None or sure < MIN_CONFIDENCE:
        return
    height, width = frame.image.shape[:2]
    off_center = math.hypot(place.x - width / 2, place.y - height / 2) / math.hypot(width / 2, height / 2)
    # A body's height counts up to the picture's: a face before the lens is no more prominent than a whole
    # person.
    weight = sure * min(1.0, place.radius / (height / 2)) * (1.0 - 0.5 * min(1.0, off_center))
    near = [c for c in candidates if c.index < frame.index and _same(c, place, (frame.index - c.index) / fps)]
    if near:
        same = min(near, key=lambda c: c.place.distance_in_radii(place))
        same.index, same.place = frame.index, place
        same.weight += weight
    else:
        candidates.append(_Candidate(frame.index, place, Sighting(frame.index, detection), weight))


def _same(candidate: _Candidate, place: Place, seconds: float) -> bool:
    return (
        candidate.place.distance_in_radii(place) < 0.5 + 5.0 * seconds
        and candidate.place.size_ratio(place) < 1.8
    )
