"""Quality spans as the fields that motion.json, the page and glTF have of them."""

from __future__ import annotations

from typing import Any

from kinelift.body import QualitySpan
from kinelift.body.rows import Rows

SECOND_DECIMALS = 6


def span_fields(span: QualitySpan, times_seconds: Rows, fps: float) -> dict[str, Any]:
    """Describe a span; it lasts until one frame after its last, in seconds of the source (frame,)."""
    # From rounded times, so that a file that is read and written again stays as it is.
    start_seconds, last_seconds = (
        round(float(times_seconds[frame : frame + 1][0]), SECOND_DECIMALS)
        for frame in (span.start_frame, span.stop_frame - 1)
    )
    return {
        "kind": span.kind,
        "start_frame": span.start_frame,
        "stop_frame": span.stop_frame,
        "start_seconds": start_seconds,
        "stop_seconds": round(last_seconds + 1.0 / fps, SECOND_DECIMALS),
        "because": list(span.because),
    }
