"""What a stream reads and feeds, a frame at a time, is what is read of a clip."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinelift.body import BLAZEPOSE_33, COCO_17, H36M_17, Camera, Keypoints, OpenCVDistortion, map_skeleton
from kinelift.body.mapping import mapping
from kinelift.geometry.normalisation import normalise_rays, normalise_width
from kinelift.geometry.projection import unproject
from kinelift.lifting import Lifter, load_network
from kinelift.lifting.gather import Gather
from kinelift.lifting.in_place import LONGEST_RUN, InPlaceNetwork
from kinelift.lifting.line_of_sight import LineOfSight
from kinelift.lifting.live_lifter import LiveLifter, Tick
from kinelift.lifting.live_reading import RayReading, WidthReading
from tests.lifting.networks import LOOK_AHEADS, random_lifter

SIZE = (1280, 720)


def seen_sometimes(frames: int, seed: int, streams: int = 1, joints: int = 17):
    """Return rays that wander, finite throughout, and scores; all are seen in the first frame."""
    rng = np.random.default_rng(seed)
    rays = rng.normal(0, 0.1, (frames, streams, joints, 2)) + rng.normal(0, 0.5, (frames, streams, 1, 2))
    scores = rng.uniform(0, 1, (frames, streams, joints))
    scores[rng.random(scores.shape) < rng.choice((0.0, 0.3, 0.97))] = 0.0
    scores[rng.random((frames, streams)) < 0.2] = 0.0
    scores[0] = 1.0
    return rays, scores


@given(frames=st.integers(1, 20), seed=st.integers(0, 999), streams=st.integers(1, 3))
def test_rays_are_read_as_in_clips(frames, seed, streams):
    rays, scores = seen_sometimes(frames, seed, streams)
    reading, rows, turns = RayReading(17, streams), [], []
    for seen in zip(rays, scores, strict=True):
        row, turn = reading.read(*seen)
        rows.append(row.copy())
        turns.append(turn)
    assert reading.started.all()
    for stream in range(streams):
        clip = normalise_rays(rays[:, stream], scores[:, stream])
        flat = np.concatenate([clip.joints.reshape(frames, -1), clip.extra], axis=-1)
        np.testing.assert_allclose(np.stack(rows)[:, stream], flat, atol=1e-5, rtol=1e-5)
        back = np.swapaxes(np.stack(turns)[:, stream], -1, -2)
        np.testing.assert_allclose(back, clip.camera_from_turned, atol=1e-12)


@given(frames=st.integers(1, 10), seed=st.integers(0, 999))
def test_pixels_are_read_as_in_clips(frames, seed):
    points, scores = seen_sometimes(frames, seed)
    points = points * 500.0 + 600.0
    reading = WidthReading(SIZE, 1)
    rows = np.concatenate([reading.read(*seen)[0] for seen in zip(points, scores, strict=True)])
    clip = normalise_width(points[:, 0], scores[:, 0], SIZE)
    np.testing.assert_allclose(rows, clip.joints.reshape(frames, -1), atol=1e-6)


@pytest.mark.parametrize("source", [COCO_17, H36M_17, BLAZEPOSE_33])
@pytest.mark.parametrize("read", [COCO_17, H36M_17])
@given(seed=st.integers(0, 999))
def test_joints_are_gathered_as_skeletons_are_mapped(source, read, seed):
    points, scores = seen_sometimes(3, seed, joints=len(source))
    points, scores = points[:, 0] * 500.0, scores[:, 0]
    unseen = np.where(scores[..., None] > 0, points, np.nan)
    keypoints = Keypoints(unseen, scores, source, 30.0, SIZE)
    gather = Gather(source, read, H36M_17)
    gathered, gathered_scores = gather(np.nan_to_num(keypoints.points_px), keypoints.scores)
    names = set(mapping(source, H36M_17).derived) | set(mapping(source, H36M_17).absent)
    assert [H36M_17.names[joint] for joint in gather.marked] == [n for n in H36M_17.names if n not in names]
    for target, joints, part in (
        (read, slice(None), slice(None, gather.read)),
        (H36M_17, gather.marked, slice(gather.read, None)),
    ):
        mapped = map_skeleton(keypoints, target)
        np.testing.assert_array_equal(gathered_scores[:, part], mapped.scores[:, joints])
        known = mapped.scores[:, joints] > 0
        np.testing.assert_allclose(
            gathered[:, part][known], mapped.points_px[:, joints][known], rtol=1e-6, atol=1e-4
        )


def test_lines_of_sight_are_rays_and_joints_a_lens_maps_nowhere_are_not_seen():
    points = np.random.default_rng(0).uniform(0, 700, (2, 17, 2))
    ones = np.ones((2, 17))
    plain = Camera.from_fov(60, SIZE)
    bent = replace(plain, distortion=OpenCVDistortion((-0.2, 0.0, 0.0)))
    for camera in (plain, bent):
        rays, scores = LineOfSight(camera).rays(points, ones)
        np.testing.assert_allclose(rays, unproject(camera, points), atol=1e-12)
        assert scores.all()
    points[1, 3] = 1e5
    rays, scores = LineOfSight(bent).rays(points, ones)
    assert np.isfinite(rays).all()
    assert np.argwhere(scores == 0).tolist() == [[1, 3]]


@given(pieces=st.lists(st.integers(1, 5), min_size=1, max_size=12), seed=st.integers(0, 99))
def test_states_written_in_place_are_those_handed_back(pieces, seed):
    network = load_network(random_lifter(4))
    past = network.facts.receptive_field
    x = np.random.default_rng(seed).normal(size=(2, past + sum(pieces), 54)).astype(np.float32)
    states = network.initial_states(2, x.shape[1])
    whole, _ = network.run(x, states)
    live = InPlaceNetwork(network, 2)
    for start in range(0, past, LONGEST_RUN):
        live.run(x[:, start : min(start + LONGEST_RUN, past)])
    at = past
    for piece in pieces:
        y = live.run(x[:, at : at + piece])
        np.testing.assert_allclose(y, whole[:, at : at + piece], atol=1e-5)
        at += piece


@pytest.mark.parametrize("look_ahead", LOOK_AHEADS)
def test_one_of_several_streams_may_be_given_another_past(look_ahead):
    network = load_network(random_lifter(look_ahead))
    rng, past = np.random.default_rng(0), network.facts.past + 1
    x = rng.normal(size=(3, 40, 54)).astype(np.float32)
    other = rng.normal(size=(1, past, 54)).astype(np.float32)
    live = InPlaceNetwork(network, 3)
    for t in range(40):
        if t == 11:
            live.remember(np.array([1]), other)
        y = live.run(x[:, t : t + 1])
        if t >= 11 + look_ahead:
            seen = np.concatenate([other, x[1:2, 11 : t + 1]], axis=1)
            states = network.initial_states(1, seen.shape[1])
            expected, _ = network.run(seen, states)
            np.testing.assert_allclose(y[1], expected[0, -1:], atol=1e-5)


@given(
    seed=st.integers(0, 999),
    frames=st.integers(1, 50),
    phases=st.integers(1, 3),
    look_ahead=st.sampled_from(LOOK_AHEADS),
    late=st.integers(0, 35),
)
def test_ticks_are_lifted_as_in_clips(seed, frames, phases, look_ahead, late):
    rng = np.random.default_rng(seed)
    points, scores = seen_sometimes(frames, seed)
    points, late = points * 300.0 + 500.0, min(late, frames - 1)
    scores[:late] = 0.0
    scores[rng.integers(0, late + 1) : late, 0, 3] = 0.5  # one joint tells where, but not how large
    scores[late] = 1.0
    network, camera = load_network(random_lifter(look_ahead)), Camera.from_fov(60, SIZE)
    keypoints = Keypoints(points[:, 0], scores[:, 0], COCO_17, 30.0 * phases, SIZE)
    clip = Lifter(network, mirror=False).lift(keypoints, camera).joints
    lifter = LiveLifter(network, camera, 1, phases)
    for t in range(frames):
        lifter.feed([Tick(points[t].astype(np.float32).astype(np.float64), scores[t])])
        answered = t - look_ahead * phases
        if answered < late:
            continue
        # The tick before is right by now too: between the two lies the pose of a frame in between.
        for tick in (answered - 1, answered) if answered == late > 0 and phases == 1 else (answered,):
            np.testing.assert_allclose(lifter.pose_at(tick)[0], clip[tick], atol=1e-5)


def test_many_ticks_at_once_are_the_ticks_one_by_one():
    points, scores = seen_sometimes(100, 5)
    network, camera = load_network(random_lifter(4)), Camera.from_fov(60, SIZE)
    ticks = [Tick(p * 300.0 + 500.0, s) for p, s in zip(points, scores, strict=True)]
    together, alone = (LiveLifter(network, camera, 1, 1) for _ in range(2))
    for start in range(0, 100, 40):
        together.feed(ticks[start : start + 40])
        for tick in ticks[start : start + 40]:
            alone.feed([tick])
    for t in range(90, 96):
        np.testing.assert_allclose(together.pose_at(t), alone.pose_at(t), atol=1e-5)


def test_poses_between_ticks_are_interpolated_and_after_the_last_go_on():
    points, scores = seen_sometimes(10, 1)
    network, camera = load_network(random_lifter(0)), Camera.from_fov(60, SIZE)
    lifter = LiveLifter(network, camera, 1, 1)
    lifter.feed([Tick(p * 300.0 + 500.0, s) for p, s in zip(points, scores, strict=True)])
    eighth, ninth = lifter.pose_at(8.0).copy(), lifter.pose_at(9.0).copy()
    np.testing.assert_allclose(lifter.pose_at(9.4), ninth + 0.4 * (ninth - eighth))
    again = LiveLifter(network, camera, 1, 1)
    again.feed([Tick(p * 300.0 + 500.0, s) for p, s in zip(points, scores, strict=True)])
    np.testing.assert_allclose(again.pose_at(8.25), 0.75 * eighth + 0.25 * ninth)
