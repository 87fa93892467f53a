"""Who is who among everybody seen, frame after frame.

tracklet 0   aaaaaaaaaa         as long as a body stays in sight it is one tracklet
tracklet 1        bbbbbbbbbbb
tracklet 2                   ccccc    who came back is known when he has been looked at for a while: a or b?
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from kinelift.body import Skeleton
from kinelift.detection import Detection
from kinelift.tracking.assignment import cheapest_pairs
from kinelift.tracking.clothes import Clothes, Colours
from kinelift.tracking.place import Place, confidence, limb_indices, place_of
from kinelift.tracking.prediction import Trail

LEAST_CONFIDENCE = 0.1
"""Below it nobody is taken to be seen. Detectors differ in what their scores mean; this is sure with any."""
SAME_BODY = 0.12
"""Distance of limb joints (median, in radii) up to which two detections of a frame are one body's."""
IN_SIGHT_SECONDS = 1.0
"""How long somebody hidden is looked for where he must be by now."""
GONE_SECONDS = 0.07
"""The same of somebody who was last seen at a side of the picture: he has left."""
STILL, PER_SECOND = 0.3, 1.6
"""Distance of limb joints from where they must be (median, in radii): at most, and more for each second hidden."""
LARGEST_GROWTH = 2.5
"""Of a radius, while in sight: it is the farthest joint's, which may have been marked anywhere."""
GROWTH_COST, COLOUR_COST_IN_SIGHT = 0.7, 1.0
"""What a change of size by a factor e costs, and clothes that have nothing in common, in radii."""

KNOWN_AFTER_SECONDS = 1.0
"""How long somebody who turns up is looked at before it is settled who he is."""
EDGE_SHARE = 0.15
"""Of the picture's width: who was last or is first seen so near a side has gone or come that way."""
OTHER_WAY = 1.4
"""What coming back by another side costs, as do the following: the log of odds, four to one."""
SIZE_SPREAD, HEIGHT_SPREAD, STEEPNESS = 0.08, 0.15, 1.5
"""By how much who comes back differs in size (log) and in how high the hips are in the picture (in sizes), having
walked nearer or farther: heavy tails, as of a camera that moved meanwhile."""
SIDES = ("left", "right")
SIZED_BY = ("shoulder", "hip", "knee", "ankle")
LEARNT_SIGHTS = 90
"""Over which size and height are averaged; what was before is forgotten slowly."""
COLOUR_ODDS = 8.0
"""Of clothes that have nothing in common."""
SOMEBODY_NEW = 5.0
"""What it costs to be nobody who was met before."""
FAR_OFF = 1.5
"""What it costs, for each radius beyond what is walked meanwhile, to turn up in the middle of the picture."""


@dataclass(frozen=True, eq=False)
class _Sight:
    """One body in the frame."""

    place: Place
    points: Float[np.ndarray, "limb 2"]
    size_px: float | None
    """Of trunk and leg; None where they are not all in the picture."""
    colours: Colours | None


@dataclass(eq=False)
class _Looks:
    """What somebody looks like, from all that was seen of him."""

    log_size: float = 0.0
    """Of trunk and leg in pixels, along their bones: what changes less with the pose than how far a body reaches."""
    hips_px: float = 0.0
    sights: int = 0
    clothes: Clothes = field(default_factory=Clothes)

    def learn(self, sight: _Sight) -> None:
        """See the person once more."""
        self.clothes.learn(sight.colours)
        if sight.size_px is not None:  # half a body does not tell how large it is
            self.sights = min(self.sights + 1, LEARNT_SIGHTS)
            self.log_size += (math.log(sight.size_px) - self.log_size) / self.sights
            self.hips_px += (sight.place.y - self.hips_px) / self.sights

    def remember(self, before: _Looks) -> None:
        """Take what was learnt of the same person before."""
        self.clothes.remember(before.clothes)
        sights = self.sights + before.sights
        if sights:
            share = before.sights / sights
            self.log_size += share * (before.log_size - self.log_size)
            self.hips_px += share * (before.hips_px - self.hips_px)
            self.sights = min(sights, LEARNT_SIGHTS)


@dataclass(eq=False)
class _Tracklet:
    """A body that stayed in sight."""

    number: int
    first_index: int
    came_by: str
    """The side of the picture; empty in the middle."""
    first: Place
    trail: Trail
    looks: _Looks = field(default_factory=_Looks)


@dataclass(eq=False)
class _Person:
    """Somebody known, and the last that was seen of him."""

    id: int
    last: _Tracklet


