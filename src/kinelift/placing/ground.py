"""Gravity and floor, found from how a body holds itself and from where its feet stand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float

from kinelift.body.ground import Ground, GroundKnowledge
from kinelift.body.stature import ADULT_SPREAD

FIND_GROUND_LOOK_AHEAD = None
"""It reads the whole clip."""

UPRIGHT_SPREAD = (math.radians(2.5), math.radians(4.5))
"""Standard deviations of the way up that bodies tell: sideways, as seen by the camera, and towards the camera, where a
body's lean and the camera's look the same. Measured, as the three below were chosen, on the lifted motion capture that
footing is learnt from, its errors made half as large again."""

FOOTHOLD_SPREAD = 0.09
"""Leg lengths by which places where feet stand lie above or below one floor; farther ones count for less and less."""

PATCH, PATCH_SECONDS = 2.0, 2.0
"""Side of a patch of floor, leg lengths, and how long at most standing there counts in which way the floor slopes: who
stands still errs in the same way all the while."""

CELL_SECONDS = 1.0
"""What stands for this long counts as one place, as do longer contacts for each such time."""

LEVEL_SHARE, LEVEL_REACH = 0.1, 3.0
"""Of the time that feet stand at all; and how far from a level, in spreads, they still stand on it."""

LEAST_FLOOR_ERROR_M = 0.01
"""Nobody's soles are known better."""

SHALLOWEST_M = 0.3
"""A floor hardly below the lens says nothing of people's sizes."""

MOST_SPREADS = 2.5
"""Of people's sizes: whose floor is farther from the others' stands on something else."""

ROUNDS = 15
"""Fits, each of which gives less weight to what strayed from the one before."""


@dataclass(frozen=True, eq=False)
class Uprightness:
    """What bodies tell of the way up, summed over frames."""

    total: Float[np.ndarray, " 3"]
    """Unit vectors against gravity, in the camera's frame, times their weights."""
    weight: float

    def __add__(self, other: Uprightness) -> Uprightness:
        return Uprightness(self.total + other.total, self.weight + other.weight)

    @classmethod
    def none(cls) -> Uprightness:
        """Return what nobody tells."""
        return cls(np.zeros(3), 0.0)


class Footholds:
    """Where feet stood, gathered a stretch at a time: for each of a body's foot points the mean of every second."""

    def __init__(self, fps: float) -> None:
        self._cell_frames = max(round(CELL_SECONDS * fps), 1)
        self._sums: dict[int, Float[np.ndarray, "4 4"]] = {}

    def add(
        self, feet: Float[np.ndarray, "frame 4 3"], standing: Bool[np.ndarray, "frame 4"], first: int
    ) -> None:
        """Take the frames from `first` on: FOOT_POINTS in metres, camera frame, and when they stand."""
        cells = (first + np.arange(len(feet))) // self._cell_frames
        ones = np.concatenate((feet, np.ones((*feet.shape[:2], 1))), axis=-1)
        counted = np.where(standing[..., None], ones, 0.0)
        for cell in range(cells[0], cells[-1] + 1) if len(cells) else ():
            own = counted[cells == cell].sum(0)
            self._sums[cell] = self._sums.get(cell, np.zeros((4, 4))) + own

    def places(self) -> tuple[Float[np.ndarray, "place 3"], Float[np.ndarray, " place"]]:
        """Return the places, metres, and how many seconds each was stood on."""
        sums = np.concatenate([*self._sums.values(), np.zeros((0, 4))])
        sums = sums[sums[:, 3] > 0]
        return sums[:, :3] / sums[:, 3:], sums[:, 3] / self._cell_frames


@dataclass(frozen=True, eq=False)
class Stance:
    """What one person tells of the ground."""

    upright: Uprightness
    places: Float[np.ndarray, "place 3"]
    """Where feet stood, metres in the camera's frame."""
    seconds: Float[np.ndarray, " place"]
    """How long each place was stood on."""
    leg_m: float
    """Length of the legs, by which the places' heights are judged."""

    def scaled(self, factor: float) -> Stance:
        """Return the stance of a larger body farther away, which looks the same."""
        return replace(self, places=factor * self.places, leg_m=factor * self.leg_m)


def find_ground(stances: Sequence[Stance]) -> Ground | None:
    """Find the floor that people stand on, held to the way up that their bodies tell; None where these tell nothing.

    Least squares with Geman and McClure's weights. Of several levels the floor is the lowest on which anybody stands
    for long: whoever is on a box is above it.
    """
    upright = sum((stance.upright for stance in stances), Uprightness.none())
    if upright.weight <= 0 or np.linalg.norm(upright.total) == 0:
        return None
    places = np.concatenate([stance.places for stance in stances])
    seconds = np.concatenate([stance.seconds for stance in stances])
    leg_m = float(np.mean([stance.leg_m for stance in stances]))
    spread = FOOTHOLD_SPREAD * leg_m
    told = upright.total / np.linalg.norm(upright.total)
    up, stiffness = _plane(told, places, _telling_seconds(places, seconds, PATCH * leg_m), spread)
    across = np.linalg.svd(up[None])[2][1:]  # two directions across up
    error = math.degrees(math.sqrt(np.trace(np.linalg.inv(across @ stiffness @ across.T))))
    if not len(places):
        return Ground(up, math.nan, GroundKnowledge("found", error))
    floor, off = _lowest_level(places @ up, seconds, spread)
    return Ground(up, floor, GroundKnowledge("found", error, off))


