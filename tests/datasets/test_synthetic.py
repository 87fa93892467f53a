"""Motion by a formula: bodies with bones, feet on the floor and heads that look ahead."""

import numpy as np

from kinelift.body import MOCAP_20
from kinelift.datasets.damage import clean_runs
from kinelift.datasets.mocap import MOCAP_JOINTS
from kinelift.datasets.synthetic import synthetic_trials
from kinelift.geometry.kinematics import LEGS_OF_STATURE
from kinelift.sampling.bodies import typical_lengths
from kinelift.sampling.mocap_engine import MocapConfig, MocapEngine


def test_the_same_seed_gives_the_same_motion_and_another_seed_another():
    first, again, other = synthetic_trials(1), synthetic_trials(1), synthetic_trials(2)
    assert all(np.array_equal(a.joints, b.joints) for a, b in zip(first, again, strict=True))
    assert not any(np.array_equal(a.joints, b.joints) for a, b in zip(first, other, strict=True))
    assert len({trial.trial for trial in first}) == len(first) >= 3


def test_bones_keep_their_lengths_and_make_a_person():
    for trial in synthetic_trials(0):
        assert trial.joint_names == MOCAP_JOINTS == MOCAP_20.names
        for parent, child in MOCAP_20.bones:
            lengths = np.linalg.norm(trial.joints[:, child] - trial.joints[:, parent], axis=-1)
            np.testing.assert_allclose(lengths, lengths[0], atol=1e-5)
        legs = typical_lengths(trial.joints)[[MOCAP_20.index(end) for end in ("left_knee", "left_ankle")]]
        assert 1.4 < legs.sum() / LEGS_OF_STATURE < 2.0


def test_heads_are_upright_and_look_where_the_body_goes():
    for trial in synthetic_trials(0):
        left, up, forward = np.moveaxis(trial.head_axes, -1, 0)
        np.testing.assert_allclose(np.cross(left, up), forward, atol=1e-6)
        np.testing.assert_allclose(np.linalg.norm(trial.head_axes, axis=1), 1.0, atol=1e-6)
        assert up[:, 1].min() > 0.9
        hips = trial.joint("left_hip") - trial.joint("right_hip")
        assert ((hips * left).sum(-1) > 0).all()
        steps = np.diff(trial.joint("pelvis")[:, [0, 2]], axis=0)
        assert ((steps * forward[1:, [0, 2]]).sum(-1) > 0).all()


def test_bodies_walk_on_the_floor_and_wave():
    for trial in synthetic_trials(0):
        np.testing.assert_allclose(trial.joints[..., 1].min(axis=1), 0.03, atol=1e-5)
        assert np.linalg.norm(np.ptp(trial.joint("pelvis"), axis=0)) > 1.0
        assert np.ptp(trial.joint("right_wrist")[:, 1]) > 0.05
        assert np.ptp((trial.joint("left_ankle") - trial.joint("right_ankle")), axis=0).max() > 0.2


def test_nothing_is_damaged_and_the_engine_takes_it():
    trials = synthetic_trials(5)
    assert all(clean_runs(trial) == [trial] for trial in trials)
    engine = MocapEngine(trials, MocapConfig(clips=8, targets_per_clip=4), receptive_field=9, seed=1)
    assert np.isfinite(engine.epoch(0).targets).all()
