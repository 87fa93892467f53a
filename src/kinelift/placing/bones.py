"""Bones of one length throughout a clip, and the stature they add up to."""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float

from kinelift.body.skeleton import Skeleton
from kinelift.geometry.kinematics import (
    LEGS_OF_STATURE,
    bone_directions,
    rebuild_joints,
    symmetric_bone_lengths,
)

FIX_BONES_LOOK_AHEAD = None
"""fit_bones reads the whole clip; fix_bones itself reads one frame at a time."""

STATURE_BONES = ("left_knee", "left_ankle")
"""Bones, by the joint at their end, that stature is told from: a detector's shoulders and hips are not quite where a
tape would measure, so that the trunk says less."""

STATURE_RANGE = (0.4, 2.8)
"""Metres; anything else is a unit gone wrong."""


def check_height(height: float | None) -> None:
    """Raise a ValueError unless it is none or a standing stature in metres."""
    if height is not None and not STATURE_RANGE[0] <= height <= STATURE_RANGE[1]:
        raise ValueError(
            f"height: metres between {STATURE_RANGE[0]} and {STATURE_RANGE[1]} expected, got {height}."
        )


def fit_bones(
    joints: Float[np.ndarray, "frame joint 3"], observed: Bool[np.ndarray, " frame"], skeleton: Skeleton
) -> Float[np.ndarray, " bone"]:
    """Return each bone's length in metres: the median over observed frames, left and right alike."""
    rows = joints[observed] if observed.any() else joints
    return symmetric_bone_lengths(rows.astype(np.float64), skeleton)


def root_between_hips(
    joints: Float[np.ndarray, "frame joint 3"], skeleton: Skeleton
) -> Float[np.ndarray, "frame joint 3"]:
    """Return joints relative to the middle of the hips, which joint 0 is by definition, whatever moved the hips."""
    hips = [child for parent, child in skeleton.bones if parent == 0 and skeleton.mirrored[child] != child]
    if not hips:
        return joints
    moved = joints - joints[:, hips].mean(1, keepdims=True)
    moved[:, 0] = 0.0
    return moved


def fix_bones(
    joints: Float[np.ndarray, "frame joint 3"], lengths: Float[np.ndarray, "... bone"], skeleton: Skeleton
) -> Float[np.ndarray, "frame joint 3"]:
    """Give every frame these bone lengths (bone,), or each its own (frame, bone); root and directions are kept."""
    directions = bone_directions(joints.astype(np.float64), skeleton)
    return rebuild_joints(joints[:, 0].astype(np.float64), directions, lengths, skeleton).astype(joints.dtype)


def stature(lengths: Float[np.ndarray, " bone"], skeleton: Skeleton) -> float:
    """Estimate standing stature, sole to crown in metres, from bone lengths."""
    ends = {skeleton.names[child]: length for (_, child), length in zip(skeleton.bones, lengths, strict=True)}
    missing = [name for name in STATURE_BONES if name not in ends]
    if missing:
        raise ValueError(
            f"stature: {skeleton.name} lacks the bones to {', '.join(missing)}; height cannot be given."
        )
    return sum(float(ends[name]) for name in STATURE_BONES) / LEGS_OF_STATURE
