"""One picture of a video and when it was taken."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import UInt8


@dataclass(frozen=True, eq=False)
class Frame:
    """One picture of a video, the right way up."""

    image: UInt8[np.ndarray, "height width 3"]
    """RGB, contiguous."""
    time_seconds: float
    """Time in the file, counted from the file's first picture."""
    index: int
    """Row of this frame at the constant rate; the first frame delivered is 0."""
