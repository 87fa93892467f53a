"""What a detector is: a picture in, the keypoints of people out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float, UInt8

from kinelift.body import Skeleton


@dataclass(frozen=True, eq=False)
class Detection:
    """One person in one picture."""

    points_px: Float[np.ndarray, "joint 2"]
    """Keypoints in continuous coordinates of the whole picture: (0, 0) is its top-left corner."""
    scores: Float[np.ndarray, " joint"]
    """Confidence in [0, 1]."""

    def __post_init__(self) -> None:
        if self.points_px.shape != (*self.scores.shape, 2):
            raise ValueError(
                f"points_px {self.points_px.shape} and scores {self.scores.shape}: (J, 2) and (J,) expected."
            )

    def __repr__(self) -> str:
        x, y = np.nanmean(self.points_px, axis=0)
        return (
            f"Detection({len(self.scores)} joints around ({x:.0f}, {y:.0f}), score {self.scores.mean():.2f})"
        )


@dataclass(frozen=True)
class Region:
    """A square that encloses one body, turned with it."""

    center_px: tuple[float, float]
    """Where the hips are thought to be; the square's centre."""
    side_px: float
    turn_radians: float = 0.0
    """How far the body is turned from head up, clockwise as seen in the picture; pi for head down."""


@runtime_checkable
class Detector(Protocol):
    """Finds people in single pictures and remembers nothing between them.

    One to which larger pictures are of no use may say so by an attribute `longest_side_px`, and one that finds
    everybody in a whole picture as well as in regions, at no great cost, by `sees_everybody`.
    """

    @property
    def skeleton(self) -> Skeleton:
        """The layout of every detection."""
        ...

    def detect(
        self, image: UInt8[np.ndarray, "height width 3"], region: Region | None = None
    ) -> list[Detection]:
        """Find everybody in an RGB picture, or, given a region, the person it encloses (at most one)."""
        ...

    def close(self) -> None:
        """Release what the detector holds."""
        ...


def longest_side_wanted(detector: Detector) -> float:
    """Return how long, in pixels, the longer side of a picture may usefully be; infinite if the detector is silent."""
    return getattr(detector, "longest_side_px", math.inf)


def sees_everybody(detector: Detector) -> bool:
    """Tell whether a detector may be asked for everybody in every picture; no if it is silent."""
    return bool(getattr(detector, "sees_everybody", False))
