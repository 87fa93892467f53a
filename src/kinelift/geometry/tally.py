"""Quantiles of more numbers than memory should hold."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int

EXACT_NUMBERS = 1 << 16
"""Up to so many numbers are kept; of more, how many fall into each of many narrow bins."""

DROPPED_BITS = 8
"""Bits of a float32's mantissa that a bin leaves open: bins are 2^-15 of their numbers wide (0.003 %)."""


class Tally:
    """Counts numbers from 0 on as they come and tells their quantiles; memory does not grow with their count.

    The bits of a positive float, read as a whole number, stand in the order of the floats, so that leaving out the
    last of them makes bins whose width is a share of the numbers in them.
    """

    def __init__(self, exact_numbers: int | None = None) -> None:
        self._exact_numbers = EXACT_NUMBERS if exact_numbers is None else exact_numbers
        self._kept: list[np.ndarray] = []
        self._bins, self._counts = np.zeros(0, np.int64), np.zeros(0, np.int64)
        self.count = 0

    def add(self, numbers: Float[np.ndarray, " number"]) -> None:
        """Count more numbers, none of them below 0."""
        self.count += len(numbers)
        self._kept.append(np.array(numbers, np.float64))
        if self.count > self._exact_numbers:
            self._fill_bins()

    def quantile(self, share: float) -> float:
        """Return the number below which this share of all lies, linear between neighbours, as numpy's default."""
        if self.count == 0:
            raise ValueError("quantile: no numbers were counted; add some first.")
        if not len(self._bins):
            return float(np.quantile(np.concatenate(self._kept), share))
        self._fill_bins()
        place = share * (self.count - 1)
        upto = np.cumsum(self._counts)
        ranks = np.array([np.floor(place), np.ceil(place)])
        low, high = _middles(self._bins[np.searchsorted(upto, ranks, side="right")])
        return float(low + (high - low) * (place - np.floor(place)))

    def _fill_bins(self) -> None:
        numbers = np.concatenate([*self._kept, np.zeros(0)]).astype(np.float32)
        bins, counts = np.unique(numbers.view(np.int32) >> DROPPED_BITS, return_counts=True)
        merged, where = np.unique(np.concatenate((self._bins, bins)), return_inverse=True)
        totals = np.bincount(where, np.concatenate((self._counts, counts)), len(merged))
        self._bins, self._counts, self._kept = merged, totals.astype(np.int64), []


def _middles(bins: Int[np.ndarray, " bin"]) -> Float[np.ndarray, " bin"]:
    return (
        ((bins.astype(np.int32) << DROPPED_BITS) + (1 << DROPPED_BITS - 1))
        .view(np.float32)
        .astype(np.float64)
    )
