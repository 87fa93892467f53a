"""Keypoints of the frames between those that were looked at."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from jaxtyping import Float

from kinelift.body.rows import MadeRows
from kinelift.tracking.person import TrackedPerson


def fill_between(person: TrackedPerson, every: int, fps: float) -> TrackedPerson:
    """Return the rows at `fps` of a person who was looked for in one frame of `every`.

    Joints go straight from one look to the next, with the lower of the two scores; where one of the two looks did not
    see a joint, it was not seen between them either. Rows are made when they are read.
    """
    if every == 1:
        return person
    seen, times = person.keypoints, person.times_seconds
    looks = len(seen)
    frames = (looks - 1) * every + 1

    def points(start: int, stop: int) -> Float[np.ndarray, "frame joint 2"]:
        near, before, after, share = _looks_around(start, stop, every, looks)
        found = seen.points_px[near]
        mixed = (1.0 - share[:, None, None]) * found[before] + share[:, None, None] * found[after]
        looked = share == 0
        mixed[looked] = found[before[looked]]  # also where the next look saw nothing
        return mixed.astype(found.dtype)

    def scores(start: int, stop: int) -> Float[np.ndarray, "frame joint"]:
        near, before, after, share = _looks_around(start, stop, every, looks)
        found = seen.scores[near]
        return np.where((share == 0)[:, None], found[before], np.minimum(found[before], found[after]))

    def made_times(start: int, stop: int) -> Float[np.ndarray, " frame"]:
        near, before, after, share = _looks_around(start, stop, every, looks)
        found = times[near]
        return (1.0 - share) * found[before] + share * found[after]

    return TrackedPerson(
        replace(
            seen,
            points_px=MadeRows((frames, *seen.points_px.shape[1:]), seen.points_px.dtype, points),
            scores=MadeRows((frames, *seen.scores.shape[1:]), seen.scores.dtype, scores),
            fps=fps,
        ),
        MadeRows((frames,), np.dtype(np.float64), made_times),
    )


def _looks_around(
    start: int, stop: int, every: int, looks: int
) -> tuple[slice, np.ndarray, np.ndarray, Float[np.ndarray, " frame"]]:
    """Return the looks that rows need, each row's look before and after among them, and its share of the way."""
    rows = np.arange(start, stop)
    first = start // every
    before = rows // every
    after = np.minimum(before + 1, looks - 1)
    last = int(after[-1]) + 1 if len(rows) else first
    return slice(first, last), before - first, after - first, rows % every / every
