"""A motion's own rig: a T-pose with the clip's bone lengths, left and right alike."""

from __future__ import annotations

import math

import numpy as np
from jaxtyping import Float

from kinelift.angles.rig import Rig
from kinelift.body import Motion

HAND_OF_FOREARM = 0.6
"""From the wrist to the knuckles, which nothing marks."""
TOES_OF_FOOT = 0.35
"""From the ball of the foot to the tip of the toes, of ankle to ball."""
FOOT_OF_SHANK = (0.42, 0.18)
"""Where nothing marks the ball of the foot: how far before and below the ankle it is, of the shank (the ankle stands
0.039 and the knee 0.285 of stature high, the foot is 0.152 long; Winter, 2009, after Drillis and Contini)."""

TRUNK = ("left_hip", "right_hip", "pelvis", "spine", "thorax", "nose", "head")
LIMBS = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
NEEDED = (*TRUNK, *(f"{side}_{joint}" for side in ("left", "right") for joint in LIMBS))
"""Joints without which there is no rig: those of h36m_17."""


def rest_rig(motion: Motion) -> Rig:
    """Return the rig of a motion: T-pose, Y up, facing +Z; bones as long as in the clip's median frame."""
    missing = [joint for joint in dict.fromkeys(NEEDED) if joint not in motion.skeleton.names]
    if missing:
        raise ValueError(
            f"joint angles need h36m_17's joints, and {motion.skeleton.name} has no {', '.join(missing)}. "
            "Write positions instead (.trc, .csv, .c3d), or lift with a model that gives h36m_17 or h36m_21."
        )
    joints = [*_trunk(motion)]
    for side, sign in (("left", 1.0), ("right", -1.0)):
        joints += [*_arm(motion, side, sign), *_leg(motion, side, sign)]
    names, parents, offsets, stands_at = zip(*joints, strict=True)
    indices = tuple(-1 if parent is None else names.index(parent) for parent in parents)
    return Rig(names, indices, np.array(offsets), stands_at)


_Joint = tuple[str, str | None, tuple[float, float, float], str | None]
"""Name, parent, offset from it, and the joint of the skeleton that stands there."""


def _trunk(motion: Motion) -> list[_Joint]:
    """The neck leans forward and the crown stands above it, as the sides of that triangle have it."""
    neck, face = _length(motion, "thorax", "nose"), _length(motion, "nose", "head")
    up, forward = _corner(neck, face, _length(motion, "thorax", "head"))
    crown = _length(motion, "thorax", "head") - up
    return [
        ("hips", None, (0.0, 0.0, 0.0), "pelvis"),
        ("spine", "hips", (0.0, 0.0, 0.0), "pelvis"),
        ("chest", "spine", (0.0, _length(motion, "pelvis", "spine"), 0.0), "spine"),
        ("neck", "chest", (0.0, _length(motion, "spine", "thorax"), 0.0), "thorax"),
        ("head", "neck", (0.0, up, forward), "nose"),
        ("head_end", "head", (0.0, crown, -forward), "head"),
    ]


def _arm(motion: Motion, side: str, sign: float) -> list[_Joint]:
    """The shoulders are as far apart as in the clip, hence a little below the base of the neck."""
    clavicle, across = _both(motion, "thorax", "shoulder"), _length(motion, "left_shoulder", "right_shoulder")
    outward = min(across / 2.0, clavicle)
    upper_arm, forearm = _both(motion, "shoulder", "elbow"), _both(motion, "elbow", "wrist")
    sunk = -math.sqrt(clavicle**2 - outward**2)
    chest = (0.0, _length(motion, "spine", "thorax"), 0.0)
    return [
        (f"{side}_clavicle", "chest", chest, "thorax"),
        (f"{side}_upper_arm", f"{side}_clavicle", (sign * outward, sunk, 0.0), f"{side}_shoulder"),
        (f"{side}_forearm", f"{side}_upper_arm", (sign * upper_arm, 0.0, 0.0), f"{side}_elbow"),
        (f"{side}_hand", f"{side}_forearm", (sign * forearm, 0.0, 0.0), f"{side}_wrist"),
        (f"{side}_hand_end", f"{side}_hand", (sign * forearm * HAND_OF_FOREARM, 0.0, 0.0), None),
    ]


def _leg(motion: Motion, side: str, sign: float) -> list[_Joint]:
    thigh, shank = _both(motion, "hip", "knee"), _both(motion, "knee", "ankle")
    outward = _length(motion, "left_hip", "right_hip") / 2.0
    foot = _foot(motion, side, shank)
    toes = foot[0][2][2] * TOES_OF_FOOT
    return [
        (f"{side}_thigh", "hips", (sign * outward, 0.0, 0.0), f"{side}_hip"),
        (f"{side}_shin", f"{side}_thigh", (0.0, -thigh, 0.0), f"{side}_knee"),
        (f"{side}_foot", f"{side}_shin", (0.0, -shank, 0.0), f"{side}_ankle"),
        *foot,
        (f"{side}_toe_end", f"{side}_toe", (0.0, 0.0, toes), None),
    ]


def _foot(motion: Motion, side: str, shank: float) -> list[_Joint]:
    """Ball and heel on the floor, as the sides of their triangle with the ankle have it."""
    toe, heel = f"{side}_toe", f"{side}_heel"
    names = motion.skeleton.names
    if toe not in names:
        before, below = (shank * share for share in FOOT_OF_SHANK)
        return [(toe, f"{side}_foot", (0.0, -below, before), None)]
    ball = _both(motion, "ankle", "toe")
    if heel not in names:
        below = min(FOOT_OF_SHANK[1] * shank, 0.9 * ball)
        return [(toe, f"{side}_foot", (0.0, -below, math.sqrt(ball**2 - below**2)), toe)]
    behind = _both(motion, "ankle", "heel")
    before, below = _corner(ball, behind, _both(motion, "heel", "toe", of_side=True))
    back = math.sqrt(max(behind**2 - below**2, 0.0))
    return [
        (toe, f"{side}_foot", (0.0, -below, before), toe),
        (f"{side}_heel", f"{side}_foot", (0.0, 0.0, 0.0), f"{side}_ankle"),
        (f"{side}_heel_end", f"{side}_heel", (0.0, -below, -back), heel),
    ]


def _corner(first: float, second: float, base: float) -> tuple[float, float]:
    """Return how far along the base, and how far off it, the corner is where the sides meet; flat if they cannot."""
    along = (first**2 - second**2 + base**2) / (2.0 * base) if base > 0 else first
    along = float(np.clip(along, -first, first))
    return along, math.sqrt(first**2 - along**2)


def _both(motion: Motion, start: str, end: str, *, of_side: bool = False) -> float:
    """Return a bone's length, the mean of left and right."""
    starts = [f"{side}_{start}" if of_side or start in LIMBS else start for side in ("left", "right")]
    ends = [f"{side}_{end}" for side in ("left", "right")]
    return sum(_length(motion, a, b) for a, b in zip(starts, ends, strict=True)) / 2.0


def _length(motion: Motion, start: str, end: str) -> float:
    """Return the median distance of two joints, metres."""
    between: Float[np.ndarray, "frame 3"] = (
        motion.joints[:, motion.skeleton.index(end)].astype(np.float64)
        - motion.joints[:, motion.skeleton.index(start)]
    )
    return float(np.median(np.linalg.norm(between, axis=-1)))
