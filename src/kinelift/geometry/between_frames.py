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
    return mix_points(points[before], scores[before], points[after], scores[after], share[:, None])


def mix_points(
    points: Float[np.ndarray, "row joint xy"],
    scores: Float[np.ndarray, "row joint"],
    next_points: Float[np.ndarray, "row joint xy"],
    next_scores: Float[np.ndarray, "row joint"],
    share: Float[np.ndarray, "row 1"] | float,
) -> tuple[Float[np.ndarray, "row joint xy"], Float[np.ndarray, "row joint"]]:
    """Go a share of the way to the next points where both are seen, else take the nearer ones; NaN if unseen."""
    left, right = scores > 0, next_scores > 0
    weight = np.where(left & right, share, np.where(np.less(share, 0.5), 0.0, 1.0))
    from_left = np.where(left[..., None], points, 0.0) * (1.0 - weight)[..., None]
    from_right = np.where(right[..., None], next_points, 0.0) * weight[..., None]
    mixed_scores = scores * (1.0 - weight) + next_scores * weight
    mixed = np.where((mixed_scores > 0)[..., None], from_left + from_right, np.nan)
    return mixed.astype(points.dtype), mixed_scores.astype(scores.dtype)


def sample_values(
    values: Float[np.ndarray, "frame *rest"],
    before: Int[np.ndarray, " sample"],
    after: Int[np.ndarray, " sample"],
    share: Float[np.ndarray, " sample"],
) -> Float[np.ndarray, "sample *rest"]:
    """Take values a share of the way from one frame to another."""
    weight = share.reshape(-1, *[1] * (values.ndim - 1))
    return (values[before] * (1.0 - weight) + values[after] * weight).astype(values.dtype)
