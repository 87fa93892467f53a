"""Runs against each other: relative changes with intervals by bootstrap over test takes and seeds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from claims_protocol import Comparison

RESAMPLES = 2000


def findings(comparisons: Sequence[Comparison], runs: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return each comparison whose runs are both there, in percent of the second's error."""
    found = []
    for comparison in comparisons:
        first, second = (
            _by_seed_and_take(name, comparison.measure, runs)
            for name in (comparison.first, comparison.second)
        )
        seeds = sorted(set(first) & set(second))
        if seeds:
            found.append(_finding(comparison, [first[s] for s in seeds], [second[s] for s in seeds]))
    return found


def _by_seed_and_take(
    name: str, measure: str, runs: Sequence[dict[str, Any]]
) -> dict[int, dict[str, list[float]]]:
    errors: dict[int, dict[str, list[float]]] = {}
    for run in runs:
        if run["name"] == name:
            takes = errors.setdefault(run["seed"], {})
            for view in run["views"]:
                takes.setdefault(view["take"], []).append(view[measure])
    return errors


def _finding(
    comparison: Comparison, first: list[dict[str, list[float]]], second: list[dict[str, list[float]]]
) -> dict[str, Any]:
    takes = sorted(first[0])
    views = np.array([len(first[0][take]) for take in takes], float)
    ours, theirs = (
        np.array([[sum(run[take]) for take in takes] for run in runs]) for runs in (first, second)
    )
    rng = np.random.default_rng(0)
    seed_draws = rng.integers(0, len(ours), (RESAMPLES, len(ours)))
    # Seeds of the two are not pairs of each other: each side draws its own.
    other_draws = rng.integers(0, len(theirs), (RESAMPLES, len(theirs)))
    take_draws = rng.integers(0, len(takes), (RESAMPLES, len(takes)))
    drawn = [
        ours[np.ix_(a, t)].mean(0).sum() / theirs[np.ix_(b, t)].mean(0).sum()
        for a, b, t in zip(seed_draws, other_draws, take_draws, strict=True)
    ]
    low, high = 100.0 * (np.percentile(drawn, [2.5, 97.5]) - 1.0)
    ours_mm, theirs_mm = (float(sums.mean(0).sum() / views.sum()) for sums in (ours, theirs))
    return {
        "finding": comparison.finding,
        "measure": comparison.measure,
        "first": comparison.first,
        "second": comparison.second,
        "seeds": len(ours),
        "first_mm": ours_mm,
        "second_mm": theirs_mm,
        "change_percent": {
            "mean": 100.0 * (ours_mm / theirs_mm - 1.0),
            "low": float(low),
            "high": float(high),
        },
        "comes_out": "yes" if high < 0 else "no, the other way" if low > 0 else "undecided",
        "published": comparison.published,
    }
