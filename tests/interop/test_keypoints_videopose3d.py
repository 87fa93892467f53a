"""VideoPose3D's and Detectron's files are keypoints to lift like any others."""

import numpy as np
import pytest

import kinelift as kl
from kinelift.interop.keypoint_layouts import MPII_16
from tests.interop.hostile import write_npz
from tests.interop.test_videopose3d import detectron, write_detectron

COCO = {"layout_name": "coco", "num_joints": 17, "keypoints_symmetry": [[1, 3], [2, 4]]}
POINTS = np.random.default_rng(0).uniform(0, 300, (5, 17, 2)).astype(np.float32)


def custom(path, **videos):
    """Write what prepare_data_2d_custom.py leaves: videos by name."""
    metadata = {**COCO, "video_metadata": {name: {"w": 640, "h": 360} for name in videos}}
    return write_npz(
        path, positions_2d={name: {"custom": [points]} for name, points in videos.items()}, metadata=metadata
    )


def test_ones_own_video_is_read_as_it_is(tmp_path):
    keypoints = kl.read_keypoints(custom(tmp_path / "data_2d_custom_mine.npz", walk=POINTS), fps=25)
    np.testing.assert_array_equal(keypoints.points_px, POINTS)
    assert keypoints.image_size == (640, 360)
    assert keypoints.skeleton is kl.COCO_17
    assert (keypoints.scores == 1).all()


def test_the_rate_is_asked_for_by_name(tmp_path):
    with pytest.raises(ValueError, match="holds no frame rate; say it with fps="):
        kl.read_keypoints(custom(tmp_path / "k.npz", walk=POINTS))


def test_of_several_videos_one_is_chosen(tmp_path):
    path = custom(tmp_path / "k.npz", walk=POINTS, run=POINTS + 100)
    choices = r"holds several videos \(0: walk, 1: run\); choose one with person="
    with pytest.raises(ValueError, match=choices):
        kl.read_keypoints(path, fps=25)
    with pytest.raises(ValueError, match=choices):
        kl.read_people(path, fps=25)
    np.testing.assert_array_equal(kl.read_keypoints(path, fps=25, person=1).points_px, POINTS + 100)
    with pytest.raises(ValueError, match=r"person 2 is not in it; person= may be 0: walk, 1: run"):
        kl.read_keypoints(path, fps=25, person=2)


def test_a_data_sets_recording_is_chosen_among_many(tmp_path):
    metadata = {"layout_name": "mpii", "num_joints": 16, "keypoints_symmetry": [[3, 4], [0, 1]]}
    views = [POINTS[:, :16] + camera for camera in range(4)]
    path = write_npz(
        tmp_path / "data_2d_h36m_sh_pt_mpii.npz",
        positions_2d={"S9": {"Walking": views, "Photo 1": views, "Eating": views}},
        metadata=metadata,
    )
    said = r"0: S9 Walking, camera 0, .* 7: S9 Photo 1, camera 3 and 4 more\); choose one"
    with pytest.raises(ValueError, match=said):
        kl.read_keypoints(path, fps=50, image_size=(1000, 1002))
    with pytest.raises(ValueError, match="holds no image size; say it with image_size="):
        kl.read_keypoints(path, fps=50, person=6)
    found = kl.read_keypoints(path, fps=50, image_size=(1000, 1002), person=6)
    np.testing.assert_array_equal(found.points_px, views[2])
    assert found.skeleton is MPII_16


def test_where_detectron_found_nobody_keypoints_are_missing(tmp_path):
    boxes, people = detectron([[(0.5, 1.0), (0.9, 10.0)], [], [(0.8, 30.0)]])
    path = write_detectron(tmp_path / "walk.mp4.npz", boxes, people, {"w": 640, "h": 360})
    keypoints = kl.read_keypoints(path, fps=30)
    assert keypoints.image_size == (640, 360)
    np.testing.assert_array_equal(keypoints.points_px[[0, 2], 3, 0], [10.0, 30.0])
    assert np.isnan(keypoints.points_px[1]).all()
    assert list(keypoints.scores.any(1)) == [True, False, True]


def test_damaged_files_are_named(tmp_path):
    whole = custom(tmp_path / "k.npz", walk=POINTS).read_bytes()
    (tmp_path / "cut.npz").write_bytes(whole[:-40])
    with pytest.raises(ValueError, match=r"cut\.npz: not a readable \.npz"):
        kl.read_keypoints(tmp_path / "cut.npz", fps=30)
    path = write_detectron(
        tmp_path / "d.npz", np.array(None, object), np.array(None, object), {"w": 1, "h": 1}
    )
    with pytest.raises(ValueError, match=r"d\.npz: boxes: a list expected, got NoneType"):
        kl.read_keypoints(path, fps=30)


def test_the_golden_file_of_ones_own_video(shared):
    keypoints = kl.read_keypoints(shared / "golden" / "data_2d_custom_mine.npz", fps=30)
    assert keypoints.points_px.shape == (40, 17, 2)
    assert keypoints.image_size == (640, 360)
