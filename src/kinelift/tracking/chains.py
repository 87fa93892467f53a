"""The pieces of a broken path that one body can have taken.

path     aaaaaa........aaaaaaaa        a and a are near enough for the time between them;
               bbb   b                 b is far from both: left out
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from jaxtyping import Bool, Float

Strain = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""Tells for each pair of an earlier and a later row how hard it is for one body to be at both: from 0, it
goes on as it did, to 1, just possible; more is impossible."""

LOOK_BACK = 32
"""Pieces before a piece that it may go on from; bounds the work on clips that are all pieces."""


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
    if len(starts) == 1:
        return np.ones(len(weights), bool)
    sums = np.add.reduceat(weights, starts)
    best, previous = sums.astype(np.float64), np.full(len(starts), -1)
    for piece in range(1, len(starts)):
        earlier = np.arange(max(0, piece - LOOK_BACK), piece)
        strains = strain(ends[earlier], np.full(len(earlier), starts[piece]))
        cost = np.where(strains <= 1.0, strain_cost * strains**2, break_cost)
        gains = best[earlier] - cost
        if gains.max() > 0:
            previous[piece] = earlier[gains.argmax()]
            best[piece] += gains.max()
    kept = np.zeros(len(weights), bool)
    piece = int(best.argmax())
    while piece >= 0:
        kept[starts[piece] : ends[piece] + 1] = True
        piece = int(previous[piece])
    return kept
