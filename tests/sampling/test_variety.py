"""Poses that nobody was captured in are still poses: bones keep their lengths, hinges their limits."""

from dataclasses import replace

import numpy as np
import pytest

from kinelift.body import MOCAP_20, mirror
from kinelift.geometry.kinematics import bone_lengths
from kinelift.sampling.recombination import pelvis_axes
from kinelift.sampling.variety import MOST_BENT, STRAIGHTEST, VarietyConfig, chest_axes, rotations, vary
from tests.moving_bodies import swaying_trial

NONE = VarietyConfig(arms=0.0, legs=0.0, turned=0.0, sat=0.0)
EACH = [replace(NONE, **{kind: 1.0}) for kind in ("arms", "legs", "turned", "sat")]
EVERY = pytest.mark.parametrize("config", [*EACH, VarietyConfig()])
LIMBS = {
    f"{side}_{hinge}": [MOCAP_20.index(f"{side}_{n}") for n in (socket, hinge, end)]
    for side in ("left", "right")
    for socket, hinge, end in (("shoulder", "elbow", "wrist"), ("hip", "knee", "ankle"))
}
AT = {name: index for index, name in enumerate(MOCAP_20.names)}


def clips(count: int = 12, frames: int = 20) -> tuple[np.ndarray, np.ndarray]:
    """Return clips of bodies of one size, and their head axes."""
    trials = [swaying_trial(frames, seed=seed) for seed in range(count)]
    return np.stack([t.joints for t in trials]), np.stack([t.head_axes for t in trials])


