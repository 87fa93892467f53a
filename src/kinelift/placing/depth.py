"""A steady path in depth, where a single frame says least."""

from __future__ import annotations

import math

import numpy as np
from jaxtyping import Bool, Float

STEADY_SECONDS = 0.25
"""Half the span of the local fit: a quadratic, so that falls and jumps keep their shape."""


def steady_look_ahead(fps: float) -> int:
    """Frames that `steady_depth` reads ahead."""
    return max(math.ceil(STEADY_SECONDS * fps), 1)


def steady_depth(
    root: Float[np.ndarray, "frame 3"], observed: Bool[np.ndarray, " frame"], fps: float
) -> Float[np.ndarray, "frame 3"]:
    """Smooth the root's distance along its own line of sight; what the image shows of its place is kept.

    The log of depth is fitted by a quadratic in time over frames up to 0.25 s away, nearer ones weighing more
    (tricube) and stray ones less (Cleveland, LOWESS, 1979). Rows that were not observed are returned as they are.
    """
    if not observed.any():
        return root
    reach = steady_look_ahead(fps)
    depth = np.log(np.where(observed, root[:, 2], 1.0))
    weights = observed.astype(np.float64)
    steady = _local_quadratic(depth, weights, reach)
    for _ in range(2):
        stray = np.abs(depth - steady)
        usual = np.median(stray[observed]) + 1e-6
        steady = _local_quadratic(depth, weights / np.maximum(stray / (3.0 * usual), 1.0), reach)
    factor = np.exp(np.where(observed, steady - depth, 0.0))
    return root * factor[:, None]


def _local_quadratic(
    values: Float[np.ndarray, " frame"], weights: Float[np.ndarray, " frame"], reach: int
) -> Float[np.ndarray, " frame"]:
    offsets = np.arange(-reach, reach + 1) / (reach + 1.0)
    near = (1.0 - np.abs(offsets) ** 3) ** 3

    def around(signal: Float[np.ndarray, " frame"], power: int) -> Float[np.ndarray, " frame"]:
        padded = np.pad(signal, reach)
        return np.convolve(padded, (near * offsets**power)[::-1], mode="valid")

    moments = [around(weights, power) for power in range(5)]
    sums = np.stack([around(weights * values, power) for power in range(3)], -1)
    normal = np.stack([np.stack([moments[i + j] for j in range(3)], -1) for i in range(3)], -2)
    # A little stiffness lets the fit fall back to a line or a constant where too few frames were seen.
    normal += np.diag([1e-9, 1e-3, 1e-2])
    return np.linalg.solve(normal, sums[..., None])[:, 0, 0]
