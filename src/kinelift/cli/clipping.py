"""Which frames --start and --end choose."""

from __future__ import annotations

import math
from bisect import bisect_left
from pathlib import Path

from kinelift.cli.options import ClipOptions


def chosen_frames(clip: ClipOptions, frames: int, fps: float, source: Path) -> slice:
    """Return the frames from start to end, in seconds at the keypoints' rate."""
    start, end = clip.start or 0.0, math.inf if clip.end is None else clip.end
    if not (math.isfinite(start) and start >= 0 and end > start):
        raise ValueError(
            f"--start and --end: seconds from 0 on, start before end, got {start:g} and {end:g}."
        )
    first, stop = (
        bisect_left(range(frames), at - 1e-6, key=lambda frame: frame / fps) for at in (start, end)
    )
    if first == stop:
        last = (frames - 1) / fps
        raise ValueError(f"{source}: no frame between {start:g} and {end:g} s; it ends at {last:.2f} s.")
    return slice(first, stop)
