"""The steps a stream takes: each a frame at a time what it is over a clip, and near its offline twin."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinelift.body import H36M_17
from kinelift.geometry.kinematics import bone_directions, bone_lengths, mirrored_bones
from kinelift.placing import PlacedRoot, fit_bones, place_root, stature, steady_depth
from kinelift.placing.bone_tree import BoneTree
from kinelift.placing.infill import LONGEST_LIFTED_GAP_SECONDS, hold_poses
from kinelift.placing.live import LivePlacer, place_live, stature_weights
from kinelift.placing.running_bones import SAMPLE_FRAMES, RunningBones, running_bones
from kinelift.placing.steady_path import PACE_LASTS_SECONDS, SteadyPath, steady_path
from tests.walking import walking_joints

FPS = 30.0
MARKED = np.array(
    [j for j, name in enumerate(H36M_17.names) if name not in ("pelvis", "spine", "thorax", "head")]
)


def walker(frames: int, seed: int = 0, lost: float = 0.1):
    """Return a noisy walk's root-relative joints, their rays and scores, and where the root truly is."""
    rng = np.random.default_rng(seed)
    joints = walking_joints(frames, phase=seed)
    root = joints[:, 0]
    relative = joints - root[:, None] + rng.normal(0.0, 0.01, (frames, 17, 3))
    relative -= relative[:, :1]
    rays = joints[..., :2] / joints[..., 2:] + rng.normal(0, 0.002, (frames, 17, 2))
    scores = np.where(rng.random((frames, 17)) < lost, 0.0, rng.uniform(0.3, 1.0, (frames, 17)))
    scores[rng.random(frames) < lost] = 0.0
    hidden = np.ones(17, bool)
    hidden[MARKED] = False
    scores[:, hidden] = 0.0
    return relative, np.where(scores[..., None] > 0, rays, np.nan), scores, root


@given(frames=st.integers(1, 40), seed=st.integers(0, 99), lost=st.sampled_from((0.0, 0.2, 0.8)))
def test_frame_by_frame_is_the_same_for_one_stream_and_for_many(frames, seed, lost):
    clips = [walker(frames, seed + number, lost) for number in range(3)]
    batch = np.stack([place_live(*clip[:3], H36M_17, FPS, 1.7) for clip in clips], axis=1)
    placers = LivePlacer(H36M_17, MARKED, 3, 1.7), [LivePlacer(H36M_17, MARKED, 1, 1.7) for _ in clips]
    rays = [np.nan_to_num(clip[1][:, MARKED]) for clip in clips]
    for t in range(frames):
        scores = [clip[2][t, MARKED] for clip in clips]
        joints, seen, trust = (np.stack(e) for e in ([c[0][t] for c in clips], [r[t] for r in rays], scores))
        together = placers[0].place(joints, seen, trust, 1 / FPS)
        if together is None:
            assert np.isnan(batch[t]).all()
        else:
            np.testing.assert_allclose(together, batch[t], atol=1e-6)
        for number, placer in enumerate(placers[1]):
            one = slice(number, number + 1)
            alone = placer.place(joints[one], seen[one], trust[one], 1 / FPS)
            if alone is None:
                assert np.isnan(batch[t, number]).all()
            else:
                np.testing.assert_allclose(alone[0], batch[t, number], atol=1e-6)


@given(frames=st.integers(1, 60), cut=st.integers(1, 60))
def test_placing_does_not_depend_on_later_frames(frames, cut):
    joints, rays, scores, _ = walker(frames)
    np.testing.assert_array_equal(
        place_live(joints[:cut], rays[:cut], scores[:cut], H36M_17, FPS),
        place_live(joints, rays, scores, H36M_17, FPS)[:cut],
    )


