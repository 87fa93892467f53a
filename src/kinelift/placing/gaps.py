"""Gaps of a clip that comes a stretch at a time: bridged even where they are longer than what is in memory."""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float, Int

from kinelift.body.rows import Rows

SEARCHED_FRAMES = 1 << 16
"""Frames looked through at a time for the next that is known."""


def infill_stretch(
    values: Rows, known: Bool[np.ndarray, " frame"], sure: Rows, start: int
) -> Float[np.ndarray, "frame *rest"]:
    """Interpolate those rows of a stretch that are not known, as `infill` does in a whole clip.

    `known` tells of the stretch's rows, from `start` on; `sure` of the whole clip's, true only where rows are known:
    the nearest known row before a stretch or after it must be sure.
    """
    stop = start + len(known)
    part = values[start:stop]
    if known.all():
        return part
    before = [] if known[0] else _last(sure, start)
    after = [] if known[-1] else _first(sure, stop)
    frames = np.array([*before, *(start + np.flatnonzero(known)), *after])
    ends = [values[frame : frame + 1] for frame in (*before, *after)]
    rows = np.concatenate([*ends[: len(before)], part[known], *ends[len(before) :]])
    return np.where(
        known.reshape(-1, *[1] * (part.ndim - 1)), part, _between(rows, frames, np.arange(start, stop))
    )


def _between(
    rows: Float[np.ndarray, "known *rest"], frames: Int[np.ndarray, " known"], at: Int[np.ndarray, " frame"]
) -> Float[np.ndarray, "frame *rest"]:
    """Interpolate rows, known at some frames, at others linearly; beyond the ends take the nearest."""
    after = np.minimum(np.searchsorted(frames, at), len(frames) - 1)
    before = np.maximum(np.searchsorted(frames, at, side="right") - 1, 0)
    first, last = frames[before], frames[after]
    share = np.where(last > first, (at - first) / np.maximum(last - first, 1), 0.0)
    share = np.clip(share, 0.0, 1.0).reshape(-1, *[1] * (rows.ndim - 1)).astype(rows.dtype)
    return rows[before] * (1 - share) + rows[after] * share


def _last(sure: Rows, stop: int) -> list[int]:
    """Return the last frame before `stop` that is sure, if there is one."""
    for end in range(stop, 0, -SEARCHED_FRAMES):
        found = np.flatnonzero(sure[max(end - SEARCHED_FRAMES, 0) : end])
        if len(found):
            return [max(end - SEARCHED_FRAMES, 0) + int(found[-1])]
    return []


def _first(sure: Rows, start: int) -> list[int]:
    """Return the first frame from `start` on that is sure, if there is one."""
    for begin in range(start, sure.shape[0], SEARCHED_FRAMES):
        found = np.flatnonzero(sure[begin : begin + SEARCHED_FRAMES])
        if len(found):
            return [begin + int(found[0])]
    return []
