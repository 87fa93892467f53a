"""Whom to follow: the most prominent person at the beginning, or whoever else is meant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kinelift.body import Skeleton
from kinelift.detection import Detection, Detector
from kinelift.tracking.choice import Standing, Whom, in_order, standing_of
from kinelift.tracking.place import Place, confidence, place_of
from kinelift.video import Frame

LOOK_EVERY_SECONDS = 0.2
OPENING_SECONDS = 2.0
"""People are compared over this long from the first sight of anybody."""
MISSED_SECONDS = 3.0 * LOOK_EVERY_SECONDS
"""Who is seen after longer is not taken for whom was seen before: that may have been a bush."""
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
    standing: Standing


def find_person(
    frames: Iterable[Frame], detector: Detector, fps: float, whom: Whom = "prominent"
) -> Sighting | None:
    """Return the first sighting of the person of the opening who is meant; None if nobody is ever seen.

    Looks at some frames a second, from the first on which anybody is seen for two seconds. The most prominent is
    whoever is seen the largest, most central, most surely and most often. Reads no further than it needs. Raises
    ValueError where fewer people are seen than would have to be.
    """
    stride = max(1, round(LOOK_EVERY_SECONDS * fps))
    candidates: list[_Candidate] = []
    for frame in frames:
        if candidates and frame.index > min(c.first.index for c in candidates) + OPENING_SECONDS * fps:
            break
        if frame.index % stride == 0:
            for detection in detector.detect(frame.image):
                _file(detection, frame, detector.skeleton, fps, candidates)
    return in_order([(c.first, c.standing) for c in candidates], whom)[0] if candidates else None


def _file(
    detection: Detection, frame: Frame, skeleton: Skeleton, fps: float, candidates: list[_Candidate]
) -> None:
    place, sure = place_of(detection, skeleton), confidence(detection, skeleton)
    if place is None or sure < MIN_CONFIDENCE:
        return
    height, width = frame.image.shape[:2]
    standing = standing_of(detection, skeleton, (width, height))
    if standing is None:
        return
    near = [c for c in candidates if c.index < frame.index and _same(c, place, (frame.index - c.index) / fps)]
    if near:
        same = min(near, key=lambda c: c.place.distance_in_radii(place))
        same.index, same.place = frame.index, place
        same.standing = same.standing.joined(standing)
    else:
        candidates.append(_Candidate(frame.index, place, Sighting(frame.index, detection), standing))


def _same(candidate: _Candidate, place: Place, seconds: float) -> bool:
    return (
        seconds <= MISSED_SECONDS
        and candidate.place.distance_in_radii(place) < 0.5 + 5.0 * seconds
        and candidate.place.size_ratio(place) < 1.8
    )
