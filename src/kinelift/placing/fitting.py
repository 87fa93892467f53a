"""Bone lengths fitted to a clip that comes a stretch at a time."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from kinelift.body.skeleton import Skeleton
from kinelift.geometry.kinematics import bone_lengths, mirrored_bones
from kinelift.geometry.tally import Tally


class BoneFit:
    """Gathers each bone's median length, left and right alike; see `fit_bones`.

    Memory does not grow with the frames; see `Tally` for how exact the medians of many are.
    """

    def __init__(self, skeleton: Skeleton) -> None:
        self._skeleton = skeleton
        self._tallies = [Tally() for _ in skeleton.bones]

    def add(self, joints: Float[np.ndarray, "frame joint 3"]) -> None:
        """Take more frames in which the person was observed."""
        lengths = bone_lengths(joints.astype(np.float64), self._skeleton)
        for tally, numbers in zip(self._tallies, lengths.T, strict=True):
            tally.add(numbers)

    @property
    def frames(self) -> int:
        """Frames taken so far."""
        return self._tallies[0].count

    def lengths(self) -> Float[np.ndarray, " bone"]:
        """Return each bone's length in metres."""
        median = np.array([tally.quantile(0.5) for tally in self._tallies])
        return (median + median[list(mirrored_bones(self._skeleton))]) / 2.0
