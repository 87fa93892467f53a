"""A stream is `lift` as it happens: what it answers is what its steps make of the whole clip, only sooner."""

from __future__ import annotations

import gc
import runpy
import sys
import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kinelift as kl
from kinelift.body import BLAZEPOSE_33, COCO_17, H36M_17, OpenCVDistortion
from kinelift.demo import demo_clip
from kinelift.geometry.kinematics import bone_lengths
from kinelift.placing.bones import stature
from kinelift.weights import find_model
from tests.lifting.networks import LOOK_AHEADS, random_lifter
from tests.live_clips import (
    IMAGE_SIZE,
    RATES,
    assert_same,
    in_batch,
    opened,
    pushed,
    troubled_walks,
    walk,
)


@pytest.mark.parametrize("look_ahead", LOOK_AHEADS)
@given(data=st.data(), fps=st.sampled_from(RATES))
def test_a_stream_equals_its_steps_over_the_whole_clip(look_ahead, data, fps):
    keypoints = data.draw(troubled_walks(fps))
    model = random_lifter(look_ahead)
    assert_same(pushed(opened(model, keypoints), keypoints), in_batch(model, keypoints))


@pytest.mark.parametrize("look_ahead", LOOK_AHEADS)
@pytest.mark.parametrize("fps", RATES)
def test_a_late_entry_a_gap_a_leap_and_a_stray_are_the_same_at_every_rate(look_ahead, fps):
    keypoints = walk(70, fps, seed=3)
    points, scores = keypoints.points_px.copy(), keypoints.scores.copy()
    scores[:5] = 0.0
    scores[5, 1:] = 0.0
    scores[20:26] = 0.0
    scores[::3, 9] = 0.0
    points[35:40] += 400.0
    points[50:52, 10] += 300.0
    keypoints = replace(keypoints, points_px=points, scores=scores)
    model = random_lifter(look_ahead)
    assert_same(pushed(opened(model, keypoints), keypoints), in_batch(model, keypoints))


@given(data=st.data(), fps=st.sampled_from((30.0, 60.0, 25.0)), look_ahead=st.sampled_from((0, 4)))
def test_the_paper_s_normalisation_streams_too(data, fps, look_ahead):
    keypoints = data.draw(troubled_walks(fps, most_frames=40))
    model = random_lifter(look_ahead, "width")
    assert_same(pushed(opened(model, keypoints), keypoints), in_batch(model, keypoints))


def test_derived_joints_lenses_heights_and_models_without_a_rate_are_taken_as_in_clips():
    keypoints = walk(40)
    camera = replace(
        kl.Camera.from_fov(70, IMAGE_SIZE), distortion=OpenCVDistortion((-0.2, 0.05, 0.0), (0.001, -0.002))
    )
    model = random_lifter(1, "rays", H36M_17, None)
    batch = in_batch(model, keypoints, camera, 1.82)
    assert_same(pushed(opened(model, keypoints, camera=camera, height=1.82), keypoints), batch)
    lengths = bone_lengths(batch[-1].astype(float), H36M_17)
    assert stature(lengths, H36M_17) == pytest.approx(1.82, abs=1e-4)


@pytest.mark.parametrize("name", ["default_float32", "default_int8"])
def test_the_shipped_model_streams_as_in_batch(name):
    keypoints = walk(50, seed=5)
    scores = keypoints.scores.copy()
    scores[20:30, 5:9] = 0.0
    keypoints = replace(keypoints, scores=scores)
    assert_same(pushed(opened(name, keypoints), keypoints), in_batch(find_model(name), keypoints))


@given(data=st.data(), fps=st.sampled_from((30.0, 60.0, 25.0)), look_ahead=st.sampled_from((0, 4)))
@settings(max_examples=15)
def test_several_streams_at_once_are_the_streams_one_by_one(data, fps, look_ahead):
    clips = [data.draw(troubled_walks(fps, most_frames=30)) for _ in range(3)]
    frames = min(map(len, clips))
    clips = [replace(c, points_px=c.points_px[:frames], scores=c.scores[:frames]) for c in clips]
    model = random_lifter(look_ahead)
    stream = opened(model, clips[0], streams=3, height=1.7)
    poses = [
        stream.push(np.stack([c.points_px[t] for c in clips]), np.stack([c.scores[t] for c in clips]))
        for t in range(frames)
    ]
    held = [*stream.flush()]
    nobody = np.full((3, 17, 3), np.nan, np.float32)
    late = round(stream.look_ahead_seconds * fps)
    together = [nobody if pose is None else pose for pose in poses[late:]]
    together = np.stack([*together, *[nobody] * (frames - len(together) - len(held)), *held])
    alone = np.stack([pushed(opened(model, clip, height=1.7), clip) for clip in clips], axis=1)
    np.testing.assert_array_equal(np.isnan(together), np.isnan(alone))
    np.testing.assert_allclose(together, alone, rtol=0, atol=1e-5)


