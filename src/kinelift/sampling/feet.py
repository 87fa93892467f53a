"""Heels and toes, which motion capture skeletons lack, from the ankle and the ball of the foot."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinelift.body.skeleton import MOCAP_20
from kinelift.sampling.recombination import pelvis_axes, unit

FOOT_POINTS = tuple(
    f"{side}_{name}" for side in ("left", "right") for name in ("heel", "big_toe", "small_toe")
)
"""What `foot_points` places, in order."""

_LEGS = {
    name: [MOCAP_20.index(f"{side}_{name}") for side in ("left", "right")]
    for name in ("knee", "ankle", "toe")
}
_LATERAL = np.array([1.0, -1.0], np.float32)[:, None]
"""The body's left is the left foot's outside."""

_USUAL_SAY = 0.1
"""Say of the pelvis's back in where the heel is: shank and foot in one line do not tell."""


@dataclass(frozen=True)
class FootConfig:
    """A foot's shape, metres on a body of 1.70 m (foot 0.152 of stature long, after Drillis and Contini)."""

    heel_behind_ankle: float = 0.02
    """Along the line from the ball of the foot to the ankle."""
    heel_below_ankle: float = 0.07
    """Across that line."""
    big_toe_ahead: float = 0.05
    """Of the ball, along the sole."""
    big_toe_inside: float = 0.015
    """Of the middle of the ball."""
    small_toe_ahead: float = 0.02
    """Of the ball, along the sole."""
    small_toe_outside: float = 0.04
    """Of the middle of the ball."""
    sd: float = 0.008
    """By how much each of these lengths differs from one person to another."""


def foot_points(
    joints: Float[np.ndarray, "clip frame 20 3"],
    stature: Float[np.ndarray, " clip"],
    config: FootConfig,
    rng: np.random.Generator,
) -> Float[np.ndarray, "clip frame 6 3"]:
    """Place FOOT_POINTS, left and right alike, on feet that flex at the ankle and bend nowhere else."""
    knee, ankle, ball = (joints[:, :, _LEGS[name]] for name in ("knee", "ankle", "toe"))
    along = unit(ball - ankle)
    shank = unit(ankle - knee) - np.float32(_USUAL_SAY) * pelvis_axes(joints)[:, :, None, :, 2]
    below = unit(shank - np.einsum("...k,...k->...", shank, along)[..., None] * along)
    back, down, big, inside, small, outside = _lengths(stature, config, rng)
    heel = ankle - back * along + down * below
    sole = unit(ball - heel)
    lateral = _LATERAL * np.cross(along, below)
    placed = np.stack(
        [heel, ball + big * sole - inside * lateral, ball + small * sole + outside * lateral], axis=-2
    )
    return placed.reshape(*joints.shape[:2], len(FOOT_POINTS), 3)


def _lengths(
    stature: Float[np.ndarray, " clip"], config: FootConfig, rng: np.random.Generator
) -> Float[np.ndarray, "6 clip 1 1 1"]:
    mean = (
        config.heel_behind_ankle,
        config.heel_below_ankle,
        config.big_toe_ahead,
        config.big_toe_inside,
        config.small_toe_ahead,
        config.small_toe_outside,
    )
    drawn = np.array(mean)[:, None] + rng.normal(0.0, config.sd, (len(mean), len(stature)))
    return (drawn * stature / 1.70).astype(np.float32)[..., None, None, None]
