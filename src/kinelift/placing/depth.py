"""A steady path in depth, where a single frame says least."""

from __future__ import annotations

import math

import numpy as np
from jaxtyping import Float

from kinelift.geometry.local_fits import local_quadratic

STEADY_SECONDS = 0.25
"""Half the span of the local fit: a quadratic, so that falls and jumps keep their shape."""

LASTING_SECONDS = 0.6
"""Half the span of the wider fit that frames of little trust fall back to."""

STIFFNESS = (0.3, 0.02, 0.05)
"""Weight, in frames of full trust, that holds the local fit's level, slope and curvature to the wider fit's."""


PATH_SECONDS = 0.1
"""Half the span over which the root's path is fitted: a body weighs too much to start and stop within a frame."""

LASTING_PATH_SECONDS = 0.35
"""Half the span of the wider fit, which frames that leap from it fall back to."""

LEAP_METRES = 0.15
"""Distance from the wider fit at which a frame's say is a quarter: steps and jumps stay well within it."""

PATH_STIFFNESS = (0.05, 0.005, 0.01)
"""As STIFFNESS."""

ROUNDS = 3
"""Fits, each of which gives less weight to what strayed from the one before."""


def path_reach(fps: float) -> int:
    """Frames on either side that `steady_path_of` reads."""
    near, far = _path_spans(fps)
    return near + ROUNDS * far


def steady_path_of(
    root: Float[np.ndarray, "frame 3"], trust: Float[np.ndarray, " frame"], fps: float
) -> Float[np.ndarray, "frame 3"]:
    """Fit the root's path (metres) by quadratics over 0.1 s on either side; rows of trust 0 are as they were.

    Frames that leap from a wider fit, as those of a pose that is all wrong do, are held to that.
    """
    observed = (trust > 0) & np.isfinite(root).all(-1)
    trusted, known = np.where(observed, trust**2, 0.0), np.where(observed[:, None], root, 0.0)
    near, far = _path_spans(fps)
    weights, lasting = trusted, known
    for _ in range(ROUNDS):
        lasting = _fitted_path(known, weights, far, (1e-9, 1e-3, 1e-2))
        weights = trusted / (1.0 + ((known - lasting) ** 2).sum(-1) / LEAP_METRES**2) ** 2
    fitted = lasting + _fitted_path(known - lasting, weights, near, PATH_STIFFNESS)
    return np.where(observed[:, None], fitted, root)


def _fitted_path(
    path: Float[np.ndarray, "frame 3"],
    weights: Float[np.ndarray, " frame"],
    reach: int,
    stiffness: tuple[float, float, float],
) -> Float[np.ndarray, "frame 3"]:
    return np.stack([local_quadratic(axis, weights, reach, stiffness) for axis in path.T], axis=-1)


def _path_spans(fps: float) -> tuple[int, int]:
    near, far = (max(math.ceil(seconds * fps), 1) for seconds in (PATH_SECONDS, LASTING_PATH_SECONDS))
    return near, far


def fit_reach(fps: float) -> int:
    """Frames on either side that one fit depends on."""
    return sum(_spans(fps))


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
    for _ in range(ROUNDS):
        steady = fit_depth(depth, weights, fps)
        stray = np.abs(depth - steady)
        weights = without_stray(trust, stray, float(np.median(stray[observed])))
    factor = np.exp(np.where(observed, steady - depth, 0.0))
    return root * factor[:, None]


def fit_depth(
    depth: Float[np.ndarray, " frame"], weights: Float[np.ndarray, " frame"], fps: float
) -> Float[np.ndarray, " frame"]:
    """Fit the log of depth once around every frame; a frame's answer depends on `fit_reach` frames on either side."""
    near, far = _spans(fps)
    lasting = local_quadratic(depth, weights, far, (1e-9, 1e-3, 1e-2))
    return lasting + local_quadratic(depth - lasting, weights, near, STIFFNESS)


def without_stray(
    trust: Float[np.ndarray, " frame"], stray: Float[np.ndarray, " frame"], usual: float
) -> Float[np.ndarray, " frame"]:
    """Return weights that fall where the log of depth strayed from the fit by more than three times the usual."""
    return trust**2 / np.maximum(stray / (3.0 * (usual + 1e-6)), 1.0)


def _spans(fps: float) -> tuple[int, int]:
    near, far = (max(math.ceil(seconds * fps), 1) for seconds in (STEADY_SECONDS, LASTING_SECONDS))
    return near, far
