"""Where up is and where the floor lies, as a camera sees them, and how that is known."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float

GroundSource = Literal["given", "found", "assumed"]


@dataclass(frozen=True)
class GroundKnowledge:
    """How a world's gravity and floor are known, and how far off they are expected to be."""

    source: GroundSource = "assumed"
    """"given" with the camera's pose, "found" from people who stand or move in view, or "assumed": the camera held
    level, the floor unknown and the origin at the lens."""
    gravity_error_degrees: float = math.nan
    """Angle by which up is expected to be off; NaN where nothing is known of it."""
    floor_error_m: float = math.nan
    """Metres by which the floor is expected to be off at the people's feet; NaN likewise. Below the lens, from which
    the world's origin hangs, it is off by the gravity error times their distance besides."""


NOT_KNOWN = GroundKnowledge()
"""The camera taken to be held level, the floor unknown."""


@dataclass(frozen=True, eq=False)
class Ground:
    """Gravity and floor found in view."""

    up: Float[np.ndarray, " 3"]
    """Unit vector against gravity, in the camera's frame."""
    floor_m: float
    """The floor is where `up` times a point of the camera's frame is this: the lens is -floor_m above it. NaN where
    nobody stood on it."""
    known: GroundKnowledge

    @property
    def world_from_camera(self) -> Float[np.ndarray, "4 4"]:
        """The rigid transform to the world with its origin on the floor below the lens: Y up, +Z towards the camera.

        Where the floor is not known the origin is at the lens.
        """
        back = np.array([0.0, 0.0, -1.0])
        right = np.cross(self.up, back)
        if np.linalg.norm(right) < 1e-6:  # straight down, where any direction will do
            right = np.array([1.0, 0.0, 0.0])
        right = right / np.linalg.norm(right)
        transform = np.eye(4)
        transform[:3, :3] = np.stack((right, self.up, np.cross(right, self.up)))
        transform[1, 3] = 0.0 if math.isnan(self.floor_m) else -self.floor_m
        return transform
