"""Feet are rigid, alike on both sides, and lie where the ball of the foot and the ankle say."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kinelift.body import COCO_23, H36M_21, MOCAP_20, mirror
from kinelift.sampling.bodies import BODY_POINTS, body_points, lifted_joints, marked_points
from kinelift.sampling.feet import FOOT_POINTS, FootConfig, foot_points
from tests.moving_bodies import small_engine, swaying_trial

STATURE = np.array([1.7, 1.5])


def clips() -> np.ndarray:
    """Return two clips of two bodies."""
    return np.stack([swaying_trial(40, seed=seed).joints for seed in (0, 1)])


def feet_of(joints: np.ndarray, config: FootConfig | None = None, seed: int = 0) -> np.ndarray:
    """Place the feet of two clips."""
    return foot_points(joints, STATURE, config or FootConfig(), np.random.default_rng(seed))


def joint(joints: np.ndarray, name: str) -> np.ndarray:
    """Return one joint's path."""
    return joints[:, :, MOCAP_20.index(name)]


def test_a_standing_foot_is_flat_and_points_forward():
    joints = np.repeat(swaying_trial(2).joints[None, :1], 2, 0)
    for side, outward in (("left", 1.0), ("right", -1.0)):
        heel, big, small = (
            feet_of(joints, FootConfig(sd=0.0))[0, 0, FOOT_POINTS.index(f"{side}_{n}")]
            for n in ("heel", "big_toe", "small_toe")
        )
        ankle, ball = (joint(joints, f"{side}_{n}")[0, 0] for n in ("ankle", "toe"))
        forward = (ball - ankle) * (1.0, 0.0, 1.0)
        forward /= np.linalg.norm(forward)
        assert abs(heel[1]) < 0.03
        assert abs(big[1] - heel[1]) < 0.04
        assert -0.08 < (heel - ankle) @ forward < -0.02
        assert 0.22 < (big - heel) @ forward < 0.28
        assert (big - heel) @ forward > (small - heel) @ forward
        left = np.cross((0.0, 1.0, 0.0), forward)
        assert 0.04 < outward * (small - big) @ left < 0.07


@given(st.integers(0, 10))
def test_feet_keep_their_shape_and_are_alike_on_both_sides(seed):
    joints, feet = clips(), feet_of(clips(), seed=seed)
    foot = {name: feet[:, :, place] for place, name in enumerate(FOOT_POINTS)}
    lengths = {
        side: np.stack(
            [
                np.linalg.norm(foot[f"{side}_{name}"] - joint(joints, f"{side}_{other}"), axis=-1)
                for name in ("heel", "big_toe", "small_toe")
                for other in ("ankle", "toe")
            ]
        )
        for side in ("left", "right")
    }
    for each in lengths.values():
        np.testing.assert_allclose(each, np.broadcast_to(each[..., :1], each.shape), atol=2e-3)
    np.testing.assert_allclose(lengths["left"], lengths["right"], atol=2e-3)


def test_the_feet_of_the_mirrored_body_are_mirrored():
    joints = clips()
    points = body_points(joints, np.zeros((2, 40, 6, 3), np.float32), feet_of(joints))
    mirrored = mirror(joints, MOCAP_20)
    of_mirrored = body_points(mirrored, np.zeros((2, 40, 6, 3), np.float32), feet_of(mirrored))
    for taken, skeleton in ((marked_points, COCO_23), (lifted_joints, H36M_21)):
        np.testing.assert_allclose(taken(of_mirrored), mirror(taken(points), skeleton), atol=1e-5)


def test_a_leg_that_tells_nothing_of_its_foot_still_has_one():
    joints = clips()
    for side in ("left", "right"):
        knee, ankle = joint(joints, f"{side}_knee"), joint(joints, f"{side}_ankle")
        joints[0, :, MOCAP_20.index(f"{side}_toe")] = ankle[0] + 0.3 * (ankle[0] - knee[0])
        joints[1, :, MOCAP_20.index(f"{side}_toe")] = ankle[1]
    feet = feet_of(joints)
    assert np.isfinite(feet).all()
    stretched = feet[0] - np.repeat(
        joints[0][:, [MOCAP_20.index(f"{s}_ankle") for s in ("left", "right")]], 3, axis=1
    )
    heels = np.linalg.norm(stretched[:, [FOOT_POINTS.index("left_heel")]], axis=-1)
    assert (heels > 0.03).all()


def test_marks_and_targets_share_heels_and_the_ball_of_the_foot_is_the_mocap_toe():
    joints = clips()
    points = body_points(joints, np.zeros((2, 40, 6, 3), np.float32), feet_of(joints))
    assert points.shape[2] == len(BODY_POINTS)
    marked, lifted = marked_points(points), lifted_joints(points)
    for side in ("left", "right"):
        heel = f"{side}_heel"
        assert np.array_equal(marked[:, :, COCO_23.index(heel)], lifted[:, :, H36M_21.index(heel)])
        toe = f"{side}_toe"
        assert np.array_equal(lifted[:, :, H36M_21.index(toe)], joint(joints, toe))


def test_some_detectors_mark_no_feet():
    sequences = small_engine(clips=200).epoch(0)
    assert (sequences.input_skeleton, sequences.output_skeleton) == (COCO_23, H36M_21)
    seen = (sequences.joints[..., 17:, 2] > 0).reshape(200, -1, 6).any((1, 2))
    assert 0.35 < seen.mean() < 0.65
