"""Detections on their way to a scratch, some at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinelift.body.rows import Rows, Scratch
from kinelift.detection import Detection

ROWS_A_WRITE = 256


@dataclass(frozen=True, eq=False)
class WrittenDetections:
    """One person's detections, a row a frame."""

    points: Rows
    """(frame, joint, 2) Pixels of the video; NaN where not seen."""
    scores: Rows
    """(frame, joint)"""
    times: Rows
    """(frame,) Seconds of the file."""


class DetectionWriter:
    """Writes one person's detections."""

    def __init__(self, scratch: Scratch, joints: int, scale: Float[np.ndarray, " axis"]) -> None:
        self._scale = scale
        """Pixels of the video in a pixel of the pictures looked at, across and down."""
        self._nobody = Detection(np.full((joints, 2), np.nan, np.float32), np.zeros(joints, np.float32))
        self._points = scratch.spool(None, (joints, 2), np.dtype(np.float32))
        self._scores = scratch.spool(None, (joints,), np.dtype(np.float32))
        self._times = scratch.spool(None, (), np.dtype(np.float64))
        self._waiting: list[Detection] = []
        self.times: list[float] = []
        """Of the frames read since rows were last written."""
        self.count = 0
        """Of frames, and of those in which the person is seen."""
        self.seen = 0

    def add(self, detection: Detection | None) -> None:
        """Take the next frame's."""
        self._waiting.append(self._nobody if detection is None else detection)
        self.count += 1
        self.seen += detection is not None
        if len(self._waiting) == ROWS_A_WRITE:
            self._write()

    def written(self) -> WrittenDetections:
        """Return what was written of all frames."""
        if self._waiting:
            self._write()
        return WrittenDetections(self._points, self._scores, self._times)

    def _write(self) -> None:
        count = len(self._waiting)
        self._points.append(np.stack([detection.points_px for detection in self._waiting]) * self._scale)
        self._scores.append(np.stack([detection.scores for detection in self._waiting]))
        self._times.append(np.array(self.times[:count]))
        self._waiting, self.times = [], self.times[count:]
