"""Smoother joints, where that is wanted more than what they did from frame to frame."""

from __future__ import annotations

import math

import numpy as np
from jaxtyping import Float

from kinelift.body.skeleton import Skeleton
from kinelift.geometry.kinematics import bone_lengths
from kinelift.geometry.local_fits import local_quadratic
from kinelift.placing.bones import fix_bones

LONGEST_SECONDS = 2.0
"""Half the span; longer, nothing of a movement would be left."""


def checked_span(seconds: float) -> float:
    """Return half the span that joints are smoothed over; ValueError unless it is one."""
    if not 0.0 <= seconds <= LONGEST_SECONDS:
        raise ValueError(
            f"smooth: seconds between 0 (not at all) and {LONGEST_SECONDS:g} expected, got {seconds}; "
            "0.1 takes off jitter."
        )
    return float(seconds)


def smooth_look_ahead(seconds: float, fps: float) -> int:
    """Frames that `smooth_body` reads ahead."""
    return math.ceil(seconds * fps)


def smooth_body(
    joints: Float[np.ndarray, "frame joint 3"], skeleton: Skeleton, fps: float, seconds: float
) -> Float[np.ndarray, "frame joint 3"]:
    """Smooth placed joints (metres) over `seconds` on either side; bones keep each frame's lengths.

    Local quadratics in time (Savitzky and Golay, 1964, with tricube weights), which neither shorten a path that turns
    slowly nor lower a jump. Under two frames nothing changes.
    """
    reach = smooth_look_ahead(seconds, fps)
    if reach < 2:
        return joints
    everywhere = np.ones(len(joints))
    columns = joints.reshape(len(joints), -1).T.astype(np.float64)
    smoothed = np.stack([local_quadratic(column, everywhere, reach) for column in columns], axis=-1)
    moved = smoothed.reshape(joints.shape).astype(joints.dtype)
    return fix_bones(moved, bone_lengths(joints.astype(np.float64), skeleton), skeleton)
