"""Following one person and keeping him."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from kinelift.detection import Detection, Detector
from kinelift.tracking.bystanders import Bystanders
from kinelift.tracking.clothes import Clothes, colours_of, colours_of_picture
from kinelift.tracking.place import Place, confidence, limb_indices, place_of
from kinelift.tracking.prediction import Trail
from kinelift.tracking.prominence import LOOK_EVERY_SECONDS, Sighting
from kinelift.video import Frame

SURE = 0.6
"""Confidence from which the first look at where the body must be is taken as it is."""
TOO_UNSURE = 0.3
"""Confidence below which nobody is taken to be seen."""
LEAST_INSIDE = 0.5
"""Share of a body's limb joints between the picture's sides, while it is in sight: of one that leaves, a detector still
sees what it expects beyond them. Legs below the picture are another matter: whoever sits at a desk is in sight."""
GIVE_UP_SECONDS = 1.0
"""After so long without him, he is looked for in the whole picture alone."""
CLEAR_CHANGE, CLEAR_CHANGE_PER_SECOND = 0.06, 1.8
"""Change of pose, in radii, up to which the first look is taken without a second."""
SWAP_GAIN = 0.5
"""Left and right are taken to be exchanged where that at least halves a change that is not clear."""
MAX_SWAPPED_SECONDS = 0.5
"""A detector that names the sides otherwise for so long is right."""
UNKNOWN_PACE = 6.0
"""Radii a second; a radius is about a metre."""
CHANGE_WEIGHT = 1.5
"""What a change of pose by a radius costs against confidence when looks are compared."""


@dataclass(frozen=True)
class _Look:
    """What one look found, and how well it fits what must be there."""

    detection: Detection
    place: Place
    confidence: float
    change: float
    """Mean distance of the limb joints from where they are predicted, in radii."""
    swapped: bool
    """The detector's left and right were exchanged to fit."""

    @property
    def merit(self) -> float:
        return self.confidence - CHANGE_WEIGHT * self.change


def follow(
    frames: Iterable[Frame], detector: Detector, person: Sighting, fps: float
) -> Iterator[Detection | None]:
    """Yield for every frame the person's detection, or None where he is not seen.

    Each frame is looked at where he must be by his motion so far; where that fails, where he would be at
    rest, in free fall, turned further or less; then in the whole picture. What does not fit his place, size
    and pose so far, given the time passed, is somebody else and not taken, unless he was lost for a while and
    is known again by his clothes. Nothing but the last places and his colours is kept; looks at no later frame
    than the one it yields for.
    """
    follower = _Follower(detector, person, fps)
    for frame in frames:
        yield follower.look(frame)


