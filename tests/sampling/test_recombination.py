"""Exchanging upper bodies moves the trunk with the pelvis and leaves the legs alone."""

import numpy as np

from kinelift.body import MOCAP_20
from kinelift.sampling.recombination import UPPER, exchange_upper_bodies, pelvis_axes
from tests.moving_bodies import swaying_trial


def clips():
    trials = [swaying_trial(40, seed=seed) for seed in (0, 1)]
    return np.stack([t.joints for t in trials]), np.stack([t.head_axes for t in trials])


def test_a_clip_that_is_its_own_donor_stays_as_it_is():
    joints, heads = clips()
    same, same_heads = exchange_upper_bodies(joints, heads, np.array([0, 1]), np.array([0, 1]))
    np.testing.assert_allclose(same, joints, atol=1e-5)
    np.testing.assert_allclose(same_heads, heads, atol=1e-5)


def test_the_donors_trunk_keeps_its_shape_about_the_receivers_pelvis():
    joints, heads = clips()
    mixed, _ = exchange_upper_bodies(joints, heads, np.array([0]), np.array([1]))
    lower = [j for j in range(len(MOCAP_20)) if j not in UPPER]
    assert np.array_equal(mixed[0][:, lower], joints[0][:, lower])
    assert np.array_equal(mixed[1], joints[1])
    spine = MOCAP_20.index("spine")

    def local(body):
        return np.einsum("tji,tkj->tki", pelvis_axes(body[None])[0], body[:, UPPER] - body[:, [spine]])

    np.testing.assert_allclose(local(mixed[0]), local(joints[1]), atol=1e-5)
    assert np.abs(mixed[0] - joints[0]).max() > 0.05


def test_pelvis_axes_are_a_rotation_left_up_forward():
    axes = pelvis_axes(clips()[0])
    np.testing.assert_allclose(
        axes @ np.swapaxes(axes, -1, -2), np.broadcast_to(np.eye(3), axes.shape), atol=1e-5
    )
    np.testing.assert_allclose(np.linalg.det(axes), 1.0, atol=1e-5)
    assert (axes[..., 1, 1] > 0.9).all()