def test_running_lengths_are_the_median_so_far_and_tend_to_the_clips():
    joints = walker(3000)[0]
    observed = np.random.default_rng(0).random(3000) < 0.9
    lengths = running_bones(joints, observed, H36M_17)
    for frame in (0, 5, 60, 100):
        if observed[: frame + 1].any():
            so_far = fit_bones(joints[: frame + 1], observed[: frame + 1], H36M_17)
            np.testing.assert_allclose(lengths[frame], so_far)
    clip = fit_bones(joints, observed, H36M_17)
    np.testing.assert_allclose(lengths[2000:], np.broadcast_to(clip, (1000, 16)), rtol=0.025)
    np.testing.assert_allclose(lengths, lengths[:, list(mirrored_bones(H36M_17))])


def test_running_lengths_are_not_moved_by_a_few_wild_frames():
    joints = walker(200)[0]
    wild = joints.copy()
    wild[np.random.default_rng(0).random(200) < 0.1] *= 4.0
    ones = np.ones(200, bool)
    np.testing.assert_allclose(
        running_bones(wild, ones, H36M_17)[-1], running_bones(joints, ones, H36M_17)[-1], rtol=0.04
    )


@given(lost=st.floats(0, 0.9), seed=st.integers(0, 50))
def test_running_lengths_a_frame_at_a_time_are_the_same_long_after_the_sample_is_full(lost, seed):
    rng = np.random.default_rng(seed)
    frames = 3 * SAMPLE_FRAMES
    lengths = rng.uniform(0.1, 0.6, (frames, 2, 16))
    observed = rng.random((frames, 2)) >= lost
    fit = RunningBones(2, np.array(mirrored_bones(H36M_17)))
    live = np.stack([fit.fit(lengths[t], observed[t]) for t in range(frames)], axis=1)
    tree = BoneTree(H36M_17)
    for stream in range(2):
        directions = np.tile((0.0, 1.0, 0.0), (frames, 16, 1))
        joints = tree.together(directions, lengths[:, stream])
        expected = running_bones(joints, observed[:, stream], H36M_17)
        np.testing.assert_allclose(live[stream], expected, atol=1e-12)


def test_taken_apart_and_put_together_a_body_is_the_same():
    joints = walker(5)[0]
    directions, lengths = BoneTree(H36M_17).apart(joints)
    np.testing.assert_allclose(directions, bone_directions(joints, H36M_17))
    np.testing.assert_allclose(lengths, bone_lengths(joints, H36M_17))
    np.testing.assert_allclose(BoneTree(H36M_17).together(directions, lengths), joints, atol=1e-12)


def test_stature_is_a_sum_over_bones():
    lengths = np.random.default_rng(0).uniform(0.1, 0.5, 16)
    assert lengths @ stature_weights(H36M_17) == pytest.approx(stature(lengths, H36M_17))


def test_poses_in_gaps_go_on_for_a_while_and_are_held_then():
    joints = np.arange(40.0)[:, None, None] * np.ones((1, 17, 3))
    seen = np.ones(40, bool)
    seen[10:30] = False
    held = hold_poses(joints, seen, FPS)[:, 0, 0]
    last = 9 + round(LONGEST_LIFTED_GAP_SECONDS * FPS)
    assert held.tolist() == [*range(last + 1), *[last] * (29 - last), *range(30, 40)]


def noisy_path(frames: int = 150, noise: float = 0.03):
    """Return a walk away from the camera, and roots whose depth is noisy along their lines of sight."""
    time = np.arange(frames) / FPS
    truth = np.stack([0.3 * time, 0 * time, 4.0 + 0.8 * time - 0.1 * time**2], -1)
    noisy = truth * np.exp(np.random.default_rng(0).normal(0, noise, frames))[:, None]
    return truth, PlacedRoot(noisy, np.ones(frames, bool), np.ones(frames))


def test_a_steady_path_has_less_noise_in_depth_and_keeps_the_line_of_sight():
    truth, placed = noisy_path()
    path = steady_path(placed, FPS)
    np.testing.assert_allclose(path[:, :2] / path[:, 2:], placed.root[:, :2] / placed.root[:, 2:], atol=1e-9)
    jerk = [np.abs(np.diff(each[:, 2] - truth[:, 2])).mean() for each in (path, placed.root)]
    assert jerk[0] < 0.5 * jerk[1]
    assert np.abs(path - truth)[10:, 2].mean() < 0.8 * np.abs(placed.root - truth)[10:, 2].mean()


