"""Bones that turn faster than limbs can, held to what a body does."""

from __future__ import annotations

import math

import numpy as np
from jaxtyping import Float

from kinelift.body.skeleton import Skeleton
from kinelift.geometry.kinematics import bone_directions, bone_vectors, rebuild_joints

FASTEST_TURN = math.radians(1400.0)
"""Radians a second of a bone's direction: knees extend at some 1,000 to 1,500 degrees a second in the hardest kicks."""

LIMIT_TURNS_LOOK_AHEAD = 0
"""Frames: a bone follows what it is told as fast as it may, so the step is the same live and offline."""


def limit_turns(
    joints: Float[np.ndarray, "frame joint 3"], skeleton: Skeleton, fps: float
) -> Float[np.ndarray, "frame joint 3"]:
    """Keep each bone's direction from turning faster than limbs can; root and lengths are kept.

    A bone told to leap turns the shortest way at the highest speed until it has caught up. Motion that needs no
    holding back is returned as it is.
    """
    told = bone_directions(joints.astype(np.float64), skeleton)
    farthest = math.cos(min(FASTEST_TURN / fps, math.pi))
    leaping = (told[1:] * told[:-1]).sum(-1) < farthest - 1e-9
    if not leaping.any():
        return joints
    turned, caught_up = told.copy(), 0
    for leap in np.flatnonzero(leaping.any(-1)) + 1:
        if leap < caught_up:
            continue
        for frame in range(leap, len(told)):
            turned[frame] = turn_towards(turned[frame - 1], told[frame], FASTEST_TURN / fps)
            caught_up = frame + 1
            if (turned[frame] == told[frame]).all():
                break
    lengths = np.linalg.norm(bone_vectors(joints.astype(np.float64), skeleton), axis=-1)
    return rebuild_joints(joints[:, 0].astype(np.float64), turned, lengths, skeleton).astype(joints.dtype)


def turn_towards(
    start: Float[np.ndarray, "*batch bone 3"], goal: Float[np.ndarray, "*batch bone 3"], most: float
) -> Float[np.ndarray, "*batch bone 3"]:
    """Turn unit vectors the shortest way to their goals, by `most` radians at the most."""
    cos = np.clip((start * goal).sum(-1, keepdims=True), -1.0, 1.0)
    across = goal - cos * start
    length = np.linalg.norm(across, axis=-1, keepdims=True)
    # Opposite goals leave the way open: any direction across the start will do.
    aside = np.cross(start, np.eye(3)[np.abs(start).argmin(-1)])
    across = np.where(length > 1e-6, across, aside)
    across /= np.maximum(np.linalg.norm(across, axis=-1, keepdims=True), 1e-12)
    held = math.cos(most) * start + math.sin(most) * across
    return np.where(np.arccos(cos) > most, held, goal)
