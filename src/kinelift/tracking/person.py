"""Stages 1 to 3 chained: a video in, one person's keypoints out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinelift.body import Keypoints
from kinelift.body.rows import KeypointRows, Rows, Scratch, Spool
from kinelift.detection import Detection, Detector, longest_side_wanted
from kinelift.tracking.follow import follow
from kinelift.tracking.one_body import follow_one_body
from kinelift.tracking.prominence import find_person
from kinelift.tracking.track import STRETCH_FRAMES
from kinelift.video import Frame, Video

Progress = Callable[[int, int], None]
"""Called with the frames done and the frames expected, an estimate."""
ROWS_A_WRITE = 256


@dataclass(frozen=True, eq=False)
class TrackedPerson:
    """One person's keypoints and when each row was taken."""

    keypoints: KeypointRows
    times_seconds: Rows
    """(frame,) Time of each row in the file."""

    @classmethod
    def of(cls, keypoints: Keypoints, times_seconds: Float[np.ndarray, " frame"]) -> TrackedPerson:
        """Return a person whose keypoints are in memory."""
        return cls(KeypointRows.of(keypoints), times_seconds)


def detect_person(
    video: Video, detector: Detector, scratch: Scratch, progress: Progress | None = None
) -> TrackedPerson:
    """Follow the most prominent person through a video; one row a frame, NaN where he is not seen.

    Reads the video's opening twice: once to see who is there, once to follow. Rows lie in `scratch`: memory does not
    grow with the video. ValueError where nobody is seen.
    """
    pictures = video.no_larger_than(longest_side_wanted(detector))
    person = find_person(pictures, detector, video.fps)
    if person is None:
        raise ValueError(
            f"{video.path}: nobody was found in it. A person must be in sight, large enough to make out."
        )
    scale = np.divide(video.image_size, pictures.image_size, dtype=np.float32)
    rows = _Writing(scratch, len(detector.skeleton), scale)

    def timed(frame: Frame) -> Frame:
        rows.times.append(frame.time_seconds)
        return frame

    for detection in follow(map(timed, pictures), detector, person, video.fps):
        rows.add(detection)
        if progress is not None:
            progress(rows.count, max(rows.count, len(video)))
    points, scores, times = rows.written()
    seen = KeypointRows(points, scores, detector.skeleton, video.fps, video.image_size)
    return TrackedPerson(follow_one_body(seen, scratch, STRETCH_FRAMES, None), times)


class _Writing:
    """Detections on their way to a scratch, some at a time."""

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

    def add(self, detection: Detection | None) -> None:
        """Take the next frame's."""
        self._waiting.append(self._nobody if detection is None else detection)
        self.count += 1
        if len(self._waiting) == ROWS_A_WRITE:
            self._write()

    def written(self) -> tuple[Spool, Spool, Spool]:
        """Return points, scores and times of all frames."""
        if self._waiting:
            self._write()
        return self._points, self._scores, self._times

    def _write(self) -> None:
        count = len(self._waiting)
        self._points.append(np.stack([detection.points_px for detection in self._waiting]) * self._scale)
        self._scores.append(np.stack([detection.scores for detection in self._waiting]))
        self._times.append(np.array(self.times[:count]))
        self._waiting, self.times = [], self.times[count:]
