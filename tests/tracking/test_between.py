"""Joints between two looks go straight from one to the other."""

from __future__ import annotations

import numpy as np
import pytest

from kinelift.body import COCO_17, Keypoints
from kinelift.tracking.between import fill_between
from kinelift.tracking.person import TrackedPerson


def walking_straight(frames: int, fps: float) -> TrackedPerson:
    rng = np.random.default_rng(0)
    start, pace = rng.uniform(100, 300, (2, 17, 2))
    times = np.arange(frames) / fps
    points = (start + pace * times[:, None, None]).astype(np.float32)
    keypoints = Keypoints(points, np.full((frames, 17), 0.9, np.float32), COCO_17, fps, (640, 480))
    return TrackedPerson.of(keypoints, times)


@pytest.mark.parametrize("every", [2, 3, 5])
def test_whoever_walks_straight_is_where_every_look_would_have_found_him(every: int) -> None:
    dense, sparse = walking_straight(4 * every + 1, 30.0), walking_straight(5, 30.0 / every)
    filled = fill_between(sparse, every, 30.0)
    assert filled.keypoints.fps == 30.0
    np.testing.assert_allclose(filled.keypoints.points_px[:], dense.keypoints.points_px[:], rtol=1e-5)
    np.testing.assert_allclose(filled.times_seconds[:], dense.times_seconds[:])


def test_between_a_look_that_saw_a_joint_and_one_that_did_not_it_was_not_seen() -> None:
    person = walking_straight(3, 10.0)
    person.keypoints.points_px[1:2][0, 4], person.keypoints.scores[1:2][0, 4] = np.nan, 0.0
    filled = fill_between(person, 3, 30.0).keypoints[:]
    assert (filled.scores[1:6, 4] == 0).all()
    assert (filled.scores[[0, 6], 4] == np.float32(0.9)).all()
    assert np.isfinite(filled.points_px[[0, 6], 4]).all()
    assert (filled.scores[:, 5] == np.float32(0.9)).all()


def test_looking_at_every_frame_leaves_everything() -> None:
    person = walking_straight(3, 10.0)
    assert fill_between(person, 1, 10.0) is person
