"""Random numbers of the kinds that sampling draws."""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float, Int


def log_uniform(
    bounds: tuple[float, float], count: int, rng: np.random.Generator
) -> Float[np.ndarray, " count"]:
    """Draw numbers whose logarithm is uniform between those of the bounds."""
    low, high = bounds
    return np.exp(rng.uniform(np.log(low), np.log(high), count))


def some(count: int, share: float, rng: np.random.Generator) -> Int[np.ndarray, " some"]:
    """Draw which of `count` it befalls, each with a chance of `share`."""
    return np.flatnonzero(rng.random(count) < share)


def spans(
    count: int, frames: int, lengths: tuple[int, int], rng: np.random.Generator
) -> Bool[np.ndarray, "count frame"]:
    """Draw a span of frames for each, from any frame on, of lengths between those given; they may end with the clip."""
    start = rng.integers(0, frames, (count, 1))
    stop = start + rng.integers(lengths[0], lengths[1] + 1, (count, 1))
    return between(start, stop, frames)


def any_spans(count: int, frames: int, rng: np.random.Generator) -> Bool[np.ndarray, "count frame"]:
    """Draw a span of frames for each, of any length up to the whole clip's."""
    start, stop = np.sort(rng.integers(0, frames + 1, (2, count, 1)), axis=0)
    return between(start, stop, frames)


def between(
    start: Int[np.ndarray, "count 1"], stop: Int[np.ndarray, "count 1"], frames: int
) -> Bool[np.ndarray, "count frame"]:
    """Return which frames lie from `start` to before `stop`."""
    at = np.arange(frames)
    return (at >= start) & (at < stop)
