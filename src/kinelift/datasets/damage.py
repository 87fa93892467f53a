"""Cut damaged frames out of a trial: bones that change length, joints that leap, heads upside down."""

import logging
from dataclasses import replace

import numpy as np
from jaxtyping import Bool, Float

from kinelift.datasets.trial import MocapTrial

_LOG = logging.getLogger(__name__)

RIGID_BONES = (
    ("left_hip", "left_knee"), ("left_knee", "left_ankle"), ("left_ankle", "left_toe"),
    ("right_hip", "right_knee"), ("right_knee", "right_ankle"), ("right_ankle", "right_toe"),
    ("left_shoulder", "left_elbow"), ("left_elbow", "left_wrist"),
    ("right_shoulder", "right_elbow"), ("right_elbow", "right_wrist"),
    ("left_hip", "right_hip"),
)  # fmt: skip
"""Pairs of joints whose distance a skeleton keeps."""

_BONE_TOLERANCE_METRES = 0.02
# A sprinter's foot reaches some 18 m/s; a landing or a punch shakes ankle and wrist with up to 100 g.
_MAX_SPEED_METRES_PER_SECOND = 20.0
_MAX_ACCELERATION_METRES_PER_SECOND2 = 1200.0
# Between two leaps a limb often stands wrong, so what is left between them has to be long to be trusted.
_MIN_SECONDS = 0.5


def clean_runs(trial: MocapTrial) -> list[MocapTrial]:
    """Split a trial at its damaged frames, log which and why, and drop what is shorter than half a second."""
    faults = {
        "a bone changes its length": _bones_jump(trial),
        "a joint leaps": _joints_leap(trial),
        "the head is upside down": _head_inverted(trial),
    }
    damaged = np.any(list(faults.values()), axis=0)
    if not damaged.any():
        return [trial]
    for reason, frames in faults.items():
        if frames.any():
            _LOG.warning("%s: %d of %d frames cut out: %s", trial.trial, frames.sum(), len(frames), reason)
    edges = np.flatnonzero(np.diff(np.concatenate([[True], damaged, [True]]).astype(int)))
    runs = [
        replace(trial, joints=trial.joints[first:last], head_axes=trial.head_axes[first:last])
        for first, last in zip(edges[::2], edges[1::2], strict=True)
        if (last - first) / trial.fps >= _MIN_SECONDS
    ]
    if not runs:
        _LOG.warning("%s: dropped, nothing of it is left", trial.trial)
    return runs


def _bones_jump(trial: MocapTrial) -> Bool[np.ndarray, "frame"]:
    starts = np.stack([trial.joint(start) for start, _ in RIGID_BONES], axis=1)
    ends = np.stack([trial.joint(end) for _, end in RIGID_BONES], axis=1)
    lengths: Float[np.ndarray, "frame bone"] = np.linalg.norm(ends - starts, axis=-1)
    return (np.abs(lengths - np.median(lengths, axis=0)) > _BONE_TOLERANCE_METRES).any(axis=1)


def _joints_leap(trial: MocapTrial) -> Bool[np.ndarray, "frame"]:
    """Frames at either side of a step that no body makes, and in the midst of a jerk that none makes."""
    steps = np.diff(trial.joints, axis=0)
    speed = _largest_norm(steps) * trial.fps
    acceleration = _largest_norm(np.diff(steps, axis=0)) * trial.fps**2
    leap = speed > _MAX_SPEED_METRES_PER_SECOND
    damaged = np.zeros(len(trial.joints), dtype=bool)
    damaged[:-1] |= leap
    damaged[1:] |= leap
    damaged[1:-1] |= acceleration > _MAX_ACCELERATION_METRES_PER_SECOND2
    return damaged


def _largest_norm(vectors: Float[np.ndarray, "step joint 3"]) -> Float[np.ndarray, "step"]:
    return np.linalg.norm(vectors, axis=-1).max(axis=1, initial=0.0)


def _head_inverted(trial: MocapTrial) -> Bool[np.ndarray, "frame"]:
    """Frames in which the top of the head points back along the neck: its markers were mixed up."""
    neck = trial.joint("head") - trial.joint("neck")
    return np.sum(neck * trial.head_axes[..., 1], axis=-1) < 0
