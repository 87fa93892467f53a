"""`limit_turns` a frame at a time."""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float

from kinelift.body.skeleton import Skeleton
from kinelift.placing.speed import FASTEST_LIMBS, TurnLimits

_SLOWEST = min(FASTEST_LIMBS.values())


class TurnLimiter:
    """Holds bones to the speed of limbs, for several streams at once."""

    def __init__(self, skeleton: Skeleton) -> None:
        self._limits = TurnLimits.of(skeleton)
        self._before: Float[np.ndarray, "stream bone 3"] | None = None
        self._free: Bool[np.ndarray, " stream"] | None = None
        self._ones = np.ones(3)

    def begin_again(self, streams: Bool[np.ndarray, " stream"]) -> None:
        """Let these streams take any pose next."""
        self._free = streams

    def limit(
        self, told: Float[np.ndarray, "stream bone 3"], seconds: float
    ) -> Float[np.ndarray, "stream bone 3"]:
        """Take one frame's directions, `seconds` after those before, and return those a body can have."""
        before = self._before
        if before is not None and self._free is not None:
            before = np.where(self._free[:, None, None], told, before)
        self._free = None
        # A limb is not too fast where neither of its bones changes by half of what both may together.
        slow = 1.0 - 0.5 * (0.5 * _SLOWEST * seconds) ** 2
        if before is not None and (told * before).dot(self._ones).min() < slow:
            told = self._limits.held(before, told, seconds)
        self._before = told
        return told
