"""Bones and joints are two ways to write the same pose."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from kinelift.body import BLAZEPOSE_33, COCO_17, H36M_17, MOCAP_20, SKELETONS, mirror
from kinelift.geometry import (
    bone_directions,
    bone_lengths,
    bone_vectors,
    mirrored_bones,
    rebuild_joints,
    symmetric_bone_lengths,
)
from tests.geometry.drawing import BATCHES, SEEDS, deviation, points

ROOTED = st.sampled_from([H36M_17, MOCAP_20])
ANY = st.sampled_from(list(SKELETONS.values()))


@given(SEEDS, BATCHES, ROOTED)
def test_joints_are_rebuilt_from_root_directions_and_lengths(seed, batch, skeleton):
    joints = points(seed, *batch, len(skeleton), 3)
    directions, lengths = bone_directions(joints, skeleton), bone_lengths(joints, skeleton)
    assert lengths.shape == (*batch, len(skeleton) - 1)
    rebuilt = rebuild_joints(joints[..., 0, :], directions, lengths, skeleton)
    assert deviation(rebuilt, joints) < 1e-12


@given(SEEDS, ROOTED)
def test_given_lengths_hold_on_every_frame_and_the_root_stays(seed, skeleton):
    joints, lengths = points(seed, 9, len(skeleton), 3), np.abs(points(seed, len(skeleton) - 1))
    rebuilt = rebuild_joints(joints[:, 0], bone_directions(joints, skeleton), lengths, skeleton)
    assert deviation(bone_lengths(rebuilt, skeleton), np.broadcast_to(lengths, (9, len(lengths)))) < 1e-12
    assert deviation(rebuilt[:, 0], joints[:, 0]) == 0


def test_a_bone_runs_from_parent_to_child_in_the_order_of_the_skeleton():
    joints = points(0, len(H36M_17), 3)
    bone = H36M_17.bones.index((H36M_17.index("left_hip"), H36M_17.index("left_knee")))
    expected = joints[H36M_17.index("left_knee")] - joints[H36M_17.index("left_hip")]
    assert deviation(bone_vectors(joints, H36M_17)[bone], expected) == 0


@given(SEEDS, BATCHES, ANY)
def test_symmetric_lengths_do_not_know_left_from_right(seed, batch, skeleton):
    joints = points(seed, *batch, 5, len(skeleton), 3)
    lengths = symmetric_bone_lengths(joints, skeleton)
    assert deviation(lengths, symmetric_bone_lengths(mirror(joints, skeleton), skeleton)) < 1e-12
    assert deviation(lengths, lengths[..., list(mirrored_bones(skeleton))]) == 0


def test_symmetric_lengths_are_medians_untouched_by_a_wild_frame():
    joints = np.broadcast_to(points(0, 17, 3), (7, 17, 3)).copy()
    calm = symmetric_bone_lengths(joints, H36M_17)
    joints[3] *= 100.0
    assert deviation(symmetric_bone_lengths(joints, H36M_17), calm) == 0


@given(ANY)
def test_mirroring_bones_twice_gives_each_bone_back(skeleton):
    mirrored = mirrored_bones(skeleton)
    assert [mirrored[bone] for bone in mirrored] == list(range(len(skeleton.bones)))


def test_a_bone_whose_mirror_image_is_no_bone_stands_alone():
    names = [COCO_17.names[child] for _, child in COCO_17.bones]
    mirrored = [names[bone] for bone in mirrored_bones(COCO_17)]
    assert mirrored[names.index("right_shoulder")] == "right_shoulder"
    assert mirrored[names.index("right_elbow")] == "left_elbow"


def test_a_bone_without_length_has_no_direction_and_no_nan():
    assert deviation(bone_directions(np.zeros((17, 3)), H36M_17), np.zeros((16, 3))) == 0


def test_a_wrong_joint_count_is_an_error_that_names_the_skeleton():
    with pytest.raises(
        ValueError, match=r"joints: 17 expected by h36m_17, got \(4, 16, 3\)\. Name the skeleton"
    ):
        bone_lengths(np.zeros((4, 16, 3)), H36M_17)


def test_loose_keypoints_cannot_be_rebuilt():
    bones = len(BLAZEPOSE_33.bones)
    with pytest.raises(
        ValueError, match="blazepose_33 has 3 roots; rebuilding needs one tree, such as h36m_17"
    ):
        rebuild_joints(np.zeros(3), np.zeros((bones, 3)), np.zeros(bones), BLAZEPOSE_33)


def test_torch_gives_what_numpy_gives_and_gradients():
    joints = torch.tensor(points(0, 4, 17, 3), requires_grad=True)
    lengths, directions = symmetric_bone_lengths(joints, H36M_17), bone_directions(joints, H36M_17)
    rebuilt = rebuild_joints(joints[:, 0], directions, lengths, H36M_17)
    plain = joints.detach().numpy()
    expected = rebuild_joints(
        plain[:, 0], bone_directions(plain, H36M_17), symmetric_bone_lengths(plain, H36M_17), H36M_17
    )
    assert deviation(rebuilt.detach(), expected) < 1e-12
    rebuilt.square().sum().backward()
    assert joints.grad is not None
    assert torch.isfinite(joints.grad).all()
