"""Smoothing takes off jitter and leaves movements, paths and bones."""

from __future__ import annotations

import numpy as np
import pytest

from kinelift.body import H36M_17
from kinelift.geometry.kinematics import bone_lengths
from kinelift.placing.bones import fix_bones
from kinelift.placing.smooth import checked_span, smooth_body, smooth_look_ahead
from tests.walking import walking_joints

FPS = 30.0


def sure(joints: np.ndarray) -> np.ndarray:
    """Expect all joints to be off by as much."""
    return np.full(joints.shape[:2], 0.02)


def test_jitter_falls_and_the_walk_stays():
    walk = walking_joints(90)
    noisy = walk + np.random.default_rng(0).normal(0.0, 0.01, walk.shape)
    noisy = fix_bones(noisy, bone_lengths(walk, H36M_17), H36M_17)  # as a body comes to be smoothed
    smoothed = smooth_body(noisy, sure(noisy), H36M_17, FPS, 0.1)

    def jerk(joints: np.ndarray) -> float:
        return float(np.abs(np.diff(joints, 3, axis=0)).mean())

    assert jerk(smoothed - smooth_body(walk, sure(walk), H36M_17, FPS, 0.1)) < 0.5 * jerk(noisy - walk)
    assert np.linalg.norm(smoothed - walk, axis=-1).mean() < np.linalg.norm(noisy - walk, axis=-1).mean()


def test_a_walk_keeps_the_length_of_its_path():
    walk = walking_joints(90)
    lengths = [
        np.linalg.norm(np.diff(path[:, 0], axis=0), axis=-1).sum()
        for path in (walk, smooth_body(walk, sure(walk), H36M_17, FPS, 0.1))
    ]
    assert lengths[1] == pytest.approx(lengths[0], rel=0.005)


def test_bones_keep_their_lengths():
    walk = walking_joints(60)
    smoothed = smooth_body(walk, sure(walk), H36M_17, FPS, 0.2)
    np.testing.assert_allclose(bone_lengths(smoothed, H36M_17), bone_lengths(walk, H36M_17), atol=1e-9)


def test_what_is_straight_stays_and_nothing_is_smoothed_over_nothing():
    line = np.linspace(0.0, 1.0, 40)[:, None, None] * np.ones((1, 17, 3)) + walking_joints(1)
    np.testing.assert_allclose(smooth_body(line, sure(line), H36M_17, FPS, 0.3), line, atol=1e-6)
    walk = walking_joints(20)
    assert smooth_body(walk, sure(walk), H36M_17, FPS, 0.0) is walk


def test_it_looks_ahead_as_far_as_it_says():
    walk = walking_joints(60)
    reach = smooth_look_ahead(0.2, FPS)
    whole, cut = (
        smooth_body(walk, sure(walk), H36M_17, FPS, 0.2),
        smooth_body(walk[: 30 + reach], sure(walk[: 30 + reach]), H36M_17, FPS, 0.2),
    )
    np.testing.assert_allclose(cut[:30], whole[:30], atol=1e-9)


@pytest.mark.parametrize("seconds", [-0.1, 2.5, float("nan")])
def test_spans_that_are_none_are_refused(seconds):
    with pytest.raises(ValueError, match=r"smooth: seconds between 0 \(not at all\) and 2 expected"):
        checked_span(seconds)


def test_a_frame_that_is_unsure_counts_for_less():
    walk = walking_joints(60)
    off, errors = walk.copy(), sure(walk)
    off[30, 16] += 0.2
    off = fix_bones(off, bone_lengths(walk, H36M_17), H36M_17)
    errors[30, 16] = 0.2
    told, silent = (smooth_body(off, each, H36M_17, FPS, 0.1) for each in (errors, sure(walk)))
    plain = smooth_body(walk, sure(walk), H36M_17, FPS, 0.1)
    assert np.abs(told - plain)[30, 16].max() < 0.2 * np.abs(silent - plain)[30, 16].max()
    errors[30, 16] = np.nan  # not known: hardly counts either
    assert np.abs(smooth_body(off, errors, H36M_17, FPS, 0.1) - plain)[30, 16].max() < 0.02
