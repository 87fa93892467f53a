"""Mapping between layouts keeps what is there, derives what it can and masks the rest."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from kinelift.body import (
    BLAZEPOSE_33,
    BODY_25,
    COCO_17,
    COCO_18,
    COCO_23,
    H36M_17,
    H36M_21,
    HALPE_26,
    MOCAP_20,
    MPI_INF_3DHP_17,
    MPII_16,
    SKELETONS,
    Keypoints,
    Skeleton,
    map_skeleton,
    mapping,
    mirror,
)
from tests.geometry.drawing import BATCHES, SEEDS, deviation, points

ANY = st.sampled_from(list(SKELETONS.values()))


def keypoints_of(skeleton: Skeleton, frames: int = 4) -> Keypoints:
    """Return keypoints that are seen everywhere, with scores that tell joints apart."""
    scores = np.tile(np.linspace(0.1, 1.0, len(skeleton)), (frames, 1))
    return Keypoints(points(0, frames, len(skeleton), 2), scores, skeleton, 25.0, (640, 480))


@given(ANY, ANY)
def test_weights_of_each_joint_sum_to_one_or_it_is_absent(source, target):
    converted = mapping(source, target)
    sums = converted.weights.sum(-1)
    absent = [name in converted.absent for name in target.names]
    np.testing.assert_allclose(sums, np.where(absent, 0.0, 1.0))
    several = [name for name, row in zip(target.names, converted.weights, strict=True) if (row > 0).sum() > 1]
    assert converted.derived == tuple(several)


@given(ANY)
def test_a_layout_maps_to_itself_unchanged(skeleton):
    assert (mapping(skeleton, skeleton).weights == np.eye(len(skeleton))).all()
    keypoints = keypoints_of(skeleton)
    assert map_skeleton(keypoints, skeleton) is keypoints


@given(SEEDS, BATCHES, ANY, ANY)
def test_mapping_commutes_with_mirroring(seed, batch, source, target):
    joints, scores = points(seed, *batch, len(source), 2), np.ones((*batch, len(source)))
    converted = mapping(source, target)
    mapped, _ = converted.apply(joints, scores)
    assert mapped.shape == (*batch, len(target), 2)
    of_mirrored, _ = converted.apply(mirror(joints, source), scores)
    np.testing.assert_allclose(of_mirrored, mirror(mapped, target), atol=1e-12)


def test_coco_gives_h36m_all_but_the_top_of_the_head():
    converted = mapping(COCO_17, H36M_17)
    assert converted.derived == ("pelvis", "spine", "thorax")
    assert converted.absent == ("head",)
    keypoints = keypoints_of(COCO_17)
    mapped = map_skeleton(keypoints, H36M_17)
    hips = [COCO_17.index("left_hip"), COCO_17.index("right_hip")]
    np.testing.assert_allclose(mapped.points_px[:, 0], keypoints.points_px[:, hips].mean(1), atol=1e-6)
    np.testing.assert_allclose(mapped.scores[:, 0], keypoints.scores[:, hips].min(1))
    assert mapped.skeleton is H36M_17
    assert (mapped.fps, mapped.image_size) == (keypoints.fps, keypoints.image_size)
    assert mapped.seen.all(0).tolist() == [name != "head" for name in H36M_17.names]
    assert np.isnan(mapped.points_px[:, H36M_17.index("head")]).all()


def test_blazepose_holds_all_of_coco():
    converted = mapping(BLAZEPOSE_33, COCO_17)
    assert converted.absent == converted.derived == ()
    keypoints = keypoints_of(BLAZEPOSE_33)
    order = [BLAZEPOSE_33.index(name) for name in COCO_17.names]
    np.testing.assert_array_equal(map_skeleton(keypoints, COCO_17).points_px, keypoints.points_px[:, order])


def test_joints_of_one_name_in_two_places_are_not_taken_for_each_other():
    converted = mapping(MOCAP_20, H36M_17)
    thorax = converted.weights[H36M_17.index("thorax")]
    assert thorax.argmax() == MOCAP_20.index("neck")  # MOCAP_20's thorax is mid-chest
    assert "head" in converted.absent  # MOCAP_20's head is the top of the neck
    back = mapping(H36M_17, MOCAP_20)
    assert back.weights[MOCAP_20.index("neck")].argmax() == H36M_17.index("thorax")
    assert {"thorax", "head"} <= set(back.absent)


@given(SEEDS)
def test_a_joint_is_seen_where_all_it_is_made_of_is(seed):
    joints, scores = points(seed, 6, 17, 2), np.random.default_rng(seed).uniform(0.1, 1.0, (6, 17))
    hidden = np.random.default_rng(seed + 1).random((6, 17)) < 0.3
    joints[hidden & (scores > 0.5)] = np.nan
    scores[hidden & (scores <= 0.5)] = 0.0
    converted = mapping(COCO_17, H36M_17)
    mapped, mapped_scores = converted.apply(joints, scores)
    needed = converted.weights > 0
    seen = ~(needed & hidden[:, None]).any(-1) & needed.any(-1)
    assert (np.isfinite(mapped).all(-1) == seen).all()
    assert ((mapped_scores > 0) == seen).all()
    assert deviation(mapped_scores[seen], np.where(needed, scores[:, None], np.inf).min(-1)[seen]) == 0


def test_a_wrong_joint_count_is_an_error_that_names_the_mend():
    text = r"points: 17 joints expected by coco_17, got \(2, 16, 2\)\. .* convert them with map_skeleton"
    with pytest.raises(ValueError, match=text):
        mapping(COCO_17, H36M_17).apply(np.zeros((2, 16, 2)), np.ones((2, 16)))


def test_layouts_that_share_no_joint_are_an_error():
    stranger = Skeleton("hand_2", ("palm", "thumb"), (-1, 0))
    with pytest.raises(ValueError, match=r"coco_17 and hand_2 share no joint: nose, .* against palm, thumb"):
        map_skeleton(keypoints_of(COCO_17), stranger)


@pytest.mark.parametrize("library", [np.asarray, torch.tensor])
@given(seed=SEEDS, batch=BATCHES, skeleton=ANY, axes=st.sampled_from([2, 3]))
def test_mirroring_twice_changes_nothing(library, seed, batch, skeleton, axes):
    joints = library(points(seed, *batch, len(skeleton), axes))
    mirrored = mirror(joints, skeleton)
    assert type(mirrored) is type(joints)
    assert mirrored.dtype == joints.dtype
    assert deviation(mirror(mirrored, skeleton), joints) == 0


def test_mirroring_swaps_sides_and_negates_x():
    joints = points(0, 17, 3)
    mirrored = mirror(joints, H36M_17)
    left, right = H36M_17.index("left_wrist"), H36M_17.index("right_wrist")
    np.testing.assert_array_equal(mirrored[left], joints[right] * [-1.0, 1.0, 1.0])


def test_feet_are_where_each_layout_marks_them():
    converted = mapping(BLAZEPOSE_33, COCO_23)
    assert converted.absent == ("left_small_toe", "right_small_toe")
    keypoints = keypoints_of(BLAZEPOSE_33)
    mapped = map_skeleton(keypoints, COCO_23)
    for here, there in (("left_big_toe", "left_foot_index"), ("right_heel", "right_heel")):
        np.testing.assert_array_equal(
            mapped.points_px[:, COCO_23.index(here)], keypoints.points_px[:, BLAZEPOSE_33.index(there)]
        )
    balls = mapping(COCO_23, H36M_21)
    assert balls.derived == ("pelvis", "spine", "thorax", "left_toe", "right_toe")
    assert balls.absent == ("head",)
    np.testing.assert_allclose(
        balls.weights[H36M_21.index("left_toe"), [COCO_23.index(f"left_{n}_toe") for n in ("big", "small")]],
        0.5,
    )


@given(st.sampled_from([s for s in SKELETONS.values() if s not in (H36M_17, H36M_21)]))
def test_a_body_with_feet_is_one_without_in_all_the_rest(other):
    with_feet, without = mapping(other, H36M_21), mapping(other, H36M_17)
    np.testing.assert_array_equal(with_feet.weights[: len(H36M_17)], without.weights)
    back, without = mapping(H36M_21, other), mapping(H36M_17, other)
    rest = [i for i, name in enumerate(other.names) if not name.endswith(("_toe", "_heel"))]
    np.testing.assert_array_equal(back.weights[rest][:, : len(H36M_17)], without.weights[rest])


def test_motion_capture_has_the_balls_of_the_feet():
    converted = mapping(MOCAP_20, H36M_21)
    toe = converted.weights[H36M_21.index("left_toe")]
    assert toe[MOCAP_20.index("left_toe")] == toe.sum() == 1.0
    assert converted.absent == ("nose", "head", "left_heel", "right_heel")


@pytest.mark.parametrize("source", [BODY_25, HALPE_26])
def test_layouts_with_feet_give_all_of_coco_with_feet(source):
    converted = mapping(source, COCO_23)
    assert converted.absent == converted.derived == ()
    assert mapping(source, H36M_21).absent == (("head",) if source is BODY_25 else ())


@pytest.mark.parametrize(
    ("source", "target", "made_from"),
    [
        (HALPE_26, H36M_17, {"thorax": "neck", "head": "head", "pelvis": "pelvis"}),
        (BODY_25, H36M_17, {"thorax": "neck", "pelvis": "pelvis", "head": None}),
        (MPII_16, H36M_17, {"thorax": "thorax", "head": "head", "nose": None}),
        (MPI_INF_3DHP_17, H36M_17, {"thorax": "neck", "head": "head_top", "spine": "spine", "nose": None}),
        (H36M_17, MPI_INF_3DHP_17, {"neck": "thorax", "head_top": "head", "head": None}),
        (MPII_16, HALPE_26, {"neck": "thorax", "head": "head"}),
        (MPII_16, MOCAP_20, {"neck": "thorax", "head": "neck", "thorax": None}),
        (MPI_INF_3DHP_17, MPII_16, {"thorax": "neck", "neck": None, "head": "head_top"}),
        (BODY_25, COCO_18, {"neck": "neck"}),
    ],
)
def test_a_joint_is_taken_from_the_same_place_whatever_its_name(source, target, made_from):
    converted = mapping(source, target)
    for joint, name in made_from.items():
        row = converted.weights[target.index(joint)]
        assert [source.names[i] for i in row.nonzero()[0]] == ([] if name is None else [name]), joint


def test_openposes_neck_is_midway_between_the_shoulders():
    for target in (BODY_25, COCO_18, HALPE_26):
        assert "neck" in mapping(COCO_17, target).derived
    assert set(mapping(COCO_23, BODY_25).derived) == {"neck", "pelvis"}
    assert mapping(COCO_23, BODY_25).absent == ()
