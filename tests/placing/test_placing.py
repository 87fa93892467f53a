"""The steps that set a body in front of the camera, each against a known answer."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinelift.body import H36M_17, H36M_21
from kinelift.geometry.kinematics import bone_directions, bone_lengths
from kinelift.placing import (
    fit_bones,
    fix_bones,
    infill,
    limit_turns,
    place_root,
    stature,
    steady_depth,
    trusted_poses,
)
from kinelift.placing.bones import root_between_hips
from kinelift.placing.depth import path_reach, steady_path_of
from tests.moving_bodies import small_engine


def bodies(frames: int = 30, seed: int = 0):
    """Return a rigid body's root-relative joints over some frames."""
    return bodies_with_feet(frames, seed)[:, : len(H36M_17)]


def bodies_with_feet(frames: int = 30, seed: int = 0):
    """Return the same with feet."""
    sequences = small_engine(clips=4, receptive_field=frames, seed=seed, recombined=0.0).epoch(0)
    return sequences.targets[:frames].astype(np.float64)


def rays_of(joints, root):
    """Project exactly."""
    placed = joints + root[:, None]
    return placed[..., :2] / placed[..., 2:]


@given(x=st.floats(-2, 2), y=st.floats(-1, 1), z=st.floats(1.5, 20))
def test_exact_rays_give_the_exact_root(x, y, z):
    joints, root = bodies(5), np.tile((x, y, z), (5, 1))
    placed = place_root(joints, rays_of(joints, root), np.ones((5, 17)))
    assert placed.observed.all()
    np.testing.assert_allclose(placed.root, root, rtol=1e-4, atol=1e-4)


def test_one_keypoint_gone_astray_moves_the_body_little():
    joints, root = bodies(5), np.tile((0.3, 0.1, 4.0), (5, 1))
    rays = rays_of(joints, root)
    rays[:, H36M_17.index("left_wrist")] += 0.5
    placed = place_root(joints, rays, np.ones((5, 17)))
    assert np.abs(placed.root - root).max() < 0.12


def test_frames_with_too_few_joints_are_not_observed():
    joints, root = bodies(3), np.tile((0.0, 0.0, 4.0), (3, 1))
    scores = np.ones((3, 17))
    scores[1] = 0.0
    scores[2, 3:] = 0.0
    rays = rays_of(joints, root)
    rays[1] = np.nan
    placed = place_root(joints, rays, scores)
    assert placed.observed.tolist() == [True, False, False]
    assert np.isnan(placed.root[1:]).all()


def test_fixed_bones_are_constant_and_keep_directions_and_root():
    joints = bodies(20)
    swollen = joints * np.linspace(0.8, 1.2, 20)[:, None, None] + 3.0
    lengths = fit_bones(swollen, np.ones(20, bool), H36M_17)
    fixed = fix_bones(swollen, lengths, H36M_17)
    np.testing.assert_allclose(bone_lengths(fixed, H36M_17), np.broadcast_to(lengths, (20, 16)), rtol=1e-6)
    np.testing.assert_allclose(fixed[:, 0], swollen[:, 0])
    np.testing.assert_allclose(fix_bones(fixed, lengths, H36M_17), fixed, atol=1e-9)


def test_fitted_lengths_are_symmetric_and_ignore_unobserved_rows():
    joints = bodies(20)
    spoilt = joints.copy()
    spoilt[10:] *= 3.0
    lengths = fit_bones(spoilt, np.arange(20) < 10, H36M_17)
    np.testing.assert_allclose(lengths, fit_bones(joints[:10], np.ones(10, bool), H36M_17))
    ends = [H36M_17.names[child] for _, child in H36M_17.bones]
    assert lengths[ends.index("left_knee")] == pytest.approx(lengths[ends.index("right_knee")])


def test_stature_scales_with_the_body_and_is_human():
    lengths = fit_bones(bodies(10), np.ones(10, bool), H36M_17)
    assert 1.3 < stature(lengths, H36M_17) < 2.1
    assert stature(lengths * 1.1, H36M_17) == pytest.approx(1.1 * stature(lengths, H36M_17))


def test_feet_keep_their_bones_and_make_nobody_taller():
    joints = bodies_with_feet(10)
    lengths = fit_bones(joints, np.ones(10, bool), H36M_21)
    without = fit_bones(joints[:, : len(H36M_17)], np.ones(10, bool), H36M_17)
    assert stature(lengths, H36M_21) == pytest.approx(stature(without, H36M_17))
    fixed = fix_bones(joints, lengths, H36M_21)
    np.testing.assert_allclose(bone_lengths(fixed, H36M_21), np.broadcast_to(lengths, (10, 20)), rtol=1e-6)


