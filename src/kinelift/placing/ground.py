"""Gravity and floor, found from how a body holds itself and from where its feet stand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from kinelift.body.ground import Ground, GroundKnowledge

FIND_GROUND_LOOK_AHEAD = None
"""It reads the whole clip."""

UPRIGHT_SPREAD = (math.radians(3.0), math.radians(5.0))
"""Standard deviations of the way up that bodies tell: sideways, as seen by the camera, and towards the camera, where a
body's lean and the camera's look the same. Measured on lifted motion capture."""

FOOTHOLD_SPREAD = 0.06
"""Leg lengths by which places where feet stand lie above or below one floor; farther ones count for less and less."""

CELL_SECONDS = 1.0
"""What stands for this long counts as one place, as do longer contacts for each such time."""

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


def find_ground(
    upright: Uprightness,
    places: Float[np.ndarray, "place 3"],
    seconds: Float[np.ndarray, " place"],
    leg_m: float,
) -> Ground | None:
    """Find the plane that feet stood on, held to the way up that bodies tell; None where they tell nothing.

    `places` are metres in the camera's frame, `seconds` how long each was stood on, and `leg_m` the length of the legs,
    which says how much the places' heights mean. Least squares with Geman and McClure's weights.
    """
    if upright.weight <= 0 or np.linalg.norm(upright.total) == 0:
        return None
    told = upright.total / np.linalg.norm(upright.total)
    held = _told_stiffness(told)
    spread, up, weights, level = FOOTHOLD_SPREAD * leg_m, told, seconds, np.zeros((3, 3))
    for _ in range(ROUNDS if len(places) > 1 else 0):
        away = places - np.average(places, axis=0, weights=weights)
        level = (away * weights[:, None]).T @ away / spread**2
        up = np.linalg.solve(level + held, held @ told)
        up /= np.linalg.norm(up)
        weights = seconds / (1.0 + (away @ up / (2.0 * spread)) ** 2) ** 2
    across = np.linalg.svd(up[None])[2][1:]  # two directions across up
    error = math.sqrt(np.trace(np.linalg.inv(across @ (level + held) @ across.T)))
    heights = places @ up
    if not len(heights):
        return Ground(up, math.nan, GroundKnowledge("found", math.degrees(error)))
    floor = _weighted_median(heights, weights)
    stray = _weighted_median(np.abs(heights - floor), weights)
    return Ground(up, floor, GroundKnowledge("found", math.degrees(error), max(stray, 0.01)))


def shared_ground(grounds: Sequence[Ground]) -> Ground:
    """Return the one ground that several people stand on: each one's say is by how sure it is."""
    if len(grounds) == 1:
        return grounds[0]
    say = np.array([ground.known.gravity_error_degrees**-2 for ground in grounds])
    up = (say[:, None] * np.stack([ground.up for ground in grounds])).sum(0)
    up /= np.linalg.norm(up)
    error = float(say.sum() ** -0.5)
    floors = np.array([(g.floor_m, g.known.floor_error_m) for g in grounds if not math.isnan(g.floor_m)])
    if not len(floors):
        return Ground(up, math.nan, GroundKnowledge("found", error))
    say = floors[:, 1] ** -2
    floor = float(np.average(floors[:, 0], weights=say))
    spread = max(float(say.sum() ** -0.5), float(np.abs(floors[:, 0] - floor).max()))
    return Ground(up, floor, GroundKnowledge("found", error, spread))


def _told_stiffness(up: Float[np.ndarray, " 3"]) -> Float[np.ndarray, "3 3"]:
    """Return the inverse covariance of the way up: of small turns sideways and towards the camera; free along up."""
    sideways = np.cross(up, (0.0, 0.0, 1.0))
    length = np.linalg.norm(sideways)
    sideways = np.array([1.0, 0.0, 0.0]) if length < 1e-6 else sideways / length
    onwards = np.cross(sideways, up)
    axes = np.stack((sideways, onwards, up))
    return axes.T @ np.diag([UPRIGHT_SPREAD[0] ** -2, UPRIGHT_SPREAD[1] ** -2, 1.0]) @ axes


def _weighted_median(values: Float[np.ndarray, " n"], weights: Float[np.ndarray, " n"]) -> float:
    order = np.argsort(values)
    upto = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(upto, 0.5 * upto[-1])])