@given(pace=st.floats(-0.3, 0.3))
def test_a_steady_path_follows_an_even_pace_closely(pace):
    depth = 4.0 * np.exp(pace * np.arange(90) / FPS)
    root = np.stack([0.1 * depth, -0.2 * depth, depth], -1)
    path = steady_path(PlacedRoot(root, np.ones(90, bool), np.ones(90)), FPS)
    np.testing.assert_allclose(path, root, rtol=0.03)


def test_single_leaps_in_depth_and_frames_of_little_trust_move_a_steady_path_little():
    root, trust = np.tile((0.0, 0.0, 5.0), (60, 1)), np.ones(60)
    root[20, 2] = 9.0
    root[40, 2], trust[40] = 9.0, 0.2
    path = steady_path(PlacedRoot(root, np.ones(60, bool), trust), FPS)
    assert np.abs(path[:, 2] - 5.0).max() < 2.0
    assert np.abs(path[35:, 2] - 5.0).max() < 0.25


def test_a_body_out_of_sight_goes_on_a_little_and_stays_until_it_is_seen():
    truth, placed = noisy_path(noise=0.0)
    observed = np.ones(150, bool)
    observed[60:100] = False
    root = np.where(observed[:, None], placed.root, np.nan)
    path = steady_path(PlacedRoot(root, observed, observed.astype(float)), FPS)
    pace = np.linalg.norm(truth[60] - truth[59]) * FPS
    assert np.linalg.norm(path[99] - truth[59]) < 1.5 * pace * PACE_LASTS_SECONDS
    assert np.linalg.norm(path[99] - path[90]) < 1e-3
    assert np.isfinite(path).all()
    assert path[100, :2] / path[100, 2] == pytest.approx(truth[100, :2] / truth[100, 2])


@given(seed=st.integers(0, 99))
def test_a_steady_path_a_frame_at_a_time_is_the_same_for_many_streams(seed):
    rng = np.random.default_rng(seed)
    _, placed = noisy_path(40)
    observed = rng.random((40, 3)) < 0.7
    trust = np.where(observed, rng.uniform(0.2, 1.0, (40, 3)), 0.0)
    path = SteadyPath()
    live = np.stack(
        [
            path.follow([np.repeat(v, 3) for v in placed.root[t]], observed[t], trust[t], 1 / FPS)
            for t in range(40)
        ]
    )
    for stream in range(3):
        root = np.where(observed[:, stream, None], placed.root, np.nan)
        expected = steady_path(PlacedRoot(root, observed[:, stream], trust[:, stream]), FPS)
        begun = np.isfinite(expected[:, 0])
        np.testing.assert_allclose(live[begun, stream], expected[begun], atol=1e-6)


def test_live_and_offline_place_the_same_body_much_alike():
    joints, rays, scores, root = walker(200, lost=0.0)
    placed = place_live(joints, rays, scores, H36M_17, FPS)
    assert np.abs(placed[30:, 0] - root[30:]).mean() < 0.08
    offline = place_root(joints, rays, scores)
    steady = steady_depth(offline.root, offline.trust, FPS)
    jump = [np.abs(np.diff(each[:, 2], n=2)).mean() for each in (offline.root, placed[:, 0], steady)]
    assert jump[0] > 2.0 * jump[1]
    assert jump[1] > jump[2]


def test_many_frames_and_single_ones_give_the_same_root():
    joints, rays, scores, _ = walker(20)
    together = place_root(joints, rays, scores)
    for t in range(20):
        alone = place_root(joints[t : t + 1], rays[t : t + 1], scores[t : t + 1])
        assert alone.observed[0] == together.observed[t]
        np.testing.assert_allclose(alone.root[0], together.root[t], atol=1e-9)
        assert alone.trust[0] == pytest.approx(together.trust[t])
