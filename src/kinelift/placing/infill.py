"""Frames where nobody was seen: the pose and the path carried across them."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from jaxtyping import Bool, Float

from kinelift.lifting.per_stream import PerStream, all_of, where

LONGEST_LIFTED_GAP_SECONDS = 0.4
"""Gaps up to this long keep the lifter's own pose, which saw both sides of them; longer ones are blended across."""

HOLD_POSES_LOOK_AHEAD = 0
"""Frames. `infill` and `trusted_poses` read on to the end of a gap."""

_SLACK_SECONDS = 1e-6
"""For sums of frames' lengths."""


def infill(
    values: Float[np.ndarray, "frame *rest"], known: Bool[np.ndarray, " frame"]
) -> Float[np.ndarray, "frame *rest"]:
    """Interpolate rows that are not known linearly between those that are; ends take the nearest."""
    if known.all() or not known.any():
        return values
    at, rows = np.arange(len(values)), np.nonzero(known)[0]
    after = np.minimum(np.searchsorted(rows, at), len(rows) - 1)
    before = np.maximum(np.searchsorted(rows, at, side="right") - 1, 0)
    first, last = rows[before], rows[after]
    share = np.where(last > first, (at - first) / np.maximum(last - first, 1), 0.0)
    share = np.clip(share, 0.0, 1.0).reshape(-1, *[1] * (values.ndim - 1)).astype(values.dtype)
    filled = values[first] * (1 - share) + values[last] * share
    return np.where(known.reshape(-1, *[1] * (values.ndim - 1)), values, filled)


def trusted_poses(observed: Bool[np.ndarray, " frame"], fps: float) -> Bool[np.ndarray, " frame"]:
    """Tell which rows' poses to keep: the observed ones, and gaps between them too short to lose track."""
    if not observed.any():
        return observed
    longest = LONGEST_LIFTED_GAP_SECONDS * fps
    rows = np.nonzero(observed)[0]
    trusted = observed.copy()
    for start, stop in pairwise(rows):
        if 1 < stop - start <= longest + 1:
            trusted[start:stop] = True
    return trusted


def hold_poses(
    joints: Float[np.ndarray, "frame joint 3"], seen: Bool[np.ndarray, " frame"], fps: float
) -> Float[np.ndarray, "frame joint 3"]:
    """Keep the lifter's own poses for the first 0.4 s of a gap and repeat the last of them after that.

    The twin of `trusted_poses` and `infill` that needs nothing of later frames.
    """
    at = np.arange(len(joints))
    last_seen = np.maximum.accumulate(np.where(seen, at, -1))
    kept = (last_seen < 0) | ((at - last_seen) / fps <= LONGEST_LIFTED_GAP_SECONDS + _SLACK_SECONDS)
    return joints[np.maximum.accumulate(np.where(kept, at, -1))]


class PoseHolder:
    """The same, a frame at a time, for several streams at once."""

    def __init__(self) -> None:
        self._unseen_seconds: PerStream = -math.inf
        """How long ago each stream's body was seen; minus infinity before it was."""
        self._held: Float[np.ndarray, "stream joint 3"] | None = None

    def hold(
        self, joints: Float[np.ndarray, "stream joint 3"], seen: PerStream, seconds: float
    ) -> Float[np.ndarray, "stream joint 3"]:
        """Take one frame's poses, `seconds` after those before, and return those to show."""
        self._unseen_seconds = where(seen, 0.0, self._unseen_seconds + seconds)
        kept = self._unseen_seconds <= LONGEST_LIFTED_GAP_SECONDS + _SLACK_SECONDS
        if self._held is None or all_of(kept):
            self._held = joints
        else:
            self._held = np.where(np.reshape(kept, (-1, 1, 1)), joints, self._held)
        return self._held
