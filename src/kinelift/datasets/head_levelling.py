"""Take the tilt of the head-band out of the head's orientation.

The band that carried the head's markers was seldom worn straight: in most subjects the head seems to look
down by 10 to 30 degrees, in some to the side. The band's turn is one fixed rotation a skeleton, estimated
from its upright frames:

    pitch   people look ahead or somewhat down, seldom up: level is the 70th percentile; only ever raised
    yaw     the median against the shoulders, but only if straight ahead lies outside the central 90 percent
    roll    likewise, against the horizon
"""

import logging
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from jaxtyping import Bool, Float

from kinelift.datasets.trial import MocapTrial
from kinelift.interop.euler import rotation_from_euler

_LOG = logging.getLogger(__name__)

_LEVEL_PERCENTILE = 70
_MIN_UPRIGHT_SECONDS = 1.0
_UPRIGHT_COSINE = np.cos(np.radians(20))


def level_heads(trials: Iterable[MocapTrial]) -> list[MocapTrial]:
    """Undo the turn of the head-band in the head axes of each subject's skeleton.

    A subject that was rigged twice (legs of another length) has two turns. A skeleton with less than a second
    upright is left as it is.
    """
    trials = list(trials)
    upright: dict[tuple[str, int], list[MocapTrial]] = {}
    for trial in trials:
        upright.setdefault(_skeleton(trial), []).append(trial)
    bands = {skeleton: _band_turn_radians(own) for skeleton, own in upright.items()}
    for (subject, _), turn in bands.items():
        _LOG.info("subject %s: head-band yaw %.0f, pitch %.0f, roll %.0f degrees", subject, *np.degrees(turn))
    return [replace(trial, head_axes=unturned(trial.head_axes, bands[_skeleton(trial)])) for trial in trials]


def head_angles_radians(trial: MocapTrial) -> Float[np.ndarray, "frame 3"]:
    """Yaw to the left of where the shoulders face, pitch above the horizon, roll that lifts the left ear."""
    left = trial.joint("left_shoulder") - trial.joint("right_shoulder")
    heading = np.arctan2(-left[:, 2], left[:, 0])  # of the body: 0 where its left is the world's x
    forward = trial.head_axes[..., 2]
    yaw = np.arctan2(forward[:, 0], forward[:, 2]) - heading
    yaw = (yaw + np.pi) % (2 * np.pi) - np.pi
    pitch = np.arcsin(np.clip(forward[:, 1], -1.0, 1.0))
    roll = np.arctan2(trial.head_axes[:, 1, 0], trial.head_axes[:, 1, 1])
    return np.stack([yaw, pitch, roll], axis=1)


def upright_frames(trial: MocapTrial) -> Bool[np.ndarray, "frame"]:
    """Frames in which the trunk is within 20 degrees of vertical."""
    trunk = trial.joint("neck") - trial.joint("pelvis")
    return trunk[:, 1] > _UPRIGHT_COSINE * np.linalg.norm(trunk, axis=-1)


def unturned(
    head_axes: Float[np.ndarray, "frame 3 3"], turn_radians: Float[np.ndarray, "3"]
) -> Float[np.ndarray, "frame 3 3"]:
    """Undo the yaw, pitch and roll (as `head_angles_radians` gives them) of the head-band on the head."""
    yaw, pitch, roll = turn_radians
    band = rotation_from_euler(("y", "x", "z"), np.array([yaw, -pitch, roll]))
    return (head_axes @ band.T).astype(head_axes.dtype)


def _skeleton(trial: MocapTrial) -> tuple[str, int]:
    """The subject and the length of the left leg in centimetres, which tells one rigging from another."""
    thigh = np.linalg.norm(trial.joint("left_knee") - trial.joint("left_hip"), axis=-1)
    shank = np.linalg.norm(trial.joint("left_ankle") - trial.joint("left_knee"), axis=-1)
    return trial.subject, round(100 * float(np.median(thigh + shank)))


def _band_turn_radians(trials: list[MocapTrial]) -> Float[np.ndarray, "3"]:
    seconds = sum(upright_frames(trial).sum() / trial.fps for trial in trials)
    if seconds < _MIN_UPRIGHT_SECONDS:
        return np.zeros(3)
    angles = np.concatenate([head_angles_radians(trial)[upright_frames(trial)] for trial in trials])
    low, median, high = np.percentile(angles, [5, 50, 95], axis=0)
    turn = np.where((low > 0) | (high < 0), median, 0.0)
    turn[1] = min(0.0, float(np.percentile(angles[:, 1], _LEVEL_PERCENTILE)))
    return turn
