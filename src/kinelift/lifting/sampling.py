"""Values between frames."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int


def sample_points(
    points: Float[np.ndarray, "frame joint xy"],
    scores: Float[np.ndarray, "frame joint"],
    before: Int[np.ndarray, " sample"],
    after: Int[np.ndarray, " sample"],
    share: Float[np.ndarray, " sample"],
) -> tuple[Float[np.ndarray, "sample joint xy"], Float[np.ndarray, "sample joint"]]:
    """Take points a share of the way from one frame to another: linearly where both are seen, else the nearer's."""
    left, right = scores[before] > 0, scores[after] > 0
    weight = np.where(left & right, share[:, None], np.where(share[:, None] < 0.5, 0.0, 1.0))
    from_left = np.where(left[..., None], points[before], 0.0) * (1.0 - weight)[..., None]
    from_right = np.where(right[..., None], points[after], 0.0) * weight[..., None]
    sampled_scores = scores[before] * (1.0 - weight) + scores[after] * weight
    sampled = np.where((sampled_scores > 0)[..., None], from_left + from_right, np.nan)
    return sampled.astype(points.dtype), sampled_scores.astype(scores.dtype)


def sample_values(
    values: Float[np.ndarray, "frame *rest"],
    before: Int[np.ndarray, " sample"],
    after: Int[np.ndarray, " sample"],
    share: Float[np.ndarray, " sample"],
) -> Float[np.ndarray, "sample *rest"]:
    """Take values a share of the way from one frame to another."""
    weight = share.reshape(-1, *[1] * (values.ndim - 1))
    return (values[before] * (1.0 - weight) + values[after] * weight).astype(values.dtype)
