"""Keypoints, motions and recordings hold together or say why they do not."""

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

from kinelift.body import (
    COCO_17,
    H36M_17,
    WORLD_FROM_CAMERA,
    Camera,
    Keypoints,
    Motion,
    Person,
    Quality,
    Recording,
)
from tests.geometry.drawing import deviation, points

KEYPOINTS = Keypoints(points(0, 6, 17, 2), np.full((6, 17), 0.9), COCO_17, 25, (640, 480))
MOTION = Motion(points(1, 6, 17, 3), np.ones(6, dtype=bool), np.full((6, 17), 0.9), H36M_17, 25)
QUALITY = Quality(np.zeros(6), np.full((6, 17), 0.04))


def test_what_is_not_seen_is_nan_and_has_score_zero():
    joints, scores = points(0, 3, 17, 2), np.ones((3, 17))
    joints[0, 1, 0], scores[1, 2], scores[2, 3], joints[2, 4] = np.nan, 0.0, np.nan, np.inf
    keypoints = Keypoints(joints, scores, COCO_17, 30, (640, 480))
    hidden = np.zeros((3, 17), dtype=bool)
    hidden[[0, 1, 2, 2], [1, 2, 3, 4]] = True
    assert (keypoints.seen == ~hidden).all()
    assert (np.isnan(keypoints.points_px).all(-1) == hidden).all()
    assert np.isfinite(joints[1, 2]).all()  # the caller's array is untouched


def test_values_are_frozen_and_numbers_plain():
    with pytest.raises(FrozenInstanceError):
        KEYPOINTS.fps = 30.0  # pyright: ignore[reportAttributeAccessIssue]
    with pytest.raises(FrozenInstanceError):
        MOTION.fps = 30.0  # pyright: ignore[reportAttributeAccessIssue]
    assert (type(KEYPOINTS.fps), type(MOTION.fps)) == (float, float)


def test_prints_are_brief_and_show_shapes():
    assert repr(KEYPOINTS) == "Keypoints((6, 17, 2), coco_17, 25 fps, 640x480)"
    assert repr(MOTION) == "Motion((6, 17, 3), h36m_17, 25 fps, camera frame)"
    assert repr(recording()) == "Recording(1 people, 6 frames, 25 fps)"


@pytest.mark.parametrize(("change", "text"), [
    ({"points_px": np.zeros((6, 16, 2))},
     r"points_px: 17 joints expected by coco_17, shape \(frame, 17, 2\), "
     r"got \(6, 16, 2\)\. Name the skeleton they are really in, or convert with map_skeleton\(\.\.\.\)"),
    ({"skeleton": H36M_17, "points_px": np.zeros((6, 17, 3))},
     r"expected by h36m_17, shape \(frame, 17, 2\), got \(6, 17, 3\)"),
    ({"points_px": np.zeros((17, 2))}, r"got \(17, 2\)"),
    ({"scores": np.ones((5, 17))}, r"scores: shape \(6, 17\) expected beside points_px, got \(5, 17\)"),
    ({"scores": np.full((6, 17), 87.0)},
     r"scores: values in \[0, 1\] expected, got 87 to 87\. Divide by the largest"),
    ({"scores": np.full((6, 17), -0.5)}, r"scores: values in \[0, 1\] expected, got -0\.5"),
    ({"points_px": np.zeros((0, 17, 2)), "scores": np.zeros((0, 17))},
     "points_px: no frames; at least one is needed"),
    ({"fps": 0}, "fps: a positive frame rate expected, at most 10000 a second, got 0"),
    ({"fps": float("nan")}, "fps: a positive frame rate expected, .* got nan"),
    ({"fps": 1e9}, "fps: a positive frame rate expected, .* got 1000000000"),
    ({"image_size": (640, 0)}, r"image_size: positive \(width, height\) expected, got \(640, 0\)"),
])  # fmt: skip
def test_keypoints_that_do_not_fit_are_errors_that_say_how_to_mend_them(change, text):
    with pytest.raises(ValueError, match=text):
        replace(KEYPOINTS, **change)


@pytest.mark.parametrize(("change", "text"), [
    ({"joints": np.zeros((6, 16, 3))},
     r"joints: 17 joints expected by h36m_17, shape \(frame, 17, 3\), got \(6, 16, 3\)\. Name the skeleton"),
    ({"joints": np.full((6, 17, 3), np.nan)},
     "joints: finite metres expected on every row; infill what was not seen"),
    ({"joints": np.zeros((0, 17, 3))}, "joints: no frames"),
    ({"observed": np.ones(5, dtype=bool)},
     r"scores and observed: shapes \(6, 17\) and \(6,\) expected, got \(6, 17\) and \(5,\)"),
    ({"scores": np.ones((6, 16))}, r"scores and observed: .* got \(6, 16\) and \(6,\)"),
    ({"scores": np.full((6, 17), np.nan)}, r"scores: values in \[0, 1\] expected"),
    ({"observed": np.zeros(6, dtype=bool)}, "scores: 0 expected on rows that were not observed"),
    ({"fps": -1}, "fps: a positive frame rate expected, .* got -1"),
    ({"frame": "room"}, 'frame: "camera" or "world" expected, got \'room\''),
])  # fmt: skip
def test_motions_that_do_not_fit_are_errors(change, text):
    with pytest.raises(ValueError, match=text):
        replace(MOTION, **change)


def test_the_world_is_the_camera_turned_over_where_gravity_is_unknown():
    world = MOTION.to_world()
    assert world.frame == "world"
    assert deviation(world.joints, MOTION.joints * [1.0, -1.0, -1.0]) == 0
    assert world.to_world() is world
    assert MOTION.frame == "camera"


def test_a_given_transform_takes_a_motion_to_the_world():
    transform = WORLD_FROM_CAMERA.copy()
    transform[:3, 3] = 0.0, 1.5, 2.0
    expected = MOTION.joints * [1.0, -1.0, -1.0] + [0.0, 1.5, 2.0]
    assert deviation(MOTION.to_world(transform).joints, expected) < 1e-12
    single = replace(MOTION, joints=MOTION.joints.astype(np.float32))
    assert single.to_world(transform).joints.dtype == np.float32


def test_root_and_times_follow_the_rows():
    assert deviation(MOTION.root, MOTION.joints[:, 0]) == 0
    assert deviation(MOTION.times_seconds, np.arange(6) / 25.0) < 1e-12
    assert len(MOTION) == len(KEYPOINTS) == 6


def recording(frames: int = 6) -> Recording:
    """Return one person's recording whose clock has that many frames."""
    person = Person(1, KEYPOINTS, MOTION, QUALITY)
    times = np.arange(frames) / 25.0
    return Recording((person,), (640, 480), 25.0, times, Camera.assumed((640, 480)), WORLD_FROM_CAMERA)


def test_a_persons_frames_agree_with_each_other_and_with_the_clock():
    longer = replace(KEYPOINTS, points_px=np.zeros((7, 17, 2)), scores=np.zeros((7, 17)))
    with pytest.raises(ValueError, match="person 3: 7 frames of 2D but 6 of 3D"):
        Person(3, longer, MOTION, QUALITY)
    with pytest.raises(ValueError, match="person 1: 6 frames, but the recording has 7"):
        recording(7)


def test_expected_errors_are_one_for_each_joint():
    short = replace(QUALITY, expected_error_m=np.zeros((6, 16)))
    with pytest.raises(ValueError, match=r"person 1: expected_error_m of shape \(6, 17\) expected"):
        Person(1, KEYPOINTS, MOTION, short)
