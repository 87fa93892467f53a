"""`limit_turns` a frame at a time."""

from __future__ import annotations

import math

import numpy as np
from jaxtyping import Bool, Float

from kinelift.placing.speed import FASTEST_TURN, turn_towards


class TurnLimiter:
    """Holds bones to the speed of limbs, for several streams at once."""

    def __init__(self) -> None:
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
        if before is not None:
            most = min(FASTEST_TURN * seconds, math.pi)
            if (told * before).dot(self._ones).min() < math.cos(most) - 1e-9:
                told = turn_towards(before, told, most)
        self._before = told
        return told
