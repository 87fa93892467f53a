"""Gravity and floor as poses come, by the steps that a whole clip goes through."""

import numpy as np
import pytest

import kinelift as kl
from kinelift.body.ground import Ground
from kinelift.body.rows import KeypointRows
from kinelift.passes import MemoryScratch, lift_rows
from kinelift.placing.ground import find_ground
from tests.walking import FPS, IMAGE_SIZE, walking_person

CAMERA = kl.Camera.assumed(IMAGE_SIZE)


def degrees(first: np.ndarray, second: np.ndarray) -> float:
    """Return the angle between unit vectors."""
    return float(np.degrees(np.arccos(np.clip(first @ second, -1.0, 1.0))))


def asked(stream: kl.GroundStream) -> Ground:
    """Return a ground that is there."""
    ground = stream.find()
    assert ground is not None
    return ground


def test_of_a_whole_clip_it_says_what_lift_does() -> None:
    keypoints = KeypointRows.of(walking_person(0, 120).keypoints)
    whole = lift_rows(keypoints, MemoryScratch(), camera=CAMERA, lock_feet=False)
    motion = whole.person.motion[:]
    stream = kl.GroundStream(motion.skeleton, fps=FPS)
    for pose, observed in zip(motion.joints, motion.observed, strict=True):
        stream.push(pose, observed)
    assert whole.stance is not None
    expected, found = find_ground([whole.stance]), asked(stream)
    assert expected is not None
    assert degrees(found.up, expected.up) < 0.3
    assert found.floor_m == pytest.approx(expected.floor_m, abs=0.01)
    assert found.known.source == "found"


def test_with_a_live_lifter_it_comes_to_know_the_ground_and_keeps_to_it() -> None:
    keypoints = walking_person(0, 150).keypoints
    lifter = kl.LiftStream("causal", fps=FPS, image_size=IMAGE_SIZE, skeleton=keypoints.skeleton)
    stream = kl.GroundStream(lifter.skeleton, fps=FPS)
    assert stream.find() is None
    found = []
    for frame, (points, scores) in enumerate(zip(keypoints.points_px, keypoints.scores, strict=True)):
        pose = lifter.push(points, scores)
        assert bool(lifter.observed) == (pose is not None and bool((scores > 0).any()))
        if pose is not None:
            stream.push(pose, lifter.observed)
        if frame >= 60 and frame % 30 == 0:
            found.append(asked(stream))
    # The walker goes upright before a level camera, on a floor that stays where it is.
    assert max(degrees(each.up, np.array([0.0, -1.0, 0.0])) for each in found) < 8.0
    assert np.ptp([each.floor_m for each in found]) < 0.15
    stream.reset()
    assert stream.find() is None


def test_only_the_last_seconds_count() -> None:
    motion = kl.lift(walking_person(0, 90).keypoints, lock_feet=False)
    upside_down = motion.joints * (1.0, -1.0, 1.0)
    short = kl.GroundStream(motion.skeleton, fps=FPS, seconds=3.0)
    for pose in (*upside_down, *motion.joints):
        short.push(pose)
    only = kl.GroundStream(motion.skeleton, fps=FPS)
    for pose in motion.joints:
        only.push(pose)
    np.testing.assert_array_equal(asked(short).up, asked(only).up)


def test_of_several_people_all_tell_and_who_is_not_there_tells_nothing() -> None:
    first, second = (kl.lift(walking_person(n, 90).keypoints, lock_feet=False) for n in (0, 1))
    both, one = kl.GroundStream(first.skeleton, fps=FPS, streams=2), kl.GroundStream(first.skeleton, fps=FPS)
    nobody = np.full_like(second.joints[0], np.nan)
    for frame in range(90):
        both.push(np.stack((first.joints[frame], nobody)), np.array([True, False]))
        one.push(first.joints[frame])
    np.testing.assert_array_equal(asked(both).up, asked(one).up)
    for frame in range(90):
        both.push(np.stack((first.joints[frame], second.joints[frame])))
    assert asked(both).known.gravity_error_degrees < asked(one).known.gravity_error_degrees


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="skeleton: h36m_21 expected, got h36m_17"):
        kl.GroundStream(kl.H36M_17, fps=30)
    with pytest.raises(ValueError, match="fps: more than 0 expected"):
        kl.GroundStream(kl.H36M_21, fps=float("nan"))
    with pytest.raises(ValueError, match="streams: more than 0 expected"):
        kl.GroundStream(kl.H36M_21, fps=30, streams=0)
    stream = kl.GroundStream(kl.H36M_21, fps=30)
    with pytest.raises(ValueError, match=r"shapes \(21, 3\) and \(\) expected, got \(17, 3\)"):
        stream.push(np.zeros((17, 3)))
    with pytest.raises(ValueError, match=r"got \(21, 3\) and \(2,\)"):
        stream.push(np.zeros((21, 3)), [True, False])

    for pose in (np.full((21, 3), np.nan), np.zeros((21, 3))):
        stream.push(pose)
        assert stream.find() is None
