"""A variable frame rate brought to a constant one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TypeVar

Picture = TypeVar("Picture")

COMMON_RATES = (10, 12, 15, 20, 24, 25, 30, 48, 50, 60, 90, 100, 120, 240)


def choose_rate(average: float | None, times_seconds: list[float]) -> float:
    """Return the constant rate to bring a video to.

    The average where the first pictures are spaced like it, exact rates such as 30000/1001 included. Where
    they are not, as in screen recordings that skip still pictures, the common rate nearest to the median
    spacing.
    """
    times = sorted(times_seconds)
    spacings = sorted(b - a for a, b in pairwise(times) if b > a)
    median = spacings[len(spacings) // 2] if spacings else 0.0
    if average and (not median or abs(average * median - 1.0) < 0.02):
        return average
    if not median:
        return 30.0
    common = min(COMMON_RATES, key=lambda rate: abs(rate * median - 1.0))
    return float(common) if abs(common * median - 1.0) < 0.04 else 1.0 / median


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
