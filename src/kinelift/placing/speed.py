"""Bones that turn faster than limbs can, held to what a body does."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from kinelift.body.skeleton import Skeleton
from kinelift.geometry.kinematics import bone_directions, bone_vectors, rebuild_joints

FASTEST_TURN = math.radians(1400.0)
"""Radians a second of a bone's direction: knees extend at some 1,000 to 1,500 degrees a second in the hardest kicks."""

FASTEST_TRUNK_TURN = math.radians(1000.0)
"""The same of bones from pelvis to head: gymnasts' somersaults reach it; motion capture of dance, sports and daily life
stays below 850 degrees in 99.999 % of frames."""

FASTEST_LIMBS = {("hip", "knee", "ankle"): 21.0, ("shoulder", "elbow", "wrist"): 31.0}
"""Sums of what the directions of a limb's two bones change by, as vectors, a second. Dance, gymnastics and sports of
motion capture stay below in 99.99 % of frames; an ankle does 9 m/s about the hip then."""

LIMIT_TURNS_LOOK_AHEAD = 0
"""Frames: a bone follows what it is told as fast as it may, so the step is the same live and offline."""

_ROUNDS = 2
"""Shares of a turn are not quite shares of the change; the second corrects the first."""


def limit_turns(
    joints: Float[np.ndarray, "frame joint 3"], skeleton: Skeleton, fps: float
) -> Float[np.ndarray, "frame joint 3"]:
    """Keep bones' directions from turning faster than limbs can, one by one and together; root and lengths are kept.

    A bone told to leap turns the shortest way at the highest speed until it has caught up. Motion that needs no
    holding back is returned as it is.
    """
    told = bone_directions(joints.astype(np.float64), skeleton)
    limits = TurnLimits.of(skeleton)
    leaping = limits.exceeded(told[:-1], told[1:], 1.0 / fps)
    if not leaping.any():
        return joints
    turned, caught_up = told.copy(), 0
    for leap in np.flatnonzero(leaping) + 1:
        if leap < caught_up:
            continue
        for frame in range(leap, len(told)):
            turned[frame] = limits.held(turned[frame - 1], told[frame], 1.0 / fps)
            caught_up = frame + 1
            if (turned[frame] == told[frame]).all():
                break
    lengths = np.linalg.norm(bone_vectors(joints.astype(np.float64), skeleton), axis=-1)
    return rebuild_joints(joints[:, 0].astype(np.float64), turned, lengths, skeleton).astype(joints.dtype)


@dataclass(frozen=True, eq=False)
class TurnLimits:
    """How far a skeleton's bones may turn in a time."""

    bones: Float[np.ndarray, " bone"]
    """Radians a second of each bone by itself."""
    limbs: Int[np.ndarray, "limb two"]
    """Indices of the two bones of arms and legs."""
    fastest: Float[np.ndarray, " limb"]
    """Of each limb, as in `FASTEST_LIMBS`."""

    @classmethod
    def of(cls, skeleton: Skeleton) -> TurnLimits:
        """Find the limbs among a skeleton's bones by the names of joints."""
        bones = {
            (skeleton.names[parent], skeleton.names[child]): index
            for index, (parent, child) in enumerate(skeleton.bones)
        }
        limbs, fastest = [], []
        for joints, most in FASTEST_LIMBS.items():
            for side in ("left", "right"):
                first, middle, last = (f"{side}_{joint}" for joint in joints)
                if (first, middle) in bones and (middle, last) in bones:
                    limbs.append((bones[first, middle], bones[middle, last]))
                    fastest.append(most)
        sided = [skeleton.names[child].startswith(("left_", "right_")) for _, child in skeleton.bones]
        turns = np.where(sided, FASTEST_TURN, FASTEST_TRUNK_TURN)
        return cls(turns, np.array(limbs, int).reshape(-1, 2), np.array(fastest))

    def exceeded(
        self,
        start: Float[np.ndarray, "*batch bone 3"],
        goal: Float[np.ndarray, "*batch bone 3"],
        seconds: float,
    ) -> np.ndarray:
        """Tell, (*batch), whether anything would turn too fast."""
        most = np.minimum(self.bones * seconds, math.pi)
        bone = ((start * goal).sum(-1) < np.cos(most) - 1e-9).any(-1)
        return bone | (self._speeds(start, goal, seconds) > self.fastest * (1.0 + 1e-6)).any(-1)

    def held(
        self,
        start: Float[np.ndarray, "*batch bone 3"],
        goal: Float[np.ndarray, "*batch bone 3"],
        seconds: float,
    ) -> Float[np.ndarray, "*batch bone 3"]:
        """Turn unit vectors towards their goals as far as they may."""
        most = np.minimum(self.bones * seconds, math.pi)
        turned = turn_towards(start, goal, np.broadcast_to(most, start.shape[:-1]))
        for _ in range(_ROUNDS):
            speeds = self._speeds(start, turned, seconds)
            if not (speeds > self.fastest).any():
                break
            share = np.minimum(self.fastest / np.maximum(speeds, 1e-12), 1.0)[..., None]
            limb_start, limb_turned = start[..., self.limbs, :], turned[..., self.limbs, :]
            angle = np.arccos(np.clip((limb_start * limb_turned).sum(-1), -1.0, 1.0))
            held = turn_towards(limb_start, limb_turned, share * angle)
            turned[..., self.limbs, :] = np.where(share[..., None] < 1.0, held, limb_turned)
        return turned

    def _speeds(
        self,
        start: Float[np.ndarray, "*batch bone 3"],
        goal: Float[np.ndarray, "*batch bone 3"],
        seconds: float,
    ) -> Float[np.ndarray, "*batch limb"]:
        change = (goal[..., self.limbs, :] - start[..., self.limbs, :]).sum(-2)
        return np.linalg.norm(change, axis=-1) / seconds


def turn_towards(
    start: Float[np.ndarray, "*batch 3"],
    goal: Float[np.ndarray, "*batch 3"],
    most: Float[np.ndarray, "*batch"],
) -> Float[np.ndarray, "*batch 3"]:
    """Turn unit vectors the shortest way to their goals, by `most` radians at the most."""
    cos = np.clip((start * goal).sum(-1, keepdims=True), -1.0, 1.0)
    across = goal - cos * start
    length = np.linalg.norm(across, axis=-1, keepdims=True)
    # Opposite goals leave the way open: any direction across the start will do.
    aside = np.cross(start, np.eye(3)[np.abs(start).argmin(-1)])
    across = np.where(length > 1e-6, across, aside)
    across /= np.maximum(np.linalg.norm(across, axis=-1, keepdims=True), 1e-12)
    most = most[..., None]
    held = np.cos(most) * start + np.sin(most) * across
    return np.where(np.arccos(cos) > most, held, goal)
