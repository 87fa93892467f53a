"""Overlapping squares over a picture, so that people small in it are large in one of them."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

NEARLY_SQUARE = 1.25
"""Pictures less elongated than this are looked at whole."""
MOST_ELONGATED = 4.0


def square_tiles(width: int, height: int) -> list[tuple[int, int, int, int]]:
    """Return (x0, y0, x1, y1) of squares as large as the shorter side that overlap by half or more.

    In pictures longer than MOST_ELONGATED they are larger and cut by its sides, lest there be very many.
    """
    length = max(width, height)
    side = max(min(width, height), round(length / MOST_ELONGATED))
    if length < NEARLY_SQUARE * side:
        return [(0, 0, width, height)]
    count = 1 + int(np.ceil((length - side) / (side / 2)))
    offsets = [round(o) for o in np.linspace(0, length - side, count)]
    if width > height:
        return [(o, 0, o + side, height) for o in offsets]
    return [(0, o, width, o + side) for o in offsets]


def keep_distinct(
    centers: Float[np.ndarray, "found 2"],
    radii: Float[np.ndarray, " found"],
    scores: Float[np.ndarray, " found"],
) -> list[int]:
    """Return the indices of the distinct ones, best first: no two centres closer than half the larger
    radius.
    """
    kept: list[int] = []
    for i in np.argsort(-scores):
        distances = np.linalg.norm(centers[kept] - centers[i], axis=-1)
        if all(distances > 0.5 * np.maximum(radii[kept], radii[i])):
            kept.append(int(i))
    return kept
