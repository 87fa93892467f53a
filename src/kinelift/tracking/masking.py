"""Keypoints of which some are treated as not seen: NaN, score 0."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from jaxtyping import Bool

from kinelift.body import Keypoints
from kinelift.body.rows import KeypointRows, MadeRows


def without(keypoints: Keypoints, masked: Bool[np.ndarray, "frame joint"]) -> Keypoints:
    """Return keypoints without the masked ones; themselves where none is."""
    if not masked.any():
        return keypoints
    points = np.where(masked[..., None], np.float32(np.nan), keypoints.points_px)
    return replace(keypoints, points_px=points, scores=np.where(masked, np.float32(0), keypoints.scores))


def rows_without(
    clip: KeypointRows, masked: Callable[[int, int], Bool[np.ndarray, "frame joint"]]
) -> KeypointRows:
    """Return a clip without what is masked from a start to a stop, whenever that stretch is read."""

    def points(start: int, stop: int) -> np.ndarray:
        return np.where(masked(start, stop)[..., None], np.float32(np.nan), clip.points_px[start:stop])

    def scores(start: int, stop: int) -> np.ndarray:
        return np.where(masked(start, stop), np.float32(0), clip.scores[start:stop])

    return replace(
        clip,
        points_px=MadeRows(clip.points_px.shape, clip.points_px.dtype, points),
        scores=MadeRows(clip.scores.shape, clip.scores.dtype, scores),
    )
