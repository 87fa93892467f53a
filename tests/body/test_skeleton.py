"""Skeletons are trees, mirror onto themselves, and reject what is neither."""

import pytest

from kinelift.body import (
    BODY_25,
    COCO_17,
    COCO_18,
    COCO_23,
    H36M_17,
    H36M_21,
    HALPE_26,
    MPI_INF_3DHP_17,
    MPII_16,
    SKELETONS,
    Skeleton,
    skeleton_named,
)

EVERY = pytest.mark.parametrize("skeleton", SKELETONS.values(), ids=SKELETONS)


@EVERY
def test_mirroring_twice_gives_each_joint_back(skeleton):
    assert [skeleton.mirrored[joint] for joint in skeleton.mirrored] == list(range(len(skeleton)))
    sided = [name for name in skeleton.names if name.startswith(("left_", "right_"))]
    assert sum(joint != other for joint, other in enumerate(skeleton.mirrored)) == len(sided)


@EVERY
def test_parents_come_before_their_children(skeleton):
    assert sorted(skeleton.descending) == list(range(len(skeleton)))
    place = {joint: position for position, joint in enumerate(skeleton.descending)}
    assert all(place[parent] < place[child] for parent, child in skeleton.bones)
    assert len(skeleton.bones) == sum(parent >= 0 for parent in skeleton.parents)


@EVERY
def test_a_skeleton_is_found_by_its_name_and_prints_briefly(skeleton):
    assert skeleton_named(skeleton.name) is skeleton
    assert repr(skeleton) == f"Skeleton('{skeleton.name}', {len(skeleton)} joints)"


def test_the_orders_are_those_of_the_data_sets():
    assert COCO_17.names[:5] == ("nose", "left_eye", "right_eye", "left_ear", "right_ear")
    assert [H36M_17.index(j) for j in ("pelvis", "right_hip", "left_hip", "head")] == [0, 1, 4, 10]
    left, right = [4, 5, 6, 11, 12, 13], [1, 2, 3, 14, 15, 16]
    assert [H36M_17.mirrored[joint] for joint in left] == right
    assert H36M_17.parents == (-1, 0, 1, 2, 0, 4, 5, 0, 7, 8, 9, 8, 11, 12, 8, 14, 15)


def test_the_orders_are_those_of_the_programs():
    """OpenPose's poseParameters, Halpe's README, MPII's annotations, MPI-INF-3DHP's test set."""
    assert [BODY_25.index(j) for j in ("nose", "neck", "right_shoulder", "pelvis", "left_hip")] == [
        0,
        1,
        2,
        8,
        12,
    ]
    assert BODY_25.names[15:20] == ("right_eye", "left_eye", "right_ear", "left_ear", "left_big_toe")
    assert [COCO_18.index(j) for j in ("neck", "left_wrist", "right_hip", "left_ankle")] == [1, 7, 8, 13]
    assert COCO_18.names[14:] == ("right_eye", "left_eye", "right_ear", "left_ear")
    assert HALPE_26.names[:17] == COCO_17.names
    assert HALPE_26.names[17:22] == ("head", "neck", "pelvis", "left_big_toe", "right_big_toe")
    assert [MPII_16.index(j) for j in ("right_ankle", "pelvis", "head", "right_wrist")] == [0, 6, 9, 10]
    assert [MPI_INF_3DHP_17.index(j) for j in ("head_top", "neck", "pelvis", "head")] == [0, 1, 14, 16]


def test_feet_come_after_the_joints_of_the_layout_without():
    assert COCO_23.names[:17] == COCO_17.names
    assert COCO_23.parents[:17] == COCO_17.parents
    assert COCO_23.names[17:20] == ("left_big_toe", "left_small_toe", "left_heel")
    assert H36M_21.names[:17] == H36M_17.names
    assert H36M_21.parents == (*H36M_17.parents, *([H36M_17.index("left_ankle")] * 2 + [3] * 2))


def test_unknown_names_are_errors_that_list_the_choices():
    with pytest.raises(
        ValueError,
        match="unknown skeleton 'coco'; choose one of blazepose_33, body_25, coco_17, coco_18, coco_23",
    ):
        skeleton_named("coco")
    with pytest.raises(ValueError, match=r"coco_17 has no joint 'pelvis'; it has nose, left_eye"):
        COCO_17.index("pelvis")


@pytest.mark.parametrize(("names", "parents", "text"), [
    (("a", "b"), (-1,), "skeleton s: 2 names but 1 parents; each joint needs one"),
    (("a", "a"), (-1, 0), "skeleton s: joint names must differ"),
    (("a", "b"), (-1, 2), "skeleton s: parent 2 of b is no joint"),
    (("a", "b"), (-1, 1), "skeleton s: parent 1 of b is no joint"),
    (("a", "b", "c"), (-1, 2, 1), "skeleton s: the parents of b form a circle"),
])  # fmt: skip
def test_what_is_no_tree_is_an_error(names, parents, text):
    with pytest.raises(ValueError, match=text):
        Skeleton("s", names, parents)
