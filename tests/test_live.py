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
from kinelift.geometry.kinematics import bone_directions, bone_lengths
from kinelift.lifting.live_clock import LONGEST_INTERPOLATED_SECONDS
from kinelift.placing.bones import stature
from kinelift.weights import find_model
from tests.lifting.networks import LOOK_AHEADS, random_lifter
from tests.live_clips import IMAGE_SIZE, errors_in_batch, in_batch, opened, pushed, troubled_walks, walk

RATES = (30.0, 60.0, 90.0, 37.5, 24.0, 29.97, 25.0, 50.0, 20.0, 15.0, 10.0, 7.3)
"""Against a model of 30: 1, 2 and 3 phases, 5/4, 4/5 and others that are resampled."""


def assert_same(stream: np.ndarray, batch: np.ndarray) -> None:
    np.testing.assert_array_equal(np.isnan(stream), np.isnan(batch))
    np.testing.assert_allclose(stream, batch, rtol=0, atol=1e-5)


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


def interrupted(keypoints: kl.Keypoints) -> kl.Keypoints:
    """Lose the person for a while, at the start and in the middle, and one joint now and then."""
    scores = keypoints.scores.copy()
    scores[:4] = 0.0
    scores[20:26] = 0.0
    scores[::3, 9] = 0.0
    return replace(keypoints, scores=scores)


@pytest.mark.parametrize("look_ahead", LOOK_AHEADS)
@pytest.mark.parametrize("fps", [30.0, 60.0, 25.0, 50.0])
def test_expected_errors_are_those_of_the_same_frames_in_batch(look_ahead, fps):
    keypoints = interrupted(walk(60, fps, seed=4))
    model = random_lifter(look_ahead, error_calibration=(0.8, 1.1))
    expected = errors_in_batch(model, keypoints)
    stream = opened(model, keypoints)
    late = round(stream.look_ahead_seconds * fps)
    assert np.isnan(stream.expected_error_m).all()
    for t, (points, scores) in enumerate(zip(keypoints.points_px, keypoints.scores, strict=True)):
        stream.push(points, scores)
        told = stream.expected_error_m
        assert told.shape == (17,)
        np.testing.assert_allclose(told, expected[t - late] if t >= late else np.full(17, np.nan), atol=1e-5)
    stream.flush()
    np.testing.assert_allclose(stream.expected_error_m, expected[-1], atol=1e-5)
    stream.reset()
    assert np.isnan(stream.expected_error_m).all()


def test_of_several_streams_each_has_errors_of_its_own():
    clips = [interrupted(walk(40, seed=1)), walk(40, seed=2)]
    model = random_lifter(1, error_calibration=(1.0, 1.0))
    stream = opened(model, clips[0], streams=2)
    assert stream.expected_error_m.shape == (2, 17)
    np.testing.assert_array_equal(stream.observed, [False, False])
    expected = np.stack([errors_in_batch(model, clip) for clip in clips], axis=1)
    for t in range(40):
        stream.push(np.stack([c.points_px[t] for c in clips]), np.stack([c.scores[t] for c in clips]))
        if t:
            np.testing.assert_allclose(stream.expected_error_m, expected[t - 1], atol=1e-5)
            np.testing.assert_array_equal(stream.observed, np.isfinite(expected[t - 1]).any(-1))


def test_a_body_twice_as_tall_is_expected_to_be_off_by_twice_as_much():
    keypoints, model = walk(20), random_lifter(0, error_calibration=(1.0, 1.0))
    told = []
    for height in (0.9, 1.8):
        stream = opened(model, keypoints, height=height)
        pushed(stream, keypoints)
        told.append(stream.expected_error_m)
    np.testing.assert_allclose(told[1], 2.0 * told[0], rtol=1e-5)


def test_a_model_that_does_not_tell_leaves_expected_errors_unknown():
    keypoints = walk(5)
    stream = opened(random_lifter(0), keypoints)
    for points, scores in zip(keypoints.points_px, keypoints.scores, strict=True):
        assert stream.push(points, scores) is not None
        np.testing.assert_array_equal(stream.expected_error_m, np.full(17, np.nan))


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
