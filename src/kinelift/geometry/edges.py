"""Sequences continued beyond their ends."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float


def repeat_edges(
    values: Float[np.ndarray, "*batch frame feature"], before: int, after: int
) -> Float[np.ndarray, "*batch longer feature"]:
    """Repeat the first frame `before` times and the last `after` times.

    Pavllo et al. (CVPR 2019, section 3) found this better than zeros inside the network.
    """
    first, last = values[..., :1, :], values[..., -1:, :]
    return np.concatenate([np.repeat(first, before, -2), values, np.repeat(last, after, -2)], axis=-2)
