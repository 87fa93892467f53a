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

SURE_M, UNKNOWN_M = 0.03, 0.15
"""Expected error from which a frame's say falls, and the one taken where none is told: metres."""


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


def say_of(errors_m: Float[np.ndarray, "*batch"]) -> Float[np.ndarray, "*batch"]:
    """Return how much a joint counts, up to 1, that is expected to be off by so much; NaN is not known."""
    return 1.0 / (1.0 + (np.where(np.isnan(errors_m), UNKNOWN_M, errors_m) / SURE_M) ** 2)


def smooth_body(
    joints: Float[np.ndarray, "frame joint 3"],
    errors_m: Float[np.ndarray, "frame joint"],
    skeleton: Skeleton,
    fps: float,
    seconds: float,
) -> Float[np.ndarray, "frame joint 3"]:
    """Smooth placed joints (metres) over `seconds` on either side; bones keep each frame's lengths.

    Local quadratics in time (Savitzky and Golay, 1964, with tricube weights), which neither shorten a path that turns
    slowly nor lower a jump; each frame counts by how far its joint is expected to be off, NaN where that is not known.
    Under two frames nothing changes.
    """
    reach = smooth_look_ahead(seconds, fps)
    if reach < 2:
        return joints
    columns = joints.reshape(len(joints), -1).T.astype(np.float64)
    says = np.repeat(say_of(errors_m).T, 3, axis=0)
    smoothed = np.stack(
        [local_quadratic(column, say, reach) for column, say in zip(columns, says, strict=True)], axis=-1
    )
    moved = smoothed.reshape(joints.shape).astype(joints.dtype)
    return fix_bones(moved, bone_lengths(joints.astype(np.float64), skeleton), skeleton)
