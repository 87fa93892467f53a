"""Arrays as short text: fewer bits, then base64. Little-endian; page/recording.js unpacks them."""

from __future__ import annotations

import base64

import numpy as np
from jaxtyping import Float

MISSING = -32768
"""Stands for NaN among packed coordinates."""
LARGEST = 32767


def pack(array: np.ndarray, dtype: str) -> str:
    """Return an array as base64 of its values in a little-endian dtype such as "<f4"."""
    return base64.b64encode(np.ascontiguousarray(array, dtype=dtype).tobytes()).decode("ascii")


def pack_coordinates(values: Float[np.ndarray, "*shape"], resolution: float) -> tuple[str, float]:
    """Return 16-bit whole multiples of a scale, and the scale.

    The scale is `resolution`, or coarser if the range needs it. NaN becomes MISSING.
    """
    largest = float(np.nanmax(np.abs(values), initial=0.0))
    scale = max(resolution, largest / LARGEST)
    whole = np.where(np.isnan(values), MISSING, np.round(np.nan_to_num(values) / scale))
    return pack(whole, "<i2"), scale
