"""Where a body must be next, from where it has been."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import replace

import numpy as np
from jaxtyping import Float

from kinelift.tracking.place import Place

REMEMBERED_SECONDS = 0.2
MIN_PLACES = 3
TRUSTED_SECONDS = 0.25
"""A motion is carried on for so long at most; then the body is looked for where it would be by then."""
GRAVITY = 9.81
METRES_PER_RADIUS = 1.0
"""Hips to the farthest point of a grown body, roughly: makes gravity pixels."""


class Trail:
    """The last places of one body and its last pose."""

    def __init__(self, fps: float) -> None:
        self._fps = fps
        self._places: deque[tuple[int, Place]] = deque(
            maxlen=max(MIN_PLACES, round(REMEMBERED_SECONDS * fps))
        )
        self.points: Float[np.ndarray, "limb 2"] | None = None
        """Limb joints of the last pose, pixels."""

    def add(self, index: int, place: Place, points: Float[np.ndarray, "limb 2"]) -> None:
        """Remember the body as seen in frame `index`."""
        if self._places:
            # The limbs' reach changes with the pose, the body's size hardly: radii follow slowly.
            known = self._places[-1][1].radius
            place = replace(place, radius=float(np.clip(place.radius, 0.9 * known, 1.1 * known)))
        self._places.append((index, place))
        self.points = points

    @property
    def last(self) -> Place:
        """The last place seen."""
        return self._places[-1][1]

    @property
    def last_index(self) -> int:
        """The last frame in which the body was seen."""
        return self._places[-1][0]

    @property
    def tells_pace(self) -> bool:
        """Whether there are places enough to tell a velocity by."""
        return len(self._recent()) >= MIN_PLACES

    def seconds_since(self, index: int) -> float:
        """Time from the last sight of the body to frame `index`."""
        return abs(index - self.last_index) / self._fps

    def predict(self, index: int, *, falling: bool = False) -> Place:
        """Carry the motion on to frame `index`, as a free fall where asked."""
        last = self.last
        recent = self._recent()
        radius = float(np.median([p.radius for _, p in recent]))
        if len(recent) < MIN_PLACES:
            return replace(last, radius=radius)
        frames = np.array([i for i, _ in recent], np.float64) - recent[-1][0]
        turns = np.unwrap([p.turn for _, p in recent])
        gap = index - self.last_index
        ahead = min(gap, TRUSTED_SECONDS * self._fps)
        vx, vy, spin = (
            _slope(frames, np.array(values))
            for values in ([p.x for _, p in recent], [p.y for _, p in recent], turns)
        )
        drop = 0.5 * GRAVITY * (ahead / self._fps) ** 2 * radius / METRES_PER_RADIUS if falling else 0.0
        return Place(last.x + vx * ahead, last.y + vy * ahead + drop, radius, last.turn + spin * ahead)

    def _recent(self) -> list[tuple[int, Place]]:
        """Places from before he was last out of sight tell nothing of the velocity now."""
        return [(i, p) for i, p in self._places if self.last_index - i <= 2 * (self._places.maxlen or 0)]

    def predicted_points(self, place: Place) -> Float[np.ndarray, "limb 2"]:
        """Move the last pose to a predicted place, turned with it."""
        assert self.points is not None
        last = self.last
        angle = place.turn - last.turn
        cos, sin = math.cos(angle), math.sin(angle)
        return (self.points - (last.x, last.y)) @ np.array([[cos, sin], [-sin, cos]]) + (place.x, place.y)


def _slope(frames: Float[np.ndarray, " n"], values: Float[np.ndarray, " n"]) -> float:
    """Slope of the line by least squares, a frame."""
    centered = frames - frames.mean()
    return float(centered @ (values - values.mean()) / (centered @ centered))
