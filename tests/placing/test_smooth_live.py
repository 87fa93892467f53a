"""Smoothing as frames come: as honest as afterwards, and never late."""

import numpy as np
import pytest

import kinelift as kl
from kinelift.body import H36M_17
from kinelift.geometry.kinematics import bone_lengths
from kinelift.placing.bones import fix_bones
from kinelift.placing.smooth_live import LiveSmoother, smooth_live
from tests.walking import walking_joints, walking_recording


def sure(joints: np.ndarray) -> np.ndarray:
    """Expect all joints to be off by as much."""
    return np.full(joints.shape[:2], 0.02)


def test_jitter_falls_and_bones_keep_their_lengths():
    walk = walking_joints(150)
    noisy = fix_bones(
        walk + np.random.default_rng(0).normal(0.0, 0.01, walk.shape), bone_lengths(walk, H36M_17), H36M_17
    )
    smoothed = smooth_live(noisy, sure(noisy), H36M_17, 30.0, 0.1)
    assert np.abs(np.diff(smoothed, 3, axis=0)).mean() < 0.6 * np.abs(np.diff(noisy, 3, axis=0)).mean()
    np.testing.assert_allclose(bone_lengths(smoothed, H36M_17), bone_lengths(noisy, H36M_17), atol=1e-9)


def test_what_goes_on_evenly_is_not_late():
    line = np.linspace(0.0, 4.0, 120)[:, None, None] * np.ones((1, 17, 3)) + walking_joints(1)
    smoothed = smooth_live(line, sure(line), H36M_17, 30.0, 0.2)
    assert np.abs(smoothed - line)[30:].max() < 0.005


@pytest.mark.parametrize("fps", [15.0, 60.0])
def test_the_rate_does_not_matter(fps):
    seconds = np.arange(0, 5, 1 / 120.0)
    walk = np.stack([walking_joints(len(seconds))[0] + [0.0, np.sin(4.0 * t), 1.2 * t] for t in seconds])
    usual, other = (
        smooth_live(walk[:: round(120 / rate)], sure(walk[:: round(120 / rate)]), H36M_17, rate, 0.15)
        for rate in (30.0, fps)
    )
    common = (usual[::2], other) if fps < 30 else (usual, other[::2])
    assert np.abs(common[0] - common[1])[20:].max() < 0.05


def test_streams_do_not_know_of_each_other_and_begin_when_they_do():
    walk, errors = walking_joints(40), sure(walking_joints(40))
    together = np.zeros((2, 17, 3))
    both, alone = LiveSmoother(H36M_17, 2, 0.1), LiveSmoother(H36M_17, 1, 0.1)
    for t in range(40):
        late = walk[t] if t >= 10 else np.full_like(walk[t], np.nan)
        together = both.smooth(np.stack((walk[t], late)), np.stack((errors[t], errors[t])), 1 / 30)
        np.testing.assert_allclose(together[0], alone.smooth(walk[t : t + 1], errors[t : t + 1], 1 / 30)[0])
        assert np.isnan(together[1]).all() == (t < 10)
    np.testing.assert_allclose(together[1], smooth_live(walk[10:], errors[10:], H36M_17, 30.0, 0.1)[-1])


def test_a_stream_smooths_what_it_would_return():
    keypoints = walking_recording(frames=60).people[0].keypoints
    how = {"fps": 30.0, "image_size": keypoints.image_size, "skeleton": keypoints.skeleton}
    plain, smoothed = (
        kl.LiftStream("causal_float32", **how),
        kl.LiftStream("causal_float32", smooth=0.1, **how),
    )
    assert smoothed.look_ahead_seconds == plain.look_ahead_seconds
    poses, errors, found = [], [], []
    for points, scores in zip(keypoints.points_px, keypoints.scores, strict=True):
        pose = plain.push(points, scores)
        errors.append(plain.expected_error_m)
        found.append(smoothed.push(points, scores))
        assert (pose is None) == (found[-1] is None)
        poses.append(pose)
    begun = next(index for index, pose in enumerate(poses) if pose is not None)
    expected = smooth_live(np.stack(poses[begun:]), np.stack(errors[begun:]), plain.skeleton, 30.0, 0.1)
    np.testing.assert_allclose(np.stack(found[begun:]), expected, atol=1e-6)
    assert np.abs(expected - np.stack(poses[begun:])).max() > 1e-3
    with pytest.raises(ValueError, match="smooth: seconds between 0"):
        kl.LiftStream("causal", smooth=3.0, **how)
