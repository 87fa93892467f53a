"""Frames where nobody was seen: the pose and the path carried across them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from jaxtyping import Bool, Float

LONGEST_LIFTED_GAP_SECONDS = 0.4
"""Gaps up to this long keep the lifter's own pose, which saw both sides of them; longer ones are blended across."""


def infill(
    values: Float[np.ndarray, "frame *rest"], known: Bool[np.ndarray, " frame"]
) -> Float[np.ndarray, "frame *rest"]:
    """Interpolate rows that are not known linearly between those that are; ends take the nearest."""
    if known.all() or not known.any():
        return values
    at, rows = np.arange(len(values)), np.nonzero(known)[0]
    after = np.minimum(np.searchsorted(rows, at), len(rows) - 1)
    before = np.maximum(np.searchsorted(rows, at, side="right") - 1, 0)
    first, last = rows[before], rows[after]
    share = np.where(last > first, (at - first) / np.maximum(last - first, 1), 0.0)
    share = np.clip(share, 0.0, 1.0).reshape(-1, *[1] * (values.ndim - 1)).astype(values.dtype)
    filled = values[first] * (1 - share) + values[last] * share
    return np.where(known.reshape(-1, *[1] * (values.ndim - 1)), values, filled)


def trusted_poses(observed: Bool[np.ndarray, " frame"], fps: float) -> Bool[np.ndarray, " frame"]:
    """Tell which rows' poses to keep: the observed ones, and gaps between them too short to lose track."""
    if not observed.any():
        return observed
    longest = LONGEST_LIFTED_GAP_SECONDS * fps
    rows = np.nonzero(observed)[0]
    trusted = observed.copy()
    for start, stop in pairwise(rows):
        if 1 < stop - start <= longest + 1:
            trusted[start:stop] = True
    return trusted
