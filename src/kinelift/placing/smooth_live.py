"""Smoother joints as they come: the twin of `smooth_body` that needs nothing of later frames."""

from __future__ import annotations

import math

import numpy as np
from jaxtyping import Float

from kinelift.body.skeleton import Skeleton
from kinelift.placing.bone_tree import BoneTree
from kinelift.placing.smooth import say_of

SMOOTH_LIVE_LOOK_AHEAD = 0
"""Frames."""


class LiveSmoother:
    """Smooths placed joints a frame at a time, for several streams at once.

    Each joint follows a line fitted to where it was, what is a time `seconds` ago counting 1 / e as much (least squares
    with exponential forgetting, in time and not in frames, so that rates do not matter), each frame by how sure it is
    of the joint: a joint that goes on evenly is not late. Bones keep each frame's lengths.
    """

    def __init__(self, skeleton: Skeleton, streams: int, seconds: float) -> None:
        self._seconds, self._tree = seconds, BoneTree(skeleton)
        shape = (streams, len(skeleton))
        self._weight, self._lag, self._spread = (np.zeros(shape) for _ in range(3))
        """Sums of weights, and of weights times how long ago, once and squared."""
        self._places, self._lagged = np.zeros((*shape, 3)), np.zeros((*shape, 3))
        """Sums of places times weights, and of those times how long ago."""

    def smooth(
        self,
        joints: Float[np.ndarray, "stream joint 3"],
        errors_m: Float[np.ndarray, "stream joint"],
        seconds: float,
    ) -> Float[np.ndarray, "stream joint 3"]:
        """Take one frame's joints, metres, `seconds` after those before; streams that are NaN have not begun."""
        begun = np.isfinite(joints).all((1, 2))
        here = np.where(begun[:, None, None], joints, 0.0).astype(np.float64)
        fade = math.exp(-seconds / self._seconds)
        weight, lag, spread = self._weight, self._lag, self._spread
        self._spread = fade * (spread - 2.0 * seconds * lag + seconds**2 * weight)
        self._lag = fade * (lag - seconds * weight)
        self._lagged = fade * (self._lagged - seconds * self._places)
        say = say_of(errors_m) * begun[:, None]
        self._weight = fade * weight + say
        self._places = fade * self._places + say[..., None] * here
        smoothed = self._now()
        directions, _ = self._tree.apart(smoothed)
        _, lengths = self._tree.apart(here)
        moved = self._tree.together(directions, lengths) + smoothed[:, :1]
        return np.where(begun[:, None, None], moved, np.nan).astype(joints.dtype)

    def _now(self) -> Float[np.ndarray, "stream joint 3"]:
        """Return where the lines are now."""
        weight = np.maximum(self._weight, 1e-12)
        mean = self._places / weight[..., None]
        # The slope's own uncertainty: a line through one frame is level.
        spread = self._spread - self._lag**2 / weight
        slope = (self._lagged - self._lag[..., None] * mean) / (spread + _LEVEL * self._seconds**2)[..., None]
        return mean - slope * (self._lag / weight)[..., None]


_LEVEL = 1e-3
"""Weight that holds lines level, against frames that are surely known."""


def smooth_live(
    joints: Float[np.ndarray, "frame joint 3"],
    errors_m: Float[np.ndarray, "frame joint"],
    skeleton: Skeleton,
    fps: float,
    seconds: float,
) -> Float[np.ndarray, "frame joint 3"]:
    """Smooth a whole clip as a stream does."""
    smoother = LiveSmoother(skeleton, 1, seconds)
    frames = [smoother.smooth(joints[t : t + 1], errors_m[t : t + 1], 1.0 / fps) for t in range(len(joints))]
    return np.concatenate(frames)
