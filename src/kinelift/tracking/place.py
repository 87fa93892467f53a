"""Where a body is in the picture, how large and which way up: what the tracking compares and predicts."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinelift.body import Skeleton
from kinelift.detection import Detection, Region
from kinelift.tracking.limbs import LIMBS

CERTAIN = 0.3
"""Score from which a joint counts as seen when a body is measured."""

CIRCLE_PER_REACH = 1.12
"""Radius of the circle around a body over its farthest keypoint's distance from the hips; keypoints end at
the eyes and the ankles, bodies do not. Measured against BlazePose's own circles."""

SIDE_PER_RADIUS = 2.5


@dataclass(frozen=True)
class Place:
    """The circle around a body, and how the trunk is turned in it."""

    x: float
    """Middle of the hips, pixels."""
    y: float
    radius: float
    """Distance from the middle of the hips to the body's farthest point, pixels."""
    turn: float
    """Radians clockwise from head up."""

    @property
    def region(self) -> Region:
        """Where a detector is to look."""
        return Region((self.x, self.y), SIDE_PER_RADIUS * self.radius, self.turn)

    def distance_in_radii(self, other: Place) -> float:
        """Distance of the centres over the mean radius."""
        return math.hypot(self.x - other.x, self.y - other.y) / (0.5 * (self.radius + other.radius))

    def size_ratio(self, other: Place) -> float:
        """Larger radius over the smaller, 1 or more."""
        return max(self.radius, other.radius) / min(self.radius, other.radius)


def limb_indices(skeleton: Skeleton) -> np.ndarray:
    """Indices of the joints that tell a pose; ValueError if a layout lacks them."""
    return np.array([skeleton.index(name) for name in LIMBS])


def place_of(detection: Detection, skeleton: Skeleton) -> Place | None:
    """Measure a detection; None where hips and shoulders do not tell a place."""
    points = detection.points_px.astype(np.float64)
    shoulders, hips = (_middle(points, skeleton, name) for name in ("shoulder", "hip"))
    limbs = limb_indices(skeleton)
    seen = limbs[detection.scores[limbs] >= CERTAIN]
    reach = points[seen if len(seen) >= 6 else limbs] - hips
    radius = CIRCLE_PER_REACH * float(np.nanmax(np.linalg.norm(reach, axis=-1), initial=0.0))
    up = shoulders - hips
    if not (math.isfinite(radius) and radius > 0 and np.isfinite(up).all()):
        return None
    return Place(float(hips[0]), float(hips[1]), radius, math.atan2(up[0], -up[1]))


def _middle(points: Float[np.ndarray, "joint 2"], skeleton: Skeleton, name: str) -> Float[np.ndarray, " 2"]:
    """Return the middle of left and right, or the one that is there; NaN where neither is."""
    pair = points[[skeleton.index(f"{side}_{name}") for side in ("left", "right")]]
    there = np.isfinite(pair).all(-1)
    return pair[there].mean(0) if there.any() else np.full(2, np.nan)


def confidence(detection: Detection, skeleton: Skeleton) -> float:
    """Mean score of the joints that tell the pose."""
    return float(detection.scores[limb_indices(skeleton)].mean())
