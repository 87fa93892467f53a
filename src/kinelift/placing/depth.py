"""A steady path in depth, where a single frame says least."""

from __future__ import annotations

import math

import numpy as np
from jaxtyping import Float

STEADY_SECONDS = 0.25
"""Half the span of the local fit: a quadratic, so that falls and jumps keep their shape."""

LASTING_SECONDS = 0.6
"""Half the span of the wider fit that frames of little trust fall back to."""

STIFFNESS = (0.3, 0.02, 0.05)
"""Weight, in frames of full trust, that holds the local fit's level, slope and curvature to the wider fit's."""


def steady_look_ahead(fps: float) -> int:
    """Frames that `steady_depth` reads ahead."""
    return max(math.ceil(LASTING_SECONDS * fps), 1)


def steady_depth(
    root: Float[np.ndarray, "frame 3"], trust: Float[np.ndarray, " frame"], fps: float
) -> Float[np.ndarray, "frame 3"]:
    """Smooth the root's distance along its own line of sight; what the image shows of its place is kept.

    The log of depth is fitted by a quadratic in time over frames up to 0.25 s away, nearer ones weighing more
    (tricube), as do those trusted more, and stray ones less (Cleveland, LOWESS, 1979); where little is to be trusted,
    the same fit over 0.6 s holds it. Rows of trust 0, which were not observed, are returned as they are.
    """
    observed = trust > 0
    if not observed.any():
        return root
    depth = np.log(np.where(observed, root[:, 2], 1.0))
    weights, steady = trust**2, depth
    near, far = (max(math.ceil(seconds * fps), 1) for seconds in (STEADY_SECONDS, LASTING_SECONDS))
    for _ in range(3):
        lasting = _local_quadratic(depth, weights, far, (1e-9, 1e-3, 1e-2))
        steady = lasting + _local_quadratic(depth - lasting, weights, near, STIFFNESS)
        stray = np.abs(depth - steady)
        usual = np.median(stray[observed]) + 1e-6
        weights = trust**2 / np.maximum(stray / (3.0 * usual), 1.0)
    factor = np.exp(np.where(observed, steady - depth, 0.0))
    return root * factor[:, None]


def _local_quadratic(
    values: Float[np.ndarray, " frame"],
    weights: Float[np.ndarray, " frame"],
    reach: int,
    stiffness: tuple[float, float, float],
) -> Float[np.ndarray, " frame"]:
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
