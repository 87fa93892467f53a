"""Arrays as short text: fewer bits, then base64. Little-endian; page/recording.js unpacks them."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from kinelift.body.rows import Rows

MISSING = -32768
"""Stands for NaN among packed coordinates."""
LARGEST = 32767
PIECE_FRAMES = 3 * 1024
"""Frames packed at a time: base64 takes three bytes at once, so that pieces of threes join."""

Unpacked = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, eq=False)
class Packed:
    """Rows that become text piece by piece, so that a long recording never stands in memory as text."""

    rows: Rows
    dtype: str
    """Little-endian, such as "<f4"."""
    change: Unpacked = np.asarray
    """What is done to values before they are packed."""

    def pieces(self) -> Iterator[str]:
        """Yield the base64 of all values, in order."""
        for part in parts(self.rows.shape[0]):
            values = np.ascontiguousarray(self.change(self.rows[part]), dtype=self.dtype)
            yield base64.b64encode(values.tobytes()).decode("ascii")


def parts(frames: int) -> Iterator[slice]:
    """Yield the frames packed at a time."""
    return (slice(start, min(start + PIECE_FRAMES, frames)) for start in range(0, frames, PIECE_FRAMES))


def pack_coordinates(rows: Rows, resolution: float) -> tuple[Packed, float]:
    """Return 16-bit whole multiples of a scale, and the scale.

    The scale is `resolution`, or coarser if the range needs it. NaN becomes MISSING.
    """
    largest = max(
        (float(np.nanmax(np.abs(rows[part]), initial=0.0)) for part in parts(rows.shape[0])), default=0.0
    )
    scale = max(resolution, largest / LARGEST)

    def whole(values: np.ndarray) -> np.ndarray:
        return np.where(np.isnan(values), MISSING, np.round(np.nan_to_num(values) / scale))

    return Packed(rows, "<i2", whole), scale