@given(data=st.data(), fps=st.sampled_from((30.0, 60.0, 25.0)), look_ahead=st.sampled_from(LOOK_AHEADS))
@settings(max_examples=10)
def test_what_is_answered_does_not_depend_on_what_comes(data, fps, look_ahead):
    keypoints = data.draw(troubled_walks(fps, most_frames=40))
    cut = data.draw(st.integers(0, len(keypoints)))
    rng = np.random.default_rng(cut)
    points = keypoints.points_px.copy()
    points[cut:] = rng.uniform(0, 700, points[cut:].shape)
    model = random_lifter(look_ahead)
    here, there = (opened(model, keypoints) for _ in range(2))
    for t in range(cut):
        a, b = (s.push(p[t], keypoints.scores[t]) for s, p in ((here, keypoints.points_px), (there, points)))
        assert (a is None) == (b is None)
        if a is not None and b is not None:
            np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("fps", [30.0, 60.0, 25.0])
def test_after_a_reset_a_stream_is_a_new_one(fps):
    keypoints, other = walk(40, fps), walk(25, fps, seed=9)
    model = random_lifter(4)
    stream = opened(model, keypoints)
    pushed(stream, other)
    stream.reset()
    np.testing.assert_array_equal(pushed(stream, keypoints), pushed(opened(model, keypoints), keypoints))


@given(data=st.data(), look_ahead=st.sampled_from((0, 13)))
def test_poses_are_finite_from_the_first_frame_in_which_the_person_was_seen(data, look_ahead):
    keypoints = data.draw(troubled_walks(30.0))
    rng = np.random.default_rng(0)
    wild = rng.uniform(-2000, 4000, keypoints.points_px.shape)
    chosen = data.draw(st.sampled_from((keypoints.points_px, wild)))
    stream = opened(random_lifter(look_ahead), keypoints)
    poses = [stream.push(p, s) for p, s in zip(chosen, keypoints.scores, strict=True)]
    begun = [pose for pose in poses if pose is not None]
    assert all(pose is not None for pose in poses[len(poses) - len(begun) :])
    assert all(np.isfinite(pose).all() for pose in begun)
    assert np.isfinite(stream.flush()).all()


def test_before_anybody_is_seen_there_is_no_pose():
    stream = opened(random_lifter(1), walk(1))
    nobody = np.full((17, 2), np.nan), np.zeros(17)
    assert all(stream.push(*nobody) is None for _ in range(10))
    assert stream.flush().shape == (0, 17, 3)


def test_the_look_ahead_is_the_models_and_what_resampling_waits_for():
    def seconds(look_ahead, fps):
        return opened(random_lifter(look_ahead), walk(1, fps)).look_ahead_seconds

    assert seconds(0, 30.0) == 0.0
    assert seconds(0, 120.0) == 0.0
    assert seconds(4, 30.0) == pytest.approx(4 / 30)
    assert seconds(4, 60.0) == pytest.approx(4 / 30)
    assert seconds(0, 25.0) == pytest.approx(1 / 25)
    assert seconds(0, 50.0) == pytest.approx(2 / 50)


def test_memory_does_not_grow_with_the_stream():
    keypoints = walk(90)
    stream = opened(random_lifter(4), keypoints)

    def push(frames: int) -> int:
        for t in range(frames):
            stream.push(keypoints.points_px[t % 90], keypoints.scores[t % 90])
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    push(200)  # Memory for what is remembered fills up first.
    tracemalloc.start()
    early, late = push(30), push(150)
    tracemalloc.stop()
    assert late - early < 50_000


def test_what_is_not_finite_was_not_seen():
    keypoints = walk(20)
    points, scores, lost = keypoints.points_px.copy(), keypoints.scores.copy(), keypoints.scores.copy()
    points[5:9, 3], points[7, 4, 0], scores[10:12, 5] = np.nan, np.inf, np.nan
    lost[5:9, 3], lost[7, 4], lost[10:12, 5] = 0.0, 0.0, 0.0
    model = random_lifter(0)
    here, there = opened(model, keypoints), opened(model, keypoints)
    for t in range(20):
        a, b = here.push(points[t], scores[t]), there.push(keypoints.points_px[t], lost[t])
        assert a is not None
        assert b is not None
        np.testing.assert_array_equal(a, b)


def test_other_layouts_are_taken_by_name():
    keypoints = walk(20)
    model = random_lifter(0)
    points, scores = np.full((20, 33, 2), np.nan), np.zeros((20, 33))
    rows = [BLAZEPOSE_33.index(name) for name in COCO_17.names]
    points[:, rows], scores[:, rows] = keypoints.points_px, keypoints.scores
    other = kl.Keypoints(points, scores, BLAZEPOSE_33, 30.0, IMAGE_SIZE)
    assert_same(pushed(opened(model, other), other), pushed(opened(model, keypoints), keypoints))


def test_the_example_lifts_a_file_of_keypoints_as_if_it_were_live(monkeypatch, capsys):
    example = Path(__file__).parents[1] / "examples" / "live_from_keypoints.py"
    monkeypatch.setattr(sys, "argv", [str(example), str(demo_clip())])
    runpy.run_path(str(example), run_name="__main__")
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("pelvis in metres, 0.00 s late")
    assert len(said) > 3
    assert said[-1].endswith("poses more")
