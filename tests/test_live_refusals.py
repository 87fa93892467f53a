"""What a stream cannot take is refused, and leaves no trace."""

from __future__ import annotations

import numpy as np
import pytest

import kinelift as kl
from kinelift.body import COCO_17
from tests.lifting.networks import random_lifter
from tests.live_clips import (
    IMAGE_SIZE,
    opened,
    pushed,
    walk,
)


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        ((np.zeros((16, 2)), np.ones(16)), r"shapes \(17, 2\) and \(17,\) expected for coco_17"),
        ((np.zeros((2, 17, 2)), np.ones((2, 17))), "Push one frame at a time"),
        ((np.zeros((17, 2)), np.full(17, 80.0)), r"values in \[0, 1\] expected, got 80"),
        ((np.zeros((17, 2)), np.full(17, -0.1)), r"values in \[0, 1\] expected, got -0.1"),
    ],
)
def test_frames_that_cannot_be_are_refused_and_leave_no_trace(frame, said):
    keypoints = walk(20)
    stream, model = opened(random_lifter(0), keypoints), random_lifter(0)
    poses = []
    for points, scores in zip(keypoints.points_px, keypoints.scores, strict=True):
        with pytest.raises(ValueError, match=said):
            stream.push(*frame)
        poses.append(stream.push(points, scores))
    np.testing.assert_array_equal(np.stack(poses), pushed(opened(model, keypoints), keypoints))


@pytest.mark.parametrize(
    ("times", "said"),
    [
        ((0.0, 0.0), "later than the one before expected, got 0.0 after 0.0"),
        ((1.0, 0.5), "later than the one before expected, got 0.5 after 1.0"),
        ((np.nan,), "a time in seconds, 0 or later, expected, got nan"),
        ((0.0, np.inf), "a time in seconds, 0 or later, expected, got inf"),
        ((-1.0,), "a time in seconds, 0 or later, expected, got -1.0"),
        ((0.0, None), "given for some frames and not for others"),
        ((None, 1.0), "given for some frames and not for others"),
    ],
)
def test_times_that_cannot_be_are_refused(times, said):
    keypoints = walk(2)
    stream = opened(random_lifter(0), keypoints)
    *before, last = times
    for time in before:
        stream.push(keypoints.points_px[0], keypoints.scores[0], time_seconds=time)
    with pytest.raises(ValueError, match=said):
        stream.push(keypoints.points_px[1], keypoints.scores[1], time_seconds=last)


def test_after_flush_a_stream_must_be_reset():
    keypoints = walk(3)
    stream = opened(random_lifter(1), keypoints)
    first = pushed(stream, keypoints)
    with pytest.raises(ValueError, match=r"Call reset\(\)"):
        stream.push(keypoints.points_px[0], keypoints.scores[0])
    assert len(stream.flush()) == 0
    stream.reset()
    np.testing.assert_array_equal(pushed(stream, keypoints), first)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"fps": 0.0}, "a positive frame rate expected"),
        ({"fps": float("nan")}, "a positive frame rate expected"),
        ({"image_size": (0, 720)}, "positive"),
        ({"streams": 0}, "streams: 1 or more expected, got 0"),
        ({"height": 178.0}, "height: metres between"),
        ({"camera": kl.Camera.from_fov(60, (640, 480))}, "made for images of"),
        ({"skeleton": kl.Skeleton("hand", ("thumb", "palm"), (1, -1))}, "share no joint"),
        ({"model": "bigger"}, "choose a shipped one"),
    ],
)
def test_streams_that_cannot_be_are_refused(options, said):
    usual = {"model": random_lifter(0), "fps": 30.0, "image_size": IMAGE_SIZE, "skeleton": COCO_17}
    with pytest.raises(ValueError, match=said):
        kl.LiftStream(**{**usual, **options})
