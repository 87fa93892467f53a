"""A variable frame rate brought to a constant one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TypeVar

Picture = TypeVar("Picture")

COMMON_RATES = (
    10.0, 12.0, 15.0, 20.0, 24000 / 1001, 24.0, 25.0, 30000 / 1001, 30.0, 48.0, 50.0, 60000 / 1001, 60.0, 90.0, 100.0,
    120.0, 240.0,
)  # fmt: skip


def choose_rate(average: float | None, times_seconds: list[float]) -> float:
    """Return the constant rate to bring a video to.

    Where the first pictures are evenly spaced, their rate: the file's average or a common rate if it is one
    of these but for rounding, 30000/1001 included. Where they are not, the average if most pictures are
    spaced like it, as in a phone's video; else, as in a screen recording that skips still pictures, the
    rate nearest to the median spacing.
    """
    times = sorted(set(times_seconds))
    if len(times) < 2:
        return average or 30.0
    spacings = sorted(b - a for a, b in pairwise(times))
    median, mean = spacings[len(spacings) // 2], (times[-1] - times[0]) / len(spacings)
    # Files with a clock of milliseconds space an even 30 a second by 33 and 34 ms.
    even = spacings[-1] - spacings[0] <= max(0.02 * mean, 0.0025)
    known = [*([average] if average else []), *COMMON_RATES]
    if even:
        return next((rate for rate in known if abs(rate * mean - 1.0) < 5e-4), 1.0 / mean)
    if average and abs(average * median - 1.0) < 0.02:
        return average
    nearest = min(COMMON_RATES, key=lambda rate: abs(rate * median - 1.0))
    return nearest if abs(nearest * median - 1.0) < 0.04 else 1.0 / median


def resample(
    pictures: Iterable[tuple[float, Picture]], fps: float, start: float, end: float
) -> Iterator[tuple[float, Picture]]:
    """Deliver at the times start, start + 1 / fps, ... the picture nearest in time, (time, picture) each.

    Times of `pictures` rise. No time before half a step ahead of the first picture is delivered, nor any
    after half a step past the last, nor from `end` on. Holds two pictures at once.

        pictures   0   1     2          3  4
        delivered  0   1   2   2   3   3   4
    """
    step = 1.0 / fps
    row: int | None = None
    held: tuple[float, Picture] | None = None
    for time, picture in pictures:
        if held is None:
            row = max(0, round((time - start) * fps))
        else:
            assert row is not None
            while start + row * step < min((held[0] + time) / 2.0, end):
                yield start + row * step, held[1]
                row += 1
        held = (time, picture)
    if held is not None and row is not None:
        while start + row * step < min(held[0] + step / 2.0, end):
            yield start + row * step, held[1]
            row += 1