class PeopleTracker:
    """Gives everybody in sight an identity that stays: through crossings, out of the picture and back into it.

    Bodies are paired with those in sight before by where their limbs must be by now, by size and clothes; who turns up
    after that is, when he has been looked at for KNOWN_AFTER_SECONDS, whoever is missing and looks most like him, came
    back the way he went, or is somebody new. Nothing depends on later frames, so that a video and a live camera give
    the same.
    """

    def __init__(self, skeleton: Skeleton, fps: float, image_size: tuple[int, int]) -> None:
        self._skeleton, self._fps, self._image_size = skeleton, fps, image_size
        self._limbs = limb_indices(skeleton)
        limbs = self._limbs.tolist()
        self._other_side = [limbs.index(skeleton.mirrored[joint]) for joint in limbs]
        """For each limb joint the one on the other side, which detectors take it for now and then."""
        self._tracklets: list[_Tracklet] = []
        """In sight, or hidden for no longer than IN_SIGHT_SECONDS."""
        self._count = 0
        self._people: list[_Person] = []
        self.who: dict[int, int] = {}
        """Whose each tracklet is, by numbers from 0, of those that are settled."""

    def follow(
        self, index: int, detections: Sequence[Detection], colours: Sequence[Colours | None] | None = None
    ) -> list[int | None]:
        """Return the tracklet of each of frame `index`'s detections; None for what tells no body.

        Frames come in their order; some may be left out. `colours` are those of each body's clothes, where pictures are
        at hand. Whose a tracklet is stands in `who` KNOWN_AFTER_SECONDS after it began.
        """
        seen = self._sights(detections, colours or [None] * len(detections))
        gone = [tracklet for tracklet in self._tracklets if self._is_gone(tracklet, index)]
        self._settle(index, [tracklet for tracklet in gone if tracklet.number not in self.who])
        self._tracklets = [tracklet for tracklet in self._tracklets if tracklet not in gone]
        numbers: list[int | None] = [None] * len(detections)
        bodies = list(seen)
        costs = [[self._cost_in_sight(t, seen[body], index) for body in bodies] for t in self._tracklets]
        shape = len(self._tracklets), len(bodies)
        for row, column in cheapest_pairs(np.array(costs, float).reshape(shape)):
            tracklet = self._tracklets[row]
            numbers[bodies[column]] = self._meet(tracklet, index, seen.pop(bodies[column]))
        for body, sight in seen.items():
            tracklet = _Tracklet(self._count, index, self._side(sight.place), sight.place, Trail(self._fps))
            self._count += 1
            self._tracklets.append(tracklet)
            numbers[body] = self._meet(tracklet, index, sight)
        self._settle(index, self._due(index))
        return numbers

    def finish(self) -> dict[int, int]:
        """Settle whose the last tracklets are, and return `who`."""
        last = max((tracklet.trail.last_index for tracklet in self._tracklets), default=0)
        self._settle(last, [tracklet for tracklet in self._tracklets if tracklet.number not in self.who])
        return self.who

    def _is_gone(self, tracklet: _Tracklet, index: int) -> bool:
        longest = GONE_SECONDS if self._side(tracklet.trail.last) else IN_SIGHT_SECONDS
        return tracklet.trail.seconds_since(index) > longest

    def _sights(
        self, detections: Sequence[Detection], colours: Sequence[Colours | None]
    ) -> dict[int, _Sight]:
        """Return the bodies among detections by their numbers, each once."""
        seen: dict[int, _Sight] = {}
        sure = [confidence(detection, self._skeleton) for detection in detections]
        for number in sorted(range(len(detections)), key=lambda number: -sure[number]):
            place = place_of(detections[number], self._skeleton)
            if place is None or sure[number] < LEAST_CONFIDENCE:
                continue
            points = detections[number].points_px[self._limbs].astype(np.float64)
            if all(_apart(points, other.points) > SAME_BODY * place.radius for other in seen.values()):
                size_px = self._size(detections[number].points_px.astype(np.float64))
                seen[number] = _Sight(place, points, size_px, colours[number])
        return seen

    def _size(self, points: Float[np.ndarray, "joint 2"]) -> float | None:
        """Return how long trunk and leg are together, by the side of the body of which more is seen."""
        sides = np.array([[self._skeleton.index(f"{side}_{name}") for name in SIZED_BY] for side in SIDES])
        ends = points[sides]
        known = ((ends >= 0.0) & (ends <= self._image_size)).all(-1).all(-1)  # NaN is not
        if not known.any():
            return None
        return float(np.linalg.norm(np.diff(ends[known], axis=1), axis=-1).sum(-1).mean()) or None

    def _cost_in_sight(self, tracklet: _Tracklet, sight: _Sight, index: int) -> float:
        """Return how far a body is from where a tracklet's must be, in radii; infinite where it is none."""
        expected, seconds = tracklet.trail.predict(index), tracklet.trail.seconds_since(index)
        predicted = tracklet.trail.predicted_points(expected)
        away = min(_apart(points, predicted) for points in (sight.points, sight.points[self._other_side]))
        away /= expected.radius
        growth = expected.size_ratio(sight.place)
        if away > STILL + PER_SECOND * seconds or growth > LARGEST_GROWTH:
            return math.inf
        like = tracklet.looks.clothes.likeness(sight.colours)
        clothes = 0.0 if like is None else COLOUR_COST_IN_SIGHT * (1.0 - like)
        return away + GROWTH_COST * math.log(growth) + clothes

    def _side(self, place: Place) -> str:
        """Name the side of the picture that a place is at; empty in the middle."""
        width = self._image_size[0]
        reach = min(EDGE_SHARE * width + 0.3 * place.radius, 0.45 * width)
        return "left" if place.x < reach else "right" if place.x > width - reach else ""

    def _meet(self, tracklet: _Tracklet, index: int, sight: _Sight) -> int:
        tracklet.trail.add(index, sight.place, sight.points)
        tracklet.looks.learn(sight)
        return tracklet.number

    def _due(self, index: int) -> list[_Tracklet]:
        """Return the tracklets that have been looked at for long enough."""
        return [
            tracklet
            for tracklet in self._tracklets
            if tracklet.number not in self.who
            and index - tracklet.first_index >= KNOWN_AFTER_SECONDS * self._fps
        ]

    def _settle(self, index: int, due: Sequence[_Tracklet]) -> None:
        """Say whose some tracklets are, having regard to who else has turned up and may be one of those missing."""
        if not due:
            return
        open_ones = [tracklet for tracklet in self._tracklets if tracklet.number not in self.who]
        in_sight = [t.number for t in self._tracklets]
        missing = [person for person in self._people if person.last.number not in in_sight]
        costs = np.array(
            [[self._cost_of_return(person, tracklet) for person in missing] for tracklet in open_ones], float
        ).reshape(len(open_ones), len(missing))
        # Each may also be somebody new, of whom there are as many as are wanted.
        anybody_new = np.where(np.eye(len(open_ones), dtype=bool), SOMEBODY_NEW, np.inf)
        for row, column in cheapest_pairs(np.concatenate((costs, anybody_new), axis=1)):
            tracklet = open_ones[row]
            if tracklet not in due:
                continue
            if column < len(missing):
                person = missing[column]
                tracklet.looks.remember(person.last.looks)
                person.last = tracklet
            else:
                person = _Person(len(self._people), tracklet)
                self._people.append(person)
            self.who[tracklet.number] = person.id

    def _cost_of_return(self, person: _Person, tracklet: _Tracklet) -> float:
        """Return what speaks against a body's being somebody who is missing, as log odds."""
        before = person.last
        seconds = (tracklet.first_index - before.trail.last_index) / self._fps
        if seconds <= 0:
            return math.inf
        went_by, last = self._side(before.trail.last), before.trail.last
        cost = OTHER_WAY * (went_by != tracklet.came_by)
        if not went_by or not tracklet.came_by:
            away = last.distance_in_radii(tracklet.first)
            cost += FAR_OFF * max(away - 1.0 - 1.5 * seconds, 0.0)
        if tracklet.looks.sights and before.looks.sights:
            size = (tracklet.looks.log_size - before.looks.log_size) / SIZE_SPREAD
            higher = (tracklet.looks.hips_px - before.looks.hips_px) / math.exp(before.looks.log_size)
            cost += STEEPNESS * (math.log1p(size**2) + math.log1p((higher / HEIGHT_SPREAD) ** 2))
        like = before.looks.clothes.likeness_to(tracklet.looks.clothes)
        return cost + (0.0 if like is None else COLOUR_ODDS * (1.0 - like))


def _apart(first: Float[np.ndarray, "limb 2"], second: Float[np.ndarray, "limb 2"]) -> float:
    """Return the median distance of joints that both have, pixels; infinite where there are none."""
    away = np.linalg.norm(first - second, axis=-1)
    known = np.isfinite(away)
    return float(np.median(away[known])) if known.any() else math.inf
