"""Bone lengths agree where bodies do, however they stand."""

import numpy as np
import pytest
import torch

from kinelift.body import H36M_17
from kinelift.geometry import bone_lengths, quaternion_to_matrix
from kinelift.losses import bone_length_agreement
from tests.geometry.drawing import points, quaternions


def test_it_does_not_see_how_bodies_stand_or_how_many_there_are():
    poses = points(0, 5, 1, 17, 3)
    turned = poses @ quaternion_to_matrix(quaternions(0, 5, 1)).swapaxes(-1, -2) + points(1, 5, 1, 1, 3)
    assert float(bone_length_agreement(poses, turned, H36M_17)) < 1e-12
    assert float(bone_length_agreement(poses, np.concatenate([turned, poses]), H36M_17)) < 1e-12


def test_it_is_even_and_as_large_as_the_scale_says():
    poses = points(0, 5, 1, 17, 3)
    expected = 0.5 * bone_lengths(poses, H36M_17).mean()
    assert float(bone_length_agreement(1.5 * poses, poses, H36M_17)) == pytest.approx(expected)
    assert float(bone_length_agreement(poses, 1.5 * poses, H36M_17)) == pytest.approx(expected)


def test_both_halves_learn():
    labelled = torch.tensor(points(0, 4, 17, 3), requires_grad=True)
    unlabelled = torch.tensor(points(1, 6, 17, 3), requires_grad=True)
    bone_length_agreement(labelled, unlabelled, H36M_17).backward()
    for predicted in (labelled, unlabelled):
        assert predicted.grad is not None
        assert predicted.grad.abs().sum() > 0


def test_another_number_of_joints_is_named():
    with pytest.raises(ValueError, match=r"joints: 17 expected by h36m_17, got \(4, 16, 3\)"):
        bone_length_agreement(points(0, 4, 16, 3), points(1, 4, 16, 3), H36M_17)