def test_steady_depth_removes_noise_in_depth_and_keeps_the_line_of_sight():
    rng = np.random.default_rng(0)
    time = np.arange(90) / 30.0
    truth = np.stack([0.2 * time, 0 * time, 4.0 + 0.8 * time - 0.2 * time**2], -1)
    noisy = truth * np.exp(rng.normal(0, 0.03, 90))[:, None]
    steady = steady_depth(noisy, np.ones(90), 30.0)
    np.testing.assert_allclose(steady[:, :2] / steady[:, 2:], noisy[:, :2] / noisy[:, 2:], atol=1e-9)
    assert np.abs(steady - truth)[:, 2].mean() < 0.45 * np.abs(noisy - truth)[:, 2].mean()


@given(st.floats(-1, 1), st.floats(-2, 2), st.integers(1, 40))
def test_steady_depth_leaves_a_steady_path_as_it_is(a, b, frames):
    time = np.arange(frames) / 30.0
    depth = np.exp(1.5 + 0.2 * a * time + 0.1 * b * time**2)
    root = np.stack([0.1 * depth, -0.2 * depth, depth], -1)
    np.testing.assert_allclose(steady_depth(root, np.ones(frames), 30.0), root, rtol=2e-2)


def test_steady_depth_is_not_moved_by_single_leaps_in_depth():
    root = np.tile((0.0, 0.0, 5.0), (60, 1))
    root[[20, 41], 2] = 9.0
    steady = steady_depth(root, np.ones(60), 30.0)
    calm = np.ones(60, bool)
    calm[[20, 41]] = False
    assert np.abs(steady[calm, 2] - 5.0).max() < 0.25


@given(st.lists(st.booleans(), min_size=1, max_size=30).filter(any))
def test_infill_keeps_what_is_known_and_is_finite_everywhere(known):
    known = np.array(known)
    values = np.where(known[:, None], np.arange(len(known))[:, None] * (1.0, -2.0), np.nan)
    filled = infill(values, known)
    assert np.isfinite(filled).all()
    np.testing.assert_array_equal(filled[known], values[known])
    between = slice(known.argmax(), len(known) - known[::-1].argmax())
    np.testing.assert_allclose(filled[between, 0], np.arange(len(known))[between], atol=1e-9)


def test_short_gaps_keep_the_lifters_pose_and_long_ones_do_not():
    observed = np.array([False, True, False, False, True, *[False] * 20, True, False])
    trusted = trusted_poses(observed, 30.0)
    assert trusted.tolist() == [False, True, True, True, True, *[False] * 20, True, False]


def test_depth_follows_the_frames_that_are_trusted():
    root = np.tile((0.0, 0.0, 5.0), (60, 1))
    root[25:33, 2] = 7.0
    trust = np.ones(60)
    trust[25:33] = 0.05
    steady = steady_depth(root, trust, 30.0)
    assert np.abs(steady[:, 2] - 5.0).max() < 0.2


def test_trust_falls_where_joints_and_rays_disagree():
    joints, root = bodies(4), np.tile((0.0, 0.0, 4.0), (4, 1))
    rays = rays_of(joints, root)
    rays[2] += np.random.default_rng(0).normal(0, 0.05, rays[2].shape)
    trust = place_root(joints, rays, np.ones((4, 17))).trust
    assert trust[[0, 1, 3]].min() > 0.99
    assert trust[2] < 0.5


def fastest_turn(joints):
    """Return the highest angular speed of any bone, in degrees a second at 30 frames a second."""
    directions = bone_directions(joints, H36M_17)
    cos = np.clip((directions[1:] * directions[:-1]).sum(-1), -1.0, 1.0)
    return float(np.degrees(np.arccos(cos)).max() * 30.0)


@given(st.integers(0, 20))
def test_bones_that_leap_are_held_to_what_limbs_can_do(seed):
    joints = bodies(40)
    leaping = joints.copy()
    leaping[20:] = bodies(40, seed=seed + 1)[20:]
    calm = limit_turns(leaping, H36M_17, 30.0)
    assert fastest_turn(calm) <= 1400.1
    np.testing.assert_allclose(bone_lengths(calm, H36M_17), bone_lengths(leaping, H36M_17), atol=1e-9)
    np.testing.assert_allclose(calm[:20], leaping[:20], atol=1e-9)
    np.testing.assert_allclose(calm[-10:], leaping[-10:], atol=1e-9)


def test_a_bone_turned_right_round_takes_the_time_it_needs():
    joints = bodies(20)
    wrist, elbow = H36M_17.index("left_wrist"), H36M_17.index("left_elbow")
    flipped = joints.copy()
    flipped[10:, wrist] = (
        2 * flipped[10:, elbow] - flipped[9, wrist] + flipped[9, elbow] - flipped[10:, elbow]
    )
    calm = limit_turns(flipped, H36M_17, 30.0)
    assert np.isfinite(calm).all()
    assert fastest_turn(calm) <= 1400.1


