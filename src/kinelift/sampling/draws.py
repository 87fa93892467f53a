"""Random numbers of the kinds that sampling draws."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float


def log_uniform(
    bounds: tuple[float, float], count: int, rng: np.random.Generator
) -> Float[np.ndarray, " count"]:
    """Draw numbers whose logarithm is uniform between those of the bounds."""
    low, high = bounds
    return np.exp(rng.uniform(np.log(low), np.log(high), count))
