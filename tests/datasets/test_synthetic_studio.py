"""Files of either data set, written by a program of its own, are read as they were meant."""

from itertools import pairwise

import numpy as np
import pytest

from kinelift.body import H36M_17
from kinelift.datasets.studio import HUMAN36M, HUMANEVA, recordings, views
from kinelift.geometry import normalize_to_width, project
from kinelift.interop.keypoint_layouts import HUMANEVA_15, LAYOUTS
from kinelift.interop.videopose3d import read_keypoints_2d, read_poses_3d
from kinelift.sampling.studio_source import StudioData, load_studio
from tests.datasets.synthetic_studio import make_synthetic_studio as tool

FRAMES = 3
JOINTS = {"h36m": 17, "coco": 17, "mpii": 16, "humaneva15": 15}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Write both data sets with the keypoints of every detector."""
    folder = tmp_path_factory.mktemp("synthetic")
    for name, studio in tool.STUDIOS.items():
        tool.write(name, folder, list(studio.detections), FRAMES)
    return folder


def of(folder, studio, detections):
    """Return joints, keypoints and what may be chosen of them."""
    poses = read_poses_3d(folder / f"data_3d_{studio}.npz")
    keypoints = read_keypoints_2d(folder / f"data_2d_{studio}_{detections}.npz")
    return poses, keypoints, recordings(poses, keypoints, subjects=list(poses))


def test_human36m_has_its_subjects_actions_cameras_and_gaps(folder):
    poses, keypoints, chosen = of(folder, "h36m", "gt")
    assert list(poses) == ["S1", "S5", "S6", "S7", "S8", "S9", "S11"]
    assert set(keypoints) - set(poses) == {"S2", "S3", "S4"}
    assert len(chosen) == 7 * 15 * 2 - 1
    assert "Directions" not in poses["S11"]
    assert poses["S9"]["Walking 1"].shape == (FRAMES, 32, 3)
    assert [points.shape for points in keypoints["S9"]["Walking 1"]] == [(FRAMES + 3, 17, 2)] * 4


def test_humaneva_has_its_splits_chunks_and_cameras(folder):
    poses, keypoints, chosen = of(folder, "humaneva15", "detectron_pt_coco")
    assert list(poses) == ["Train/S1", "Train/S2", "Train/S3", "Validate/S1", "Validate/S2", "Validate/S3"]
    assert set(keypoints) - set(poses) == {"Unlabeled/S4"}
    assert "Walking 1 chunk0" in poses["Validate/S2"]
    assert poses["Train/S1"]["Box 1 chunk1"].shape == (FRAMES, 15, 3)
    seen = list(views(poses, keypoints, HUMANEVA, chosen))
    assert {view.action_name for view in seen} == {"Walking", "Jog", "ThrowCatch", "Gestures", "Box"}
    assert len(seen) == 3 * len(chosen)


def test_joints_of_human36m_land_on_the_pixels_of_its_files(folder):
    poses, keypoints, chosen = of(folder, "h36m", "gt")
    for view in views(poses, keypoints, HUMAN36M, chosen[::17]):
        assert view.camera.lens is not None
        pixels = project(view.camera.lens, view.joints.astype(np.float64))
        np.testing.assert_allclose(
            normalize_to_width(pixels, view.camera.image_size), view.keypoints, atol=1e-4
        )


def test_joints_of_humaneva_land_on_the_pixels_of_its_files(folder):
    poses, keypoints, chosen = of(folder, "humaneva15", "gt")
    for view in views(poses, keypoints, HUMANEVA, chosen[::7]):
        # The made-up lens: 700 pixels, centred in 640 by 480.
        screen = 700.0 / 320.0 * view.joints[..., :2] / view.joints[..., 2:]
        np.testing.assert_allclose(screen, view.keypoints, atol=1e-4)


@pytest.mark.parametrize(
    ("studio", "detections", "layout"),
    [(s.files, name, layout) for s in tool.STUDIOS.values() for name, layout in s.detections.items()],
)
def test_every_named_detector_is_learnt_from(folder, studio, detections, layout):
    keypoints = read_keypoints_2d(folder / f"data_2d_{studio}_{detections}.npz")
    assert keypoints.layout == layout
    skeleton = LAYOUTS[layout]
    assert len(skeleton) == JOINTS[layout]
    left, right = keypoints.symmetry
    # As sets: the files pair mpii's from hip to ankle on the left and from ankle to hip on the right.
    assert {skeleton.mirrored[joint] for joint in left} == set(right)
    subject = "S1" if studio == "h36m" else "Train/S1"
    data = StudioData(studio=studio, detections=detections, subjects=(subject,), actions=("Walking",))
    source = load_studio(data, folder)
    assert source.layout == layout
    sequences = source.sequences
    assert sequences.input_skeleton is skeleton
    assert sequences.output_skeleton is (H36M_17 if studio == "h36m" else HUMANEVA_15)
    assert sequences.joints.shape == (FRAMES * len(sequences.lengths), JOINTS[layout], 2)
    # Joints that both skeletons name stand at the same place, whatever their order.
    joints = dict(zip(sequences.output_skeleton.names, sequences.targets.swapaxes(0, 1), strict=True))
    shared = [name for name in skeleton.names if name in joints and name.startswith(("left_", "right_"))]
    for one, other in pairwise(shared):
        apart = joints[one][:, :2] - joints[other][:, :2]
        seen = sequences.joints[:, skeleton.index(one)] - sequences.joints[:, skeleton.index(other)]
        far = np.abs(apart) > 0.2
        assert (np.sign(apart)[far] == np.sign(seen)[far]).mean() > 0.95, (one, other)