def test_a_leg_thrown_about_is_held_to_what_legs_do_as_a_whole():
    joints = bodies(30)
    thrown = joints.copy()
    for joint, (y, z) in (("left_knee", (0.25, 0.3)), ("left_ankle", (0.35, 0.75))):
        thrown[15:, H36M_17.index(joint)] = thrown[15:, H36M_17.index("left_hip")] - (0.0, y, z)
    calm = limit_turns(thrown, H36M_17, 30.0)
    directions = bone_directions(calm, H36M_17)
    leg = [H36M_17.bones.index((H36M_17.index(a), H36M_17.index(b)))
           for a, b in (("left_hip", "left_knee"), ("left_knee", "left_ankle"))]  # fmt: skip
    speeds = np.linalg.norm(np.diff(directions[:, leg].sum(1), axis=0), axis=-1) * 30.0
    assert speeds.max() == pytest.approx(21.0, rel=0.02)
    np.testing.assert_allclose(calm[-8:], thrown[-8:], atol=1e-6)
    rest = [joint for joint, name in enumerate(H36M_17.names) if name not in ("left_knee", "left_ankle")]
    np.testing.assert_allclose(calm[:, rest], thrown[:, rest], atol=1e-9)


def test_motion_without_leaps_is_returned_as_it_is():
    joints = bodies(40)
    assert limit_turns(joints, H36M_17, 30.0) is joints
    assert limit_turns(joints[:1], H36M_17, 30.0).shape == (1, 17, 3)


def test_the_root_comes_midway_between_the_hips_and_nothing_else_moves_against_them():
    joints = bodies(5)
    moved = root_between_hips(joints, H36M_17)
    hips = [H36M_17.index("left_hip"), H36M_17.index("right_hip")]
    np.testing.assert_allclose(moved[:, hips].mean(1), moved[:, 0], atol=1e-6)
    np.testing.assert_allclose(
        moved[:, 1:] - moved[:, hips[:1]], joints[:, 1:] - joints[:, hips[:1]], atol=1e-6
    )


def test_a_steady_path_takes_off_jitter_and_keeps_a_jump():
    times = np.arange(60) / 30.0
    jump = np.stack([0.5 * times, 4.9 * (times - 1.0) ** 2, np.full(60, 4.0)], -1)
    noise = np.random.default_rng(0).normal(0.0, 0.02, jump.shape)
    steady = steady_path_of(jump + noise, np.ones(60), 30.0)
    assert np.abs(np.diff(steady - jump, 2, axis=0)).mean() < 0.4 * np.abs(np.diff(noise, 2, axis=0)).mean()
    np.testing.assert_allclose(steady_path_of(jump, np.ones(60), 30.0)[5:-5], jump[5:-5], atol=0.03)


def test_a_root_that_leaps_for_some_frames_is_held_to_its_path():
    times = np.arange(60) / 30.0
    path = np.stack([0.5 * times, 0.2 * times, np.full(60, 4.0)], -1)
    leaping = path.copy()
    leaping[30:34, :2] += 0.5
    steady = steady_path_of(leaping, np.ones(60), 30.0)
    assert np.abs(steady - path).max() < 0.1
    assert (np.linalg.norm(np.diff(steady, axis=0), axis=-1) * 30.0).max() < 3.0


def test_a_steady_path_looks_ahead_as_far_as_it_says():
    rng = np.random.default_rng(2)
    root = np.cumsum(rng.normal(0.0, 0.05, (160, 3)), axis=0) + [0.0, 0.0, 5.0]
    other = root.copy()
    other[100:] += rng.normal(0.0, 0.3, (60, 3))
    same = (steady_path_of(root, np.ones(160), 30.0) == steady_path_of(other, np.ones(160), 30.0)).all(-1)
    near = steady_path_of(root, np.ones(160), 30.0) - steady_path_of(other, np.ones(160), 30.0)
    assert np.abs(near[: 100 - path_reach(30.0)]).max() < 1e-12
    assert not same[99]


def test_a_steady_path_leaves_rows_that_were_not_observed():
    root = np.random.default_rng(1).normal(size=(20, 3)) + [0.0, 0.0, 5.0]
    trust = np.ones(20)
    trust[8:11], root[8:11] = 0.0, np.nan
    steady = steady_path_of(root, trust, 30.0)
    assert np.isnan(steady[8:11]).all()
    assert np.isfinite(np.delete(steady, slice(8, 11), axis=0)).all()


def test_a_trunk_that_flips_over_turns_no_faster_than_a_somersault():
    joints = np.repeat(bodies(1), 20, axis=0)
    joints[10:, :, 1] *= -1.0  # from one frame to the next it is upside down
    turned = bone_directions(limit_turns(joints, H36M_17, 30.0), H36M_17)
    names = H36M_17.names
    trunk = [not names[child].startswith(("left_", "right_")) for _, child in H36M_17.bones]
    degrees = np.degrees(np.arccos(np.clip((turned[1:] * turned[:-1]).sum(-1), -1.0, 1.0))) * 30.0
    assert degrees[:, trunk].max() == pytest.approx(1000.0, rel=1e-3)
    np.testing.assert_allclose(turned[-1], bone_directions(joints, H36M_17)[-1], atol=1e-6)