def varied(config: VarietyConfig, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Vary the clips."""
    return vary(*clips(), config, np.random.default_rng(seed))


def flexion(joints: np.ndarray, limb: list[int]) -> np.ndarray:
    """Return the angle between a limb's two bones, radians."""
    socket, hinge, end = (joints[:, :, j].astype(float) for j in limb)
    upper, lower = hinge - socket, end - hinge
    cosine = (upper * lower).sum(-1) / np.linalg.norm(upper, axis=-1) / np.linalg.norm(lower, axis=-1)
    return np.arccos(np.clip(cosine, -1.0, 1.0))


def test_nothing_changes_where_shares_are_nothing():
    joints, axes = varied(NONE)
    assert np.array_equal(joints, clips()[0])
    assert np.array_equal(axes, clips()[1])


@EVERY
def test_what_is_given_is_left_alone_and_the_same_seed_gives_the_same(config):
    joints, axes = clips()
    first, again = (vary(joints, axes, config, np.random.default_rng(3)) for _ in range(2))
    for a, b, given in zip(first, again, (joints, axes), strict=True):
        assert np.array_equal(a, b)
        assert a is not given
    assert np.array_equal(joints, clips()[0])
    assert not np.array_equal(first[0], varied(config, seed=4)[0])


@EVERY
def test_bones_keep_their_lengths(config):
    np.testing.assert_allclose(
        bone_lengths(varied(config)[0].astype(float), MOCAP_20),
        bone_lengths(clips()[0].astype(float), MOCAP_20),
        atol=2e-5,
    )


@EVERY
def test_head_axes_stay_rotations(config):
    axes = varied(config)[1].astype(float)
    np.testing.assert_allclose(
        axes @ np.swapaxes(axes, -1, -2), np.broadcast_to(np.eye(3), axes.shape), atol=1e-5
    )
    np.testing.assert_allclose(np.linalg.det(axes), 1.0, atol=1e-5)


@pytest.mark.parametrize("config", [EACH[2], EACH[3], replace(EACH[2], hinge_degrees=90.0)])
def test_hinges_stay_within_what_they_allow(config):
    joints, _ = varied(config)
    for name, limb in LIMBS.items():
        if config.turned or name.endswith("knee"):
            bent = flexion(joints, limb)
            assert bent.min() > STRAIGHTEST - 2e-3, name
            assert bent.max() < MOST_BENT + 2e-3, name


def test_knees_bend_backwards_when_bodies_sit_and_thighs_rise_in_front():
    joints, _ = varied(replace(NONE, sat=1.0))
    forward = pelvis_axes(joints)[..., 2]
    for side in ("left", "right"):
        thigh = joints[:, :, AT[f"{side}_knee"]] - joints[:, :, AT[f"{side}_hip"]]
        shank = joints[:, :, AT[f"{side}_ankle"]] - joints[:, :, AT[f"{side}_knee"]]
        assert ((thigh * forward).sum(-1) > 0.1).all()
        along = (shank * thigh).sum(-1, keepdims=True) / (thigh**2).sum(-1, keepdims=True) * thigh
        # Bent, the shank leaves the thigh's line towards the back of the thigh.
        back = np.cross(pelvis_axes(joints)[..., 0], thigh)
        assert (((shank - along) * back).sum(-1) > 0).all()


def local_arms(joints: np.ndarray, side: str) -> np.ndarray:
    """Return elbow and wrist from the shoulder in the chest's axes."""
    arm = joints[:, :, [AT[f"{side}_elbow"], AT[f"{side}_wrist"]]] - joints[:, :, [AT[f"{side}_shoulder"]]]
    return np.einsum("nfji,nfkj->nfki", chest_axes(joints), arm)


def test_arms_move_as_some_clips_do_of_the_same_side_or_as_the_mirror_image_of_the_other():
    given, (joints, _) = clips()[0], varied(replace(NONE, arms=1.0))
    donors = {side: local_arms(given, side) for side in ("left", "right")}
    mirrored = 0
    for side, opposite in (("left", "right"), ("right", "left")):
        for arm in local_arms(joints, side):
            same = np.abs(donors[side] - arm).max((1, 2, 3)).min()
            other = np.abs(donors[opposite] * (-1.0, 1.0, 1.0) - arm).max((1, 2, 3)).min()
            assert min(same, other) < 1e-4
            mirrored += other < same
    assert 0.2 < mirrored / (2 * len(given)) < 0.8
    rest = [i for i, name in enumerate(MOCAP_20.names) if not name.endswith(("elbow", "wrist"))]
    assert np.array_equal(joints[:, :, rest], given[:, :, rest])


def test_a_symmetric_body_given_a_limb_of_its_own_other_side_is_its_mirror_image():
    joints, axes = clips(1)
    arms, _ = vary(joints, axes, replace(NONE, arms=1.0), np.random.default_rng(1))
    mirrored = mirror(joints, MOCAP_20)
    options = {
        "left": (local_arms(joints, "left"), local_arms(mirrored, "left")),
        "right": (local_arms(joints, "right"), local_arms(mirrored, "right")),
    }
    for side, choices in options.items():
        assert min(np.abs(local_arms(arms, side) - choice).max() for choice in choices) < 1e-4


def test_turns_hold_through_a_clip_as_limbs_hang_from_their_sockets():
    joints, _ = varied(replace(NONE, turned=1.0, hinge_degrees=0.0, trunk_degrees=0.0))
    given = clips()[0]
    np.testing.assert_allclose(joints[:, :, AT["neck"]], given[:, :, AT["neck"]], atol=1e-5)
    for pose in (joints, given):
        thigh = pose[:, :, AT["left_knee"]] - pose[:, :, AT["left_hip"]]
        local = np.einsum("nfji,nfj->nfi", pelvis_axes(pose), thigh)
        np.testing.assert_allclose(local, np.broadcast_to(local[:, :1], local.shape), atol=1e-4)


def test_chest_axes_are_a_rotation_left_up_forward():
    axes = chest_axes(clips()[0]).astype(float)
    np.testing.assert_allclose(
        axes @ np.swapaxes(axes, -1, -2), np.broadcast_to(np.eye(3), axes.shape), atol=1e-5
    )
    assert (axes[..., 1, 1] > 0.9).all()


def test_rotation_vectors_turn_by_their_length_about_their_direction():
    turn = rotations(np.array([[0.0, np.pi / 2, 0.0], [0.0, 0.0, 0.0]]))
    np.testing.assert_allclose(turn[0] @ [0.0, 0.0, 1.0], [1.0, 0.0, 0.0], atol=1e-12)
    np.testing.assert_allclose(turn[1], np.eye(3))
