"""Frames that do not come evenly: a stream answers for the times it promises."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kinelift as kl
from kinelift.body import COCO_17, H36M_17
from kinelift.geometry.kinematics import bone_directions
from kinelift.lifting.live_clock import LONGEST_INTERPOLATED_SECONDS
from tests.lifting.networks import LOOK_AHEADS, random_lifter
from tests.live_clips import (
    IMAGE_SIZE,
    RATES,
    assert_same,
    opened,
    pushed,
    troubled_walks,
    walk,
)


@given(
    data=st.data(),
    fps=st.sampled_from(RATES),
    look_ahead=st.sampled_from(LOOK_AHEADS),
    start=st.floats(0, 1e6),
)
@settings(max_examples=15)
def test_times_on_the_regular_grid_change_nothing(data, fps, look_ahead, start):
    keypoints = data.draw(troubled_walks(fps, most_frames=40))
    model = random_lifter(look_ahead)
    timed = pushed(opened(model, keypoints), keypoints, start + np.arange(len(keypoints)) / fps)
    assert_same(timed, pushed(opened(model, keypoints), keypoints))


@pytest.mark.parametrize("look_ahead", LOOK_AHEADS)
@pytest.mark.parametrize("fps", [30.0, 60.0, 25.0])
@pytest.mark.parametrize("true_fps", [1.0, 1.08, 0.9])
def test_irregular_times_give_the_pose_of_the_time_they_promise(look_ahead, fps, true_fps):
    # A stiff body glides to the right: a model that does not look at the keypoints has its pose, and where it stands
    # is told by where it is seen.
    rng = np.random.default_rng(0)
    times = np.sort(np.arange(80) / (fps * true_fps) + rng.uniform(-0.35, 0.35, 80) / fps)
    times -= times[0]
    model = random_lifter(look_ahead, liveliness=0.0)
    first = walk(1)
    shift = np.stack([300.0 * times, np.zeros(80)], axis=-1)[:, None]
    stream = kl.LiftStream(model, fps=fps, image_size=IMAGE_SIZE, skeleton=COCO_17)
    still = pushed(opened(model, replace(first, fps=fps)), replace(first, fps=fps))[0]
    focal = kl.Camera.assumed(IMAGE_SIZE).focal_length[0]
    answered = 0
    for time, moved in zip(times, shift, strict=True):
        pose = stream.push(first.points_px[0] + moved, first.scores[0], time_seconds=float(time))
        at = time - stream.look_ahead_seconds
        if pose is None:
            assert at < 1e-6
            continue
        answered += 1
        expected = 300.0 * at / focal * still[0, 2]
        np.testing.assert_allclose(pose[0, 0] - still[0, 0], expected, atol=0.02 * max(expected, 0.1))
    assert answered > 40


def test_without_a_look_ahead_poses_between_ticks_go_on_from_the_last_two():
    keypoints = walk(40)
    model = random_lifter(0)
    regular = pushed(opened(model, keypoints), keypoints)
    stream = opened(model, keypoints)
    times = np.arange(40) / 30.0
    times[20] += 0.2 / 30.0
    late = [
        stream.push(p, s, time_seconds=float(t))
        for p, s, t in zip(keypoints.points_px, keypoints.scores, times, strict=True)
    ]
    relative = [pose[19:22] - pose[19:22, :1] for pose in (regular, np.array(late))]
    assert np.abs(relative[0] - relative[1]).max() < 0.02


@pytest.mark.parametrize("look_ahead", [0, 4])
@pytest.mark.parametrize("fps", [30.0, 60.0, 25.0])
def test_in_a_long_gap_between_times_nobody_was_seen(look_ahead, fps):
    keypoints = walk(60, fps)
    gap = slice(20, 20 + round(2.0 * LONGEST_INTERPOLATED_SECONDS * fps))
    scores = keypoints.scores.copy()
    scores[gap] = 0.0
    model = random_lifter(look_ahead, liveliness=0.05)
    regular = pushed(opened(model, keypoints), replace(keypoints, scores=scores))
    kept = np.delete(np.arange(60), gap)
    stream = opened(model, keypoints)
    poses = [
        stream.push(keypoints.points_px[t], keypoints.scores[t], time_seconds=float(t / fps)) for t in kept
    ]
    for number in range(-5, 0):
        frame = kept[number] - round(stream.look_ahead_seconds * fps)
        pose = poses[number]
        assert pose is not None
        # Bones are fitted to the poses a stream was asked for, which are not the same ones.
        turned, expected = (bone_directions(each.astype(float), H36M_17) for each in (pose, regular[frame]))
        np.testing.assert_allclose(turned, expected, rtol=0, atol=1e-5)


def test_a_gap_of_hours_takes_no_time_and_is_forgotten():
    keypoints = walk(60)
    model = random_lifter(1)
    stream = opened(model, keypoints)
    times = np.arange(60) / 30.0
    times[30:] += 36_000.0
    poses = [
        stream.push(p, s, time_seconds=float(t))
        for p, s, t in zip(keypoints.points_px, keypoints.scores, times, strict=True)
    ]
    assert all(pose is not None and np.isfinite(pose).all() for pose in poses[2:])
