"""One trial of motion capture, in the one form in which every source delivers it."""

from dataclasses import dataclass, replace
from math import ceil

import numpy as np
from jaxtyping import Float32

from kinelift.body.skeleton import MOCAP_20

MOCAP_JOINTS = MOCAP_20.names
"""The joints of every trial, in order.

The pelvis is midway between the hips, the toe the ball of the foot, the neck 3 cm above the shoulders, the
head the upper end of the neck, and head_top the centre of the head-band, not the crown.
"""


@dataclass(frozen=True)
class MocapTrial:
    """A take of one person."""

    joints: Float32[np.ndarray, "frame joint 3"]
    """Joint positions in metres, Y up, finite."""
    joint_names: tuple[str, ...]
    """One name a joint; MOCAP_JOINTS for every source read here."""
    head_axes: Float32[np.ndarray, "frame 3 3"]
    """The head's orientation in the world: its columns point left, up and forward."""
    fps: float
    """Frames a second."""
    subject: str
    """Who moves, as far as splits care: people recorded together share a subject."""
    trial: str
    """Which take, such as "14_02". A take with a damaged stretch cut out stands several times."""

    def __post_init__(self) -> None:
        frames = self.joints.shape[0]
        if self.joints.shape != (frames, len(self.joint_names), 3) or self.head_axes.shape != (frames, 3, 3):
            raise ValueError(
                f"MocapTrial {self.trial}: joints {self.joints.shape} and head_axes {self.head_axes.shape} "
                f"do not fit each other or {len(self.joint_names)} joint names"
            )
        if frames == 0 or not self.fps > 0:
            raise ValueError(
                f"MocapTrial {self.trial}: needs frames and a rate, got {frames} at {self.fps} fps"
            )
        if not (np.isfinite(self.joints).all() and np.isfinite(self.head_axes).all()):
            raise ValueError(f"MocapTrial {self.trial}: every joint and head axis must be finite")

    @property
    def seconds(self) -> float:
        """Length of the take."""
        return len(self.joints) / self.fps

    def joint(self, name: str) -> Float32[np.ndarray, "frame 3"]:
        """One joint's path."""
        return self.joints[:, self.joint_names.index(name)]

    def __repr__(self) -> str:
        return (
            f"MocapTrial({self.trial}, subject {self.subject}, joints {self.joints.shape}, {self.fps:g} fps)"
        )


def decimate(trial: MocapTrial, max_fps: float) -> MocapTrial:
    """Keep every n-th frame, with the smallest n that brings the rate to `max_fps` or below."""
    step = max(1, ceil(trial.fps / max_fps - 1e-3))
    if step == 1:
        return trial
    return replace(
        trial, joints=trial.joints[::step], head_axes=trial.head_axes[::step], fps=trial.fps / step
    )
