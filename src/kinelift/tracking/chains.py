"""The pieces of a broken path that one body can have taken.

path     aaaaaa........aaaaaaaa        a and a are near enough for the time between them;
               bbb   b                 b is far from both: left out
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Iterator

import numpy as np
from jaxtyping import Bool, Float, Int

Strain = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""Tells for each pair of an earlier and a later row how hard it is for one body to be at both: from 0, it
goes on as it did, to 1, just possible; more is impossible."""

LOOK_BACK = 32
"""Pieces before a piece that it may go on from; bounds the work on clips that are all pieces."""
PIECES_AT_A_TIME = 128


def best_chain(
    breaks: Bool[np.ndarray, " gap"],
    weights: Float[np.ndarray, " row"],
    strain: Strain,
    strain_cost: float,
    break_cost: float = math.inf,
) -> Bool[np.ndarray, " row"]:
    """Return which rows belong to the heaviest chain of pieces.

    `breaks[i]` cuts the path between rows i and i + 1. From the last row of one piece to the first of
    another the chain pays `strain_cost` times the strain squared, and `break_cost` where that is impossible.
    """
    starts = np.concatenate(([0], np.flatnonzero(breaks) + 1))
    ends = np.concatenate((starts[1:], [len(weights)])) - 1
    chain, sums = Chain(strain_cost, break_cost), np.add.reduceat(weights, starts)
    for some, strains in strains_back(ends[:0], starts, ends, strain):
        chain.add(sums[some], strains)
    kept = np.zeros(len(weights), bool)
    for piece in chain.kept():
        kept[starts[piece] : ends[piece] + 1] = True
    return kept


def strains_back(
    earlier_ends: Int[np.ndarray, " earlier"],
    starts: Int[np.ndarray, " piece"],
    ends: Int[np.ndarray, " piece"],
    strain: Strain,
) -> Iterator[tuple[slice, Float[np.ndarray, "some back"]]]:
    """Yield some pieces at a time, with the strain of going on to each from the LOOK_BACK pieces before it.

    starts and ends are the rows that pieces begin and end with; `earlier_ends` the ends of the pieces before the
    first. The last column is of the piece just before; infinite where there is none.
    """
    back = np.arange(-LOOK_BACK, 0)
    all_ends = np.concatenate((earlier_ends, ends))
    for first in range(0, len(starts), PIECES_AT_A_TIME):
        some = slice(first, min(first + PIECES_AT_A_TIME, len(starts)))
        pieces = np.arange(some.start, some.stop) + len(earlier_ends)
        before = pieces[:, None] + back
        there = before >= 0
        strains = np.full(before.shape, np.inf)
        if there.any():
            later = np.broadcast_to(starts[some, None], before.shape)
            strains[there] = strain(all_ends[before[there]], later[there])
        yield some, strains


class Chain:
    """Finds the heaviest chain of pieces that are told one after the other.

    Memory grows by a byte a piece.
    """

    def __init__(self, strain_cost: float, break_cost: float = math.inf) -> None:
        self._strain_cost, self._break_cost = strain_cost, break_cost
        self._best = np.full(LOOK_BACK, -np.inf)
        """The weight of the heaviest chain that ends with each of the last pieces."""
        self._back = array("b")
        """How many pieces before each piece its chain's last but one lies; 0 where it begins with the piece."""
        self._heaviest, self._last = -math.inf, -1

    def add(self, weights: Float[np.ndarray, " piece"], strains: Float[np.ndarray, "piece back"]) -> None:
        """Tell of more pieces; see `strains_back`."""
        paid = self._strain_cost * np.minimum(strains, 1.0) ** 2
        costs = np.where(strains <= 1.0, paid, self._break_cost)
        best = np.concatenate((self._best, weights))
        for piece, cost in enumerate(costs):
            gains = best[piece : piece + LOOK_BACK] - cost
            chosen = int(gains.argmax())
            goes_on = gains[chosen] > 0
            if goes_on:
                best[LOOK_BACK + piece] += gains[chosen]
            self._back.append(LOOK_BACK - chosen if goes_on else 0)
        own = best[LOOK_BACK:]
        if len(own) and own.max() > self._heaviest:
            self._heaviest, self._last = own.max(), len(self._back) - len(own) + int(own.argmax())
        self._best = best[-LOOK_BACK:]

    def kept(self) -> Int[np.ndarray, " kept"]:
        """Return the numbers of the pieces of the heaviest chain, in order."""
        kept, piece = array("q"), self._last
        while piece >= 0:
            kept.append(piece)
            piece = piece - self._back[piece] if self._back[piece] else -1
        return np.array(kept, int)[::-1]
