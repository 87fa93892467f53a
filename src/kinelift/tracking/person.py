"""Stages 1 to 3 chained: a video in, one person's keypoints out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinelift.body import Keypoints
from kinelift.detection import Detector
from kinelift.tracking.follow import follow
from kinelift.tracking.joint_leaps import cut_joint_leaps
from kinelift.tracking.leaps import cut_leaps
from kinelift.tracking.prominence import find_person
from kinelift.video import Frame, Video

Progress = Callable[[int, int], None]
"""Called with the frames done and the frames expected, an estimate."""


@dataclass(frozen=True, eq=False)
class TrackedPerson:
    """One person's keypoints and when each row was taken."""

    keypoints: Keypoints
    times_seconds: Float[np.ndarray, " frame"]
    """Time of each row in the file."""


def detect_person(video: Video, detector: Detector, progress: Progress | None = None) -> TrackedPerson:
    """Follow the most prominent person through a video; one row a frame, NaN where he is not seen.

    Reads the video's opening twice: once to see who is there, once to follow. Memory does not grow with the
    video but for the keypoints. ValueError where nobody is seen.
    """
    person = find_person(video, detector, video.fps)
    if person is None:
        raise ValueError(
            f"{video.path}: nobody was found in it. A person must be in sight, large enough to make out."
        )
    joints = len(detector.skeleton)
    points, scores, times = [], [], []

    def timed() -> Iterator[Frame]:
        for frame in video:
            times.append(frame.time_seconds)
            yield frame

    for detection in follow(timed(), detector, person, video.fps):
        points.append(np.full((joints, 2), np.nan, np.float32) if detection is None else detection.points_px)
        scores.append(np.zeros(joints, np.float32) if detection is None else detection.scores)
        if progress is not None:
            progress(len(times), max(len(times), len(video)))
    keypoints = Keypoints(np.stack(points), np.stack(scores), detector.skeleton, video.fps, video.image_size)
    return TrackedPerson(cut_joint_leaps(cut_leaps(keypoints)), np.array(times))
