"""Who is who where a file does not say: people keep their place from one frame to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

LONGEST_GAP_FRAMES = 30
"""Somebody not seen for longer is somebody else."""
FARTHEST_SIZES = 0.5
"""How far joints may move from one frame to the next in which a body is seen, of its own size."""
FEWEST_SHARED = 3
"""Joints that two bodies must share to be compared."""
FEWEST_FRAMES = 5
"""Who is seen in fewer frames is a mistaken detection, where anybody is seen in more."""

Body = Float[np.ndarray, "joint 2"]


@dataclass(frozen=True, eq=False)
class _Last:
    row: int
    points: Body


def told_apart(frames: Sequence[tuple[int, Sequence[Body]]]) -> list[list[int | None]]:
    """Number the bodies of (row, bodies) in each frame, rows ascending: 0 is who is seen in most frames.

    Each body goes to the nearest of the last frames, the closest pair first. None is a mistaken detection.
    """
    if all(len(bodies) <= 1 for _, bodies in frames):
        return [[0] * len(bodies) for _, bodies in frames]
    last: dict[int, _Last] = {}
    given: list[list[int]] = []
    known = 0
    for row, bodies in frames:
        recent = {id: seen for id, seen in last.items() if row - seen.row <= LONGEST_GAP_FRAMES}
        ids = _matched(bodies, recent)
        for at, id in enumerate(ids):
            if id is None:
                ids[at], known = known, known + 1
        last = {
            **recent,
            **{id: _Last(row, body) for id, body in zip(ids, bodies, strict=True) if id is not None},
        }
        given.append([id for id in ids if id is not None])
    return _numbered(given, known)


def _matched(bodies: Sequence[Body], recent: dict[int, _Last]) -> list[int | None]:
    pairs = sorted(
        (distance, at, id)
        for at, body in enumerate(bodies)
        for id, seen in recent.items()
        if (distance := _distance_in_sizes(body, seen.points)) <= FARTHEST_SIZES
    )
    ids: list[int | None] = [None] * len(bodies)
    for _, at, id in pairs:
        if ids[at] is None and id not in ids:
            ids[at] = id
    return ids


def _distance_in_sizes(body: Body, other: Body) -> float:
    """Return the mean distance of the joints both have, in the larger body's height or width."""
    shared = np.isfinite(body).all(-1) & np.isfinite(other).all(-1)
    if shared.sum() < FEWEST_SHARED:
        return np.inf
    size = max(np.nanmax(np.ptp(points[shared], axis=0)) for points in (body, other))
    return float(np.linalg.norm(body[shared] - other[shared], axis=-1).mean() / max(size, 1e-9))


def _numbered(given: Sequence[Sequence[int]], known: int) -> list[list[int | None]]:
    counts = np.bincount([id for ids in given for id in ids], minlength=known)
    order = np.argsort(-counts, kind="stable")
    kept = [id for id in order if counts[id] >= min(FEWEST_FRAMES, counts.max())]
    number = {int(id): place for place, id in enumerate(kept)}
    return [[number.get(id) for id in ids] for ids in given]
