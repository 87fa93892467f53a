"""Curves fitted around every frame of a signal."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

FREE = (1e-9, 1e-9, 1e-9)
"""Stiffness that holds a fit to nothing."""


def local_quadratic(
    values: Float[np.ndarray, " frame"],
    weights: Float[np.ndarray, " frame"],
    reach: int,
    stiffness: tuple[float, float, float] = FREE,
) -> Float[np.ndarray, " frame"]:
    """Return the middle of a quadratic fitted around every frame over `reach` frames on either side (tricube weights).

    `stiffness` holds the fit's level, slope and curvature to 0, as so many frames of weight 1 would.
    """
    offsets = np.arange(-reach, reach + 1) / (reach + 1.0)
    near = (1.0 - np.abs(offsets) ** 3) ** 3

    def around(signal: Float[np.ndarray, " frame"], power: int) -> Float[np.ndarray, " frame"]:
        padded = np.pad(signal, reach)
        return np.convolve(padded, (near * offsets**power)[::-1], mode="valid")

    moments = [around(weights, power) for power in range(5)]
    sums = np.stack([around(weights * values, power) for power in range(3)], -1)
    normal = np.stack([np.stack([moments[i + j] for j in range(3)], -1) for i in range(3)], -2)
    normal += np.diag(stiffness)
    return np.linalg.solve(normal, sums[..., None])[:, 0, 0]
