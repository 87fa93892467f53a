"""What a studio's cameras saw lies where its lenses put it."""

import numpy as np
import pytest

from kinelift.body import H36M_17
from kinelift.datasets.studio import HUMAN36M, HUMAN36M_KEPT, recordings, studio_of, views
from kinelift.datasets.studio_cameras import human36m_cameras, humaneva_cameras
from kinelift.geometry import normalize_to_width, project
from kinelift.interop.keypoint_layouts import HUMANEVA_15
from kinelift.interop.videopose3d import Keypoints2D, Poses3D

SYMMETRY = ((4, 5, 6, 11, 12, 13), (1, 2, 3, 14, 15, 16))


def poses_of(*actions, subject="S9", joints=32):
    rng = np.random.default_rng(0)
    return Poses3D({subject: {a: rng.uniform(-0.5, 0.5, (4, joints, 3)).astype(np.float32) for a in actions}})


def keypoints_of(poses, frames=4, cameras=4):
    points = np.random.default_rng(1).uniform(0, 1000, (frames, 17, 2)).astype(np.float32)
    return Keypoints2D(
        {s: dict.fromkeys(actions, (points,) * cameras) for s, actions in poses.items()}, "h36m", SYMMETRY
    )


def seen_by(poses, keypoints, *subjects, actions=None):
    """Return every view of what is chosen."""
    chosen = recordings(poses, keypoints, subjects=subjects, actions=actions)
    return list(views(poses, keypoints, HUMAN36M, chosen))


def test_four_cameras_of_every_subject_stand_around_the_studio():
    for subject in ("S1", "S5", "S6", "S7", "S8", "S9", "S11"):
        cameras = human36m_cameras(subject)
        assert [camera.image_size for camera in cameras] == [
            (1000, 1002),
            (1000, 1000),
            (1000, 1000),
            (1000, 1002),
        ]
        for camera in cameras:
            assert camera.pose is not None
            assert camera.lens is not None
            assert 4.0 < np.linalg.norm(camera.pose.translation) < 7.0
            assert "Human3.6M" in camera.lens.source
    assert [camera.name for camera in humaneva_cameras("Train/S1")] == ["C1", "C2", "C3"]
    assert humaneva_cameras("S4")[0].pose is None
    with pytest.raises(ValueError, match=r"no cameras of a subject 'S99'; it has S1"):
        human36m_cameras("S99")


def test_joints_of_a_view_project_onto_what_its_lens_shows():
    poses = poses_of("Walking")
    for view in seen_by(poses, keypoints_of(poses), "S9"):
        assert view.camera.lens is not None
        pixels = project(view.camera.lens, view.joints.astype(np.float64))
        assert (np.abs(normalize_to_width(pixels, view.camera.image_size)) < 1.5).all()
        distances = np.linalg.norm(view.joints[:, 1] - view.joints[:, 2], axis=-1)
        world = poses["S9"]["Walking"][:, list(HUMAN36M_KEPT)]
        np.testing.assert_allclose(distances, np.linalg.norm(world[:, 1] - world[:, 2], axis=-1), rtol=1e-4)


def test_actions_are_chosen_by_prefix_and_keypoints_cut_to_the_motion():
    poses = poses_of("Walking 1", "WalkDog", "Sitting", "SittingDown 1")
    seen = keypoints_of(poses, frames=7)
    chosen = seen_by(poses, seen, "S9", actions=["Walk"])
    assert [view.action_name for view in chosen] == ["Walking"] * 4 + ["WalkDog"] * 4
    assert all(len(view.keypoints) == len(view.joints) == 4 for view in chosen)
    assert len(seen_by(poses, seen, "S9", actions=["Sitting"])) == 8


def test_what_does_not_fit_is_named():
    poses = poses_of("Walking")
    with pytest.raises(ValueError, match=r"poses: no subject 'S11'; choose from S9"):
        seen_by(poses, keypoints_of(poses), "S11")
    with pytest.raises(
        ValueError, match=r"S9, Walking, camera 54138969: .* got 3 of keypoints and 4 of joints"
    ):
        seen_by(poses, keypoints_of(poses, frames=3), "S9")
    with pytest.raises(ValueError, match=r"S9 has no 'Walking', which the poses have"):
        seen_by(poses, keypoints_of(poses_of("Sitting")), "S9")
    with pytest.raises(ValueError, match=r"5 cameras; Human3\.6M has 4"):
        seen_by(poses, keypoints_of(poses, cameras=5), "S9")
    with pytest.raises(ValueError, match=r"no recording of S9 begins with Sit; they are Walking"):
        seen_by(poses, keypoints_of(poses), "S9", actions=["Sit"])
    poses["S9"]["Walking"][2, 0] = np.nan
    with pytest.raises(
        ValueError, match=r"S9, Walking, camera 54138969: joints or keypoints that are no finite"
    ):
        seen_by(poses, keypoints_of(poses), "S9")


def test_the_data_set_is_told_by_its_joints():
    assert studio_of(poses_of("Walking")).skeleton is H36M_17
    assert studio_of(poses_of("Walking", joints=15)).skeleton is HUMANEVA_15
    with pytest.raises(ValueError, match=r"expected, got \[16\]"):
        studio_of(poses_of("Walking", joints=16))


def test_sides_of_humaneva_are_those_of_its_files():
    left, right = (2, 3, 4, 8, 9, 10), (5, 6, 7, 11, 12, 13)
    assert [HUMANEVA_15.mirrored[joint] for joint in left] == list(right)