class _Follower:
    def __init__(self, detector: Detector, person: Sighting, fps: float) -> None:
        self._detector, self._person, self._fps = detector, person, fps
        self._limbs = limb_indices(detector.skeleton)
        self._trail = Trail(fps)
        self._others = Bystanders(fps)
        self._clothes = Clothes()
        self._last_search = -math.inf
        self._swapped_since: int | None = None
        place = place_of(person.detection, detector.skeleton)
        if place is None:
            raise ValueError("the person to follow: a detection with hips and shoulders expected.")
        self._remember(person.index, person.detection, place)

    def look(self, frame: Frame) -> Detection | None:
        """Find him in the next frame."""
        if frame.index < self._person.index:
            return self._before_first_sight(frame)
        seconds = self._trail.seconds_since(frame.index)
        look = self._where_he_must_be(frame) if seconds <= GIVE_UP_SECONDS else None
        if look is None and seconds >= LOOK_EVERY_SECONDS and self._search_is_due(frame):
            look = self._in_whole_picture(frame, seconds)
        if look is None:
            return None
        self._remember(frame.index, look.detection, look.place)
        if look.confidence >= SURE and look.change <= self._clear_change(frame.index):
            self._clothes.learn(colours_of(frame.image, look.detection, self._detector.skeleton))
        if not look.swapped:
            self._swapped_since = None
        elif self._swapped_since is None:
            self._swapped_since = frame.index
        self._others.forget()
        return look.detection

    def _before_first_sight(self, frame: Frame) -> Detection | None:
        """Look where he will be: people were looked for now and then only, so he may be seen a little
        earlier.
        """
        if self._trail.seconds_since(frame.index) > 2 * LOOK_EVERY_SECONDS:
            return None
        look = self._best(frame, [self._trail.last])
        return look.detection if look else None

    def _where_he_must_be(self, frame: Frame) -> _Look | None:
        expected = self._trail.predict(frame.index)
        first = self._best(frame, [expected])
        if first and first.confidence >= SURE and first.change <= self._clear_change(frame.index):
            return first
        last, falling = self._trail.last, self._trail.predict(frame.index, falling=True)
        places = [
            replace(expected, radius=1.25 * expected.radius),
            replace(expected, radius=0.9 * expected.radius),
            replace(expected, turn=expected.turn + math.pi / 5),
            replace(expected, turn=expected.turn - math.pi / 5),
        ]
        if first is None:
            places += [
                replace(last, radius=1.1 * expected.radius),
                falling,
                replace(falling, turn=0.0, radius=1.1 * falling.radius),
            ]
        second = self._best(frame, places)
        return max((look for look in (first, second) if look), key=lambda look: look.merit, default=None)

    def _best(self, frame: Frame, places: list[Place]) -> _Look | None:
        looks = [
            look
            for place in places
            for detection in self._detector.detect(frame.image, place.region)
            if (look := self._judge(detection, frame.index)) and self._fits(look, frame)
        ]
        return max(looks, key=lambda look: look.merit, default=None)

    def _judge(self, detection: Detection, index: int) -> _Look | None:
        place = place_of(detection, self._detector.skeleton)
        if place is None:
            return None
        expected = self._trail.predict(index)
        mirrored = self._mirrored(detection)
        change, change_mirrored = self._change(detection, expected), self._change(mirrored, expected)
        swapped = (
            change_mirrored < SWAP_GAIN * change
            and change > self._clear_change(index)
            and self._may_swap(index)
        )
        if swapped:
            detection, change = mirrored, change_mirrored
        return _Look(detection, place, confidence(detection, self._detector.skeleton), change, swapped)

    def _change(self, detection: Detection, expected: Place) -> float:
        away = np.linalg.norm(
            detection.points_px[self._limbs] - self._trail.predicted_points(expected), axis=-1
        )
        known = np.isfinite(away)
        return float(away[known].mean()) / expected.radius if known.any() else math.inf

    def _clear_change(self, index: int) -> float:
        return CLEAR_CHANGE + CLEAR_CHANGE_PER_SECOND * self._trail.seconds_since(index)

    def _mirrored(self, detection: Detection) -> Detection:
        other_side = list(self._detector.skeleton.mirrored)
        return Detection(detection.points_px[other_side], detection.scores[other_side])

    def _may_swap(self, index: int) -> bool:
        return self._swapped_since is None or index - self._swapped_since < MAX_SWAPPED_SECONDS * self._fps

    def _fits(self, look: _Look, frame: Frame) -> bool:
        """Tell whether this can be the same body, so long after it was last seen."""
        seconds = self._trail.seconds_since(frame.index)
        return (
            look.confidence >= TOO_UNSURE
            and self._inside(look.detection, frame) >= LEAST_INSIDE
            and look.change <= 0.15 + self._reach(min(seconds, 0.25))
            and self._away(look.place, frame.index) <= self._reach(seconds)
            and look.place.size_ratio(self._trail.predict(frame.index)) <= 1.6 + min(seconds, 0.4)
        )

    def _inside(self, detection: Detection, frame: Frame) -> float:
        """Return the share of a body's limb joints that are between the picture's sides."""
        x = detection.points_px[self._limbs, 0]
        return float(((x >= 0) & (x <= frame.image.shape[1])).mean())

    def _away(self, place: Place, index: int) -> float:
        """Distance in radii from where he is if he has gone on as he did, or else has come to rest."""
        return min(place.distance_in_radii(p) for p in (self._trail.predict(index), self._trail.last))

    def _reach(self, seconds: float) -> float:
        """How many radii from there he can be: one g at work, or any pace where his pace is not known yet."""
        pace = 0.0 if self._trail.tells_pace else UNKNOWN_PACE
        return 0.25 + min(5.0 * seconds**2 + pace * seconds, 1.5)

    def _search_is_due(self, frame: Frame) -> bool:
        return frame.index - self._last_search >= LOOK_EVERY_SECONDS * self._fps

    def _in_whole_picture(self, frame: Frame, seconds: float) -> _Look | None:
        """Look for him among everybody, leaving out those who were somebody else before."""
        self._last_search = frame.index
        looks = [look for d in self._detector.detect(frame.image) if (look := self._judge(d, frame.index))]
        looks.sort(key=lambda look: look.place.distance_in_radii(self._trail.last))
        him = next((look for look in looks if self._may_be_back(look, frame.index, seconds)), None)
        if him is None and seconds > GIVE_UP_SECONDS:
            him = self._known_by_clothes(frame, looks)
            if him is not None:
                self._trail = Trail(self._fps)  # he may be of any size here
        self._others.note([look.place for look in looks if look is not him], frame.index)
        return him

    def _may_be_back(self, look: _Look, index: int, seconds: float) -> bool:
        return (
            look.confidence >= TOO_UNSURE
            and not self._others.include(look.place, index)
            and look.place.size_ratio(self._trail.last) <= 1.6 + 0.4 * min(seconds, 2.0)
            and self._away(look.place, index) <= max(self._reach(seconds), 0.25 + 2.0 * seconds)
        )

    def _known_by_clothes(self, frame: Frame, looks: list[_Look]) -> _Look | None:
        """Find him where he cannot have come to, after a cut, or where he was taken for another when half in sight."""
        surroundings, skeleton = colours_of_picture(frame.image), self._detector.skeleton
        alike = (
            look
            for look in looks
            if look.confidence >= SURE
            and self._clothes.are(colours_of(frame.image, look.detection, skeleton), surroundings)
        )
        return max(alike, key=lambda look: look.confidence, default=None)

    def _remember(self, index: int, detection: Detection, place: Place) -> None:
        self._trail.add(index, place, detection.points_px[self._limbs].astype(np.float64))
