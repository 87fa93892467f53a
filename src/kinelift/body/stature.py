"""How tall somebody is taken to be."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

ADULT_SPREAD = 0.06
"""Standard deviation of the log of adults' statures, women and men together: means of 1.62 and 1.75 m with 0.065 and
0.07 m within each (NCD Risk Factor Collaboration, eLife 2016, for Europe and North America). One camera tells next to
nothing of a body's size, so that this is how unsure a size without a given height is."""

_NORMAL_95 = 1.96


@dataclass(frozen=True)
class Stature:
    """Standing stature, sole to crown, and the interval it lies in with 95 % probability, metres."""

    metres: float
    low: float
    high: float
    source: Literal["given", "guessed"]
    """"given", or "guessed": what the network expects of bodies, with adults' spread about it."""

    @classmethod
    def given(cls, metres: float) -> Stature:
        """Return a stature that is known."""
        return cls(metres, metres, metres, "given")

    @classmethod
    def guessed(cls, metres: float) -> Stature:
        """Return a stature that nothing but what adults are like tells of."""
        factor = math.exp(_NORMAL_95 * ADULT_SPREAD)
        return cls(metres, metres / factor, metres * factor, "guessed")

    def scaled(self, factor: float) -> Stature:
        """Return the stature of a body that is larger by a factor."""
        return Stature(factor * self.metres, factor * self.low, factor * self.high, self.source)
