"""Sequences made from motion capture are what a camera would see of the bodies in them."""

import numpy as np
import pytest

from kinelift.body import H36M_21
from kinelift.geometry.kinematics import bone_lengths
from kinelift.geometry.normalisation import TYPICAL_LOG_SIZE
from kinelift.sampling.mocap_engine import MocapConfig, MocapEngine
from kinelift.sampling.noise_config import NoiseConfig
from kinelift.sampling.virtual_cameras import CameraConfig
from tests.moving_bodies import SILENT, small_engine, swaying_trial


def test_the_same_seed_and_epoch_give_the_same_sequences_and_others_do_not():
    first, again, next_epoch = small_engine().epoch(3), small_engine().epoch(3), small_engine().epoch(4)
    assert np.array_equal(first.joints, again.joints)
    assert np.array_equal(first.targets, again.targets)
    assert not np.array_equal(first.joints, next_epoch.joints)
    assert not np.array_equal(first.joints, small_engine(seed=8).epoch(3).joints)


def test_an_epoch_of_several_blocks_is_as_sound_as_one_of_a_single_block(monkeypatch):
    monkeypatch.setattr("kinelift.sampling.mocap_engine.BLOCK", 7)
    sequences = small_engine(clips=24).epoch(3)
    assert sequences.lengths.tolist() == [9 - 1 + 6] * 24
    assert np.isfinite(sequences.joints).all()
    clips = sequences.targets.reshape(24, -1)
    assert len(np.unique(clips, axis=0)) == 24
    assert np.array_equal(sequences.joints, small_engine(clips=24).epoch(3).joints)


def test_sequences_are_finite_and_as_long_as_asked():
    sequences = small_engine(clips=40).epoch(0)
    assert sequences.lengths.tolist() == [9 - 1 + 6] * 40
    for values in (sequences.joints, sequences.extra, sequences.targets):
        assert np.isfinite(values).all()
    assert (sequences.targets[:, 0] == 0).all()


def test_bodies_are_rigid_symmetric_and_of_human_size():
    sequences = small_engine(clips=60, recombined=0.0).epoch(0)
    lengths = bone_lengths(sequences.targets.reshape(60, -1, 21, 3).astype(float), H36M_21)
    thigh, shank, forearm = (
        [i for i, (_, child) in enumerate(H36M_21.bones) if H36M_21.names[child].endswith(end)]
        for end in ("knee", "ankle", "wrist")
    )
    for bones in (thigh, shank, forearm):
        assert lengths[..., bones].std(1).max() < 2e-3
        np.testing.assert_allclose(lengths[..., bones[0]], lengths[..., bones[1]], atol=2e-3)
    assert 0.28 < lengths[..., thigh].min() < lengths[..., thigh].max() < 0.62
    assert lengths[:, 0, thigh[0]].std() > 0.01


def test_without_noise_keypoints_are_the_projection_of_the_targets():
    engine = small_engine(
        clips=30,
        noise=SILENT,
        slow=0.0,
        cameras=CameraConfig(filled_range=(0.2, 0.5), off_centre=0.1, cut_off=0.0, focal_error=0.0),
        tilted=0.0,
    )
    sequences = engine.epoch(0)
    left, right = (sequences.input_skeleton.index(f"{side}_ankle") for side in ("left", "right"))
    size = np.exp(sequences.extra[:, 2] + TYPICAL_LOG_SIZE)[:, None]
    seen = sequences.joints[:, [left, right], :2] * size[..., None]
    visible = (sequences.joints[..., 2] > 0).all(-1)
    assert visible.mean() > 0.5
    ankles = sequences.targets[:, [H36M_21.index("left_ankle"), H36M_21.index("right_ankle")]]
    shoulders = sequences.targets[:, [H36M_21.index("left_shoulder"), H36M_21.index("right_shoulder")]]
    names = [sequences.input_skeleton.index(f"{side}_shoulder") for side in ("left", "right")]
    also = sequences.joints[:, names, :2] * size[..., None]
    # Four joints, eight equations, three unknowns of the root: they agree only if this is their projection.
    rays, body = np.concatenate([seen, also], 1)[visible], np.concatenate([ankles, shoulders], 1)[visible]
    rows = np.zeros((len(rays), 8, 3))
    rows[:, 0::2, 0] = rows[:, 1::2, 1] = 1.0
    rows[:, 0::2, 2], rows[:, 1::2, 2] = -rays[..., 0], -rays[..., 1]
    right_side = np.empty((len(rays), 8))
    right_side[:, 0::2] = rays[..., 0] * body[..., 2] - body[..., 0]
    right_side[:, 1::2] = rays[..., 1] * body[..., 2] - body[..., 1]
    for matrix, values in zip(rows, right_side, strict=True):
        root, *_ = np.linalg.lstsq(matrix, values, rcond=None)
        assert np.abs(matrix @ root - values).max() < 2e-3
        assert root[2] > 0.5


def test_lost_joints_keep_no_place_through_the_normalisation():
    noise = NoiseConfig(lost_clips=1.0, scoreless=0.0, outliers=0.1)
    sequences = small_engine(clips=60, noise=noise).epoch(0)
    lost = sequences.joints[..., 2] == 0
    assert 0.05 < lost.mean() < 0.6
    assert (sequences.joints[lost] == 0).all()


def test_trials_too_short_for_a_window_are_refused():
    with pytest.raises(ValueError, match="shorter than"):
        MocapEngine([swaying_trial(8)], MocapConfig(), receptive_field=27, seed=0)
    with pytest.raises(ValueError, match="no motion capture"):
        MocapEngine([], MocapConfig(), receptive_field=27, seed=0)
