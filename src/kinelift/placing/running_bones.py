"""Bone lengths fitted as a clip goes on: what is known of them at each frame, from it and those before."""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float, Int

from kinelift.body.skeleton import Skeleton
from kinelift.geometry.kinematics import bone_lengths, mirrored_bones
from kinelift.lifting.per_stream import PerStream, any_of

RUNNING_BONES_LOOK_AHEAD = 0
"""Frames."""

SAMPLE_FRAMES = 128
"""Frames remembered, at the most; even."""


def running_bones(
    joints: Float[np.ndarray, "frame joint 3"], observed: Bool[np.ndarray, " frame"], skeleton: Skeleton
) -> Float[np.ndarray, "frame bone"]:
    """Return, for each frame, each bone's median length so far in metres, left and right alike.

    The median is over a sample of the observed frames that is spread evenly over all so far: every one of the first
    128, then every second of the first 256, and so on; so it tends to the median of the clip, `fit_bones`, whatever
    the clip's length. Frames before the first observed one keep their own lengths.
    """
    own = bone_lengths(joints.astype(np.float64), skeleton)
    rows, mirrored = np.flatnonzero(observed), list(mirrored_bones(skeleton))
    fitted = own.copy()
    for number, row in enumerate(rows):
        stop = rows[number + 1] if number + 1 < len(rows) else len(joints)
        stride = 1
        while number // stride >= SAMPLE_FRAMES:
            stride *= 2
        if number % stride == 0:
            median = np.median(own[rows[: number + 1 : stride]], axis=0)
            fitted[row:stop] = (median + median[mirrored]) / 2.0
        else:
            fitted[row:stop] = fitted[row - 1]
    return fitted


class RunningBones:
    """The same, a frame at a time, for several streams at once."""

    def __init__(self, streams: int, mirrored: np.ndarray) -> None:
        bones = len(mirrored)
        self._mirrored = mirrored
        self._sample = np.full((streams, bones, SAMPLE_FRAMES), np.inf)
        self._kept = np.zeros(streams, int)
        self._seen: PerStream = 0
        self._stride: PerStream = 1
        self._fitted = np.zeros((streams, bones))
        self._begun = np.zeros((streams, 1), bool)
        self._all_begun = False
        if streams > 1:
            self._seen, self._stride = np.zeros(streams, int), np.ones(streams, int)

    def fit(
        self, lengths: Float[np.ndarray, "stream bone"], observed: PerStream
    ) -> Float[np.ndarray, "stream bone"]:
        """Take one frame's lengths and return those fitted so far."""
        due = observed & (self._seen % self._stride == 0)
        if any_of(due):
            self._remember(lengths, np.flatnonzero(due))
        self._seen = self._seen + observed
        return self._fitted if self._all_begun else np.where(self._begun, self._fitted, lengths)

    def _remember(self, lengths: Float[np.ndarray, "stream bone"], due: Int[np.ndarray, " due"]) -> None:
        self._thin(due[self._kept[due] == SAMPLE_FRAMES])
        self._sample[due, :, self._kept[due]] = lengths[due]
        self._kept[due] += 1
        kept = self._kept[due]
        ordered = np.sort(self._sample[due, :, : kept.max()], axis=-1)  # what is not filled yet comes last
        at = np.arange(len(due))
        median = 0.5 * (ordered[at, :, (kept - 1) // 2] + ordered[at, :, kept // 2])
        self._fitted = self._fitted.copy()  # what was handed out stays as it was
        self._fitted[due] = 0.5 * (median + median[:, self._mirrored])
        self._begun[due] = True
        self._all_begun = bool(self._begun.all())

    def _thin(self, full: Int[np.ndarray, " full"]) -> None:
        """Forget every second frame of these streams, and take half as many from now on."""
        if not len(full):
            return
        half = SAMPLE_FRAMES // 2
        self._sample[full, :, :half] = self._sample[full, :, ::2]
        self._sample[full, :, half:] = np.inf
        self._kept[full] = half
        if isinstance(self._stride, np.ndarray):
            self._stride[full] *= 2
        else:
            self._stride *= 2
