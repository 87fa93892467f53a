"""Random arrays over every batch shape, for laws."""

from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

SEEDS = st.integers(0, 2**32 - 1)
BATCHES = st.just(()) | array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=3)
"""Leading batch shapes: none, one to three axes, empty ones too."""


def points(seed: int, *shape: int) -> np.ndarray:
    """Return normally distributed points."""
    return np.random.default_rng(seed).normal(size=shape)


def quaternions(seed: int, *batch: int) -> np.ndarray:
    """Return unit quaternions, all rotations alike."""
    drawn = points(seed, *batch, 4)
    return drawn / np.linalg.norm(drawn, axis=-1, keepdims=True)


def deviation(a: Any, b: Any) -> float:
    """Return max|a - b| / max(1, max|b|), the measure of the golden figures; 0 for empty arrays."""
    a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    assert a.shape == b.shape
    return float(np.abs(a - b).max() / max(1.0, np.abs(b).max())) if a.size else 0.0
