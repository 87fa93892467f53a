"""How hard it is for one body to be where it is seen, frame against earlier frame: the rules that streams go by."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from jaxtyping import Float, Int

MIN_JOINTS = 3
"""Joints that make a body of a frame."""

BODY_SPREADS, BODY_SPREADS_PER_SECOND = 0.6, 18.0
"""How far a body may be from where it was, in its own root mean square radius (0.45 m): 0.3 m and 8 m/s, twice what
whole clips allow, where the pace a body has is known besides."""

JOINT_SPREADS, JOINT_SPREADS_PER_SECOND = 0.45, 22.0
"""The same for a joint against its body: 0.2 m and 10 m/s."""

SIZE_RATIO, SIZE_RATIO_PER_SECOND = 1.8, 4.0

MIN_LENGTHS = 10
"""Distances between joints that two frames must share for their sizes to be compared."""

_SHORTEST_LENGTH = 0.2
"""Spreads below which a distance between joints tells no size."""


def spread_of(points: Float[np.ndarray, "joint 2"]) -> float:
    """Return the root mean square distance of points from their middle."""
    away = points - points.mean(0)
    return float(np.sqrt((away**2).sum(-1).mean()))


def body_strain(
    before: Float[np.ndarray, "joint 2"],
    now: Float[np.ndarray, "joint 2"],
    seconds: float,
    spread: float,
    sized_by: Int[np.ndarray, " sized"],
) -> float:
    """Tell how hard it is to come from there to here: from 0, not at all, to 1, just possible.

    Points that were not seen are NaN. Two frames that share too few joints are compared by their middles.
    """
    moved, few = body_step(before, now)
    limit = BODY_SPREADS + 0.5 * few + BODY_SPREADS_PER_SECOND * seconds
    grown = _growth(before[sized_by], now[sized_by], _SHORTEST_LENGTH * spread)
    most_grown = SIZE_RATIO + SIZE_RATIO_PER_SECOND * seconds
    return max(float(np.hypot(*moved)) / (limit * spread), (grown - 1.0) / (most_grown - 1.0))


def body_step(
    before: Float[np.ndarray, "joint 2"], now: Float[np.ndarray, "joint 2"]
) -> tuple[Float[np.ndarray, "2"], bool]:
    """Return the median step of the joints that both frames see, and whether those are too few to say much."""
    steps = (now - before)[np.isfinite(now - before).all(-1)]
    if len(steps) >= MIN_JOINTS:
        return _middle(steps), False
    there, here = (points[np.isfinite(points).all(-1)] for points in (before, now))
    if not (len(there) and len(here)):
        return np.zeros(2), True
    return _middle(here) - _middle(there), True


def joint_strains(
    steps: Float[np.ndarray, "joint 2"], seconds: Float[np.ndarray, " joint"], spread: float
) -> Float[np.ndarray, " joint"]:
    """Tell the same of single joints and their steps against the body's; NaN where a joint is not known."""
    limit = JOINT_SPREADS + JOINT_SPREADS_PER_SECOND * seconds
    return np.hypot(steps[:, 0], steps[:, 1]) / (limit * spread)


def _growth(
    before: Float[np.ndarray, "joint 2"], now: Float[np.ndarray, "joint 2"], shortest: float
) -> float:
    """Return how many times larger or smaller a body is, at the least; 1 if unknown.

    By the distances between joints, three quarters of which must agree: a few outliers change many.
    """
    first, second = _pairs(len(before))
    was, is_now = (np.hypot(*(points[first] - points[second]).T) for points in (before, now))
    known = (np.fmax(was, is_now) > shortest) & (was > 0) & (is_now > 0)
    ratios = np.sort(np.log(is_now[known] / was[known]))
    count = len(ratios)
    if count < MIN_LENGTHS:
        return 1.0
    return float(np.exp(max(ratios[count // 4], -ratios[count - 1 - count // 4], 0.0)))


def _middle(points: Float[np.ndarray, "joint 2"]) -> Float[np.ndarray, "2"]:
    """Return the median of each column; numpy's own takes ten times as long for so few."""
    ordered, count = np.sort(points, axis=0), len(points)
    return 0.5 * (ordered[(count - 1) // 2] + ordered[count // 2])


@lru_cache(maxsize=8)
def _pairs(points: int) -> tuple[Int[np.ndarray, " pair"], Int[np.ndarray, " pair"]]:
    """Return the indices of each two of so many points."""
    first, second = np.triu_indices(points, 1)
    return first, second
