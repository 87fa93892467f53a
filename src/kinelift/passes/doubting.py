"""The last pass: which stretches of what was lifted can be relied on."""

from __future__ import annotations

import numpy as np

from kinelift.body import Camera, QualitySpan
from kinelift.body.quality_spans import doubts_of, quality_spans
from kinelift.body.rows import MotionRows, Rows, stretches


def told_spans(
    motion: MotionRows, reprojection_px: Rows, expected_error_m: Rows, camera: Camera, stretch_frames: int
) -> tuple[QualitySpan, ...]:
    """Part a motion in the camera's frame into spans of quality; of each frame two bytes are in memory."""
    frames = len(motion)
    observed, doubts = np.empty(frames, bool), np.empty(frames, np.uint8)
    pixels = float(np.mean(camera.focal_length))
    for part in stretches(frames, stretch_frames):
        observed[part] = motion.observed[part]
        depth_m = motion.joints[part][:, 0, 2]
        reprojection_m = reprojection_px[part] * depth_m / pixels
        doubts[part] = doubts_of(expected_error_m[part], reprojection_m, motion.scores[part])
    return quality_spans(observed, doubts, motion.fps)