def _telling_seconds(
    places: Float[np.ndarray, "place 3"], seconds: Float[np.ndarray, " place"], patch_m: float
) -> Float[np.ndarray, " place"]:
    """Return for how long places count: those of a patch for no more than PATCH_SECONDS together."""
    patches = np.unique(np.floor(places / patch_m).astype(int), axis=0, return_inverse=True)[1].reshape(-1)
    return seconds / (1.0 + np.bincount(patches, weights=seconds)[patches] / PATCH_SECONDS)


def _plane(
    told: Float[np.ndarray, " 3"],
    places: Float[np.ndarray, "place 3"],
    seconds: Float[np.ndarray, " place"],
    spread: float,
) -> tuple[Float[np.ndarray, " 3"], Float[np.ndarray, "3 3"]]:
    """Return up, and how stiffly it is held: the inverse of its covariance."""
    held = _told_stiffness(told)
    up, weights, level = told, seconds, np.zeros((3, 3))
    for _ in range(ROUNDS if len(places) > 1 else 0):
        away = places - np.average(places, axis=0, weights=weights)
        level = (away * weights[:, None]).T @ away / spread**2
        up = np.linalg.solve(level + held, held @ told)
        up /= np.linalg.norm(up)
        weights = seconds / (1.0 + (away @ up / (2.0 * spread)) ** 2) ** 2
    return up, level + held


def _lowest_level(
    heights: Float[np.ndarray, " place"], seconds: Float[np.ndarray, " place"], spread: float
) -> tuple[float, float]:
    """Return the height of the lowest level that is stood on for LEVEL_SHARE of the time, and how far it may be off."""
    low = _weighted_quantile(heights, seconds, LEVEL_SHARE)
    on_it = (heights >= low - LEVEL_REACH * spread) & (heights <= low + LEVEL_REACH * spread)
    floor = _weighted_quantile(heights[on_it], seconds[on_it], 0.5)
    stray = _weighted_quantile(np.abs(heights[on_it] - floor), seconds[on_it], 0.5)
    return floor, max(stray, LEAST_FLOOR_ERROR_M)


def shared_scales(stances: Sequence[Stance]) -> list[float]:
    """Return by what to scale people so that all stand on one floor; 1 for those who do not seem to.

    A body seen by one camera may be larger and farther away: its size is known to ADULT_SPREAD. The depth of the floor
    below the lens, which grows with it, is the same for everybody; the likeliest is the geometric mean.
    """
    ground = find_ground(stances)
    ones = [1.0] * len(stances)
    if ground is None or math.isnan(ground.floor_m):
        return ones
    depths = {
        number: -_lowest_level(stance.places @ ground.up, stance.seconds, FOOTHOLD_SPREAD * stance.leg_m)[0]
        for number, stance in enumerate(stances)
        if len(stance.places)
    }
    depths = {number: depth for number, depth in depths.items() if depth > SHALLOWEST_M}
    if len(depths) < 2:
        return ones
    logs = {number: math.log(depth) for number, depth in depths.items()}
    middle = float(np.median(list(logs.values())))
    near = {number: log for number, log in logs.items() if abs(log - middle) <= MOST_SPREADS * ADULT_SPREAD}
    shared = float(np.mean(list(near.values()))) if near else middle
    return [math.exp(shared - near[n]) if n in near and len(near) > 1 else 1.0 for n in range(len(stances))]


def _told_stiffness(up: Float[np.ndarray, " 3"]) -> Float[np.ndarray, "3 3"]:
    """Return the inverse covariance of the way up: of small turns sideways and towards the camera; free along up."""
    sideways = np.cross(up, (0.0, 0.0, 1.0))
    length = np.linalg.norm(sideways)
    sideways = np.array([1.0, 0.0, 0.0]) if length < 1e-6 else sideways / length
    onwards = np.cross(sideways, up)
    axes = np.stack((sideways, onwards, up))
    return axes.T @ np.diag([UPRIGHT_SPREAD[0] ** -2, UPRIGHT_SPREAD[1] ** -2, 1.0]) @ axes


def _weighted_quantile(
    values: Float[np.ndarray, " n"], weights: Float[np.ndarray, " n"], share: float
) -> float:
    order = np.argsort(values)
    upto = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(upto, share * upto[-1])])
