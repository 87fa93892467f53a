"""VideoPose3D's data files come out as they are."""

import numpy as np
import pytest

from kinelift.interop.detectron import keypoints_of_detectron
from kinelift.interop.videopose3d import read_keypoints_2d, read_poses_3d
from tests.interop.hostile import small_detections, small_poses, write_npz


def test_poses_come_out_by_subject_and_action(tmp_path):
    poses = read_poses_3d(write_npz(tmp_path / "p.npz", positions_3d=small_poses()))
    assert list(poses) == ["S1"]
    assert list(poses["S1"]) == ["Walking", "Eating 1"]
    np.testing.assert_array_equal(poses["S1"]["Walking"], small_poses()["S1"]["Walking"])
    assert repr(poses) == "Poses3D(1 subjects, 2 sequences)"


@pytest.mark.parametrize(
    ("layout", "joints", "symmetry"),
    [
        ("h36m", 17, [[4, 5, 6, 11, 12, 13], [1, 2, 3, 14, 15, 16]]),
        ("coco", 17, [[1, 3, 5], [2, 4, 6]]),
        ("mpii", 16, [[3, 4, 5, 13, 14, 15], [0, 1, 2, 10, 11, 12]]),
        ("humaneva15", 15, [[2, 3, 4, 8, 9, 10], [5, 6, 7, 11, 12, 13]]),
    ],
)
def test_keypoints_of_every_layout_come_out_with_their_symmetry(tmp_path, layout, joints, symmetry):
    points = np.random.default_rng(0).uniform(0, 1000, (4, joints, 2))
    metadata = {"layout_name": layout, "num_joints": joints, "keypoints_symmetry": symmetry}
    path = write_npz(
        tmp_path / "k.npz", positions_2d={"S1": {"Box 1 chunk0": [points] * 3}}, metadata=metadata
    )
    keypoints = read_keypoints_2d(path)
    assert keypoints.layout == layout
    assert [list(side) for side in keypoints.symmetry] == symmetry
    assert len(keypoints["S1"]["Box 1 chunk0"]) == 3
    np.testing.assert_allclose(keypoints["S1"]["Box 1 chunk0"][1], points, rtol=1e-6)


def test_videos_of_ones_own_say_their_sizes(tmp_path):
    content = small_detections()
    metadata = {**content["metadata"], "video_metadata": {"clip.mp4": {"w": 640, "h": 360, "fps": 25.0}}}  # pyright: ignore
    positions = {"clip.mp4": {"custom": [np.ones((3, 17, 2), np.float32)]}}
    keypoints = read_keypoints_2d(write_npz(tmp_path / "k.npz", positions_2d=positions, metadata=metadata))
    assert keypoints.image_sizes == {"clip.mp4": (640, 360)}
    assert keypoints["clip.mp4"]["custom"][0].shape == (3, 17, 2)


def detectron(frames):
    """Lay out what Detectron writes: background and people in each frame."""
    boxes, keypoints = np.empty((len(frames), 2), object), np.empty((len(frames), 2), object)
    for row, people in enumerate(frames):
        boxes[row, 0], keypoints[row, 0] = [], []
        boxes[row, 1] = np.array([[0, 0, 9, 9, score] for score, _ in people], np.float32) if people else []
        keypoints[row, 1] = [np.vstack([np.full((2, 17), at), np.ones((2, 17))]) for _, at in people]
    return boxes, keypoints


def write_detectron(path, boxes, keypoints, metadata):
    np.savez(
        path,
        boxes=boxes,
        keypoints=keypoints,
        segments=np.array(None, object),
        metadata=np.array(metadata, object),
    )
    return path


def test_of_detectrons_people_the_best_is_kept_and_gaps_are_lines(tmp_path):
    boxes, keypoints = detectron([[(0.5, 1.0), (0.9, 10.0)], [], [(0.8, 30.0)], []])
    path = write_detectron(tmp_path / "walk.mp4.npz", boxes, keypoints, {"w": 640, "h": 360})
    found = read_keypoints_2d(path)
    assert found.layout == "coco"
    assert found.image_sizes == {"walk.mp4": (640, 360)}
    (points,) = found["walk.mp4"]["custom"]
    np.testing.assert_allclose(points[:, 5, 0], [10.0, 20.0, 30.0, 30.0])


def test_a_detectron_file_without_anybody_is_refused(tmp_path):
    path = write_detectron(tmp_path / "a.npz", *detectron([[], []]), {"w": 640, "h": 360})
    with pytest.raises(ValueError, match=r"a\.npz: nobody was found in any frame"):
        read_keypoints_2d(path)


def test_wrong_files_say_what_they_hold(tmp_path):
    path = write_npz(tmp_path / "p.npz", positions_3d=small_poses())
    with pytest.raises(
        ValueError, match=r"no positions_2d in it, nor boxes and keypoints; it holds positions_3d"
    ):
        read_keypoints_2d(path)
    path = write_npz(tmp_path / "k.npz", b"", b"", **small_detections())
    with pytest.raises(ValueError, match=r"no positions_3d in it; it holds metadata, positions_2d"):
        read_poses_3d(path)
    path = write_npz(tmp_path / "s.npz", positions_3d={"S1": {"Walking": np.ones((4, 32))}})
    with pytest.raises(
        ValueError, match=r"S1, Walking: an array of shape \(any, any, 3\) expected, got \(4, 32\)"
    ):
        read_poses_3d(path)
    with pytest.raises(ValueError, match=r": is a folder; name the file in it"):
        read_poses_3d(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"none\.npz: no such file"):
        read_poses_3d(tmp_path / "none.npz")


@pytest.mark.parametrize(
    ("points", "symmetry", "said"),
    [
        (
            [np.ones((2, 17, 2)), np.ones((2, 16, 2))],
            [[4], [1]],
            r"as many keypoints in every recording .*\[16, 17\]",
        ),
        ([np.ones((2, 17, 1))], [[4], [1]], r"S1, Walking, camera 0: x and y of each keypoint expected"),
        ([np.ones((2, 17, 2))], [[40], [1]], r"keypoints_symmetry: joints from 0 to 16 expected"),
        ([np.ones((2, 17, 2))], [[4], [1, 2]], r"as many joints on the left as on the right"),
        ("soon", [[4], [1]], r"positions_2d, S1, Walking: a list expected, got str 'soon'"),
    ],
)
def test_keypoints_that_do_not_fit_together_are_refused(tmp_path, points, symmetry, said):
    metadata = {"layout_name": "h36m", "num_joints": 17, "keypoints_symmetry": symmetry}
    path = write_npz(tmp_path / "k.npz", positions_2d={"S1": {"Walking": points}}, metadata=metadata)
    with pytest.raises(ValueError, match=said):
        read_keypoints_2d(path)


def test_scores_beside_the_pixels_are_left_out(tmp_path):
    content = {**small_detections(), "positions_2d": {"S1": {"Walking": [np.ones((2, 17, 3))]}}}
    assert read_keypoints_2d(write_npz(tmp_path / "k.npz", **content))["S1"]["Walking"][0].shape == (2, 17, 2)


def test_the_detectors_scores_are_one_half_where_it_begins_to_draw():
    person = np.zeros((1, 4, 17), np.float32)
    person[0, 2, 0], person[0, 2, 1], person[0, 2, 2:] = 2.0, 9.0, -5.0
    frames = np.empty((1, 2), object)
    frames[0, 0], frames[0, 1] = [], np.ones((1, 5), np.float32)
    people = frames.copy()
    people[0, 1] = person
    scores = keypoints_of_detectron({"boxes": frames, "keypoints": people}).scores[0]
    assert scores[0] == pytest.approx(0.5)
    assert scores[1] > 0.99
    assert scores[2] < 0.01
    person[0, 2], person[0, 3] = 0.0, 0.05
    assert keypoints_of_detectron({"boxes": frames, "keypoints": people}).scores[0] == pytest.approx(
        np.full(17, 0.5)
    )


def test_a_network_with_soft_argmax_says_places_twice_and_the_finer_is_taken():
    person = np.zeros((1, 6, 17), np.float32)
    person[0, :2], person[0, 4:] = 10.0, 10.4
    frames, people = np.empty((1, 2), object), np.empty((1, 2), object)
    frames[0, 0], people[0, 0] = [], []
    frames[0, 1], people[0, 1] = np.ones((1, 5), np.float32), person
    found = keypoints_of_detectron({"boxes": frames, "keypoints": people})
    np.testing.assert_allclose(found.points_px, 10.4)


def test_golden_files(shared):
    poses = read_poses_3d(shared / "golden" / "data_3d_h36m.npz")
    keypoints = read_keypoints_2d(shared / "golden" / "data_2d_h36m_gt.npz")
    assert {s: list(a) for s, a in poses.items()} == {s: list(a) for s, a in keypoints.items()}
    assert poses["S9"]["Walking 1"].shape == (30, 32, 3)
    assert [points.shape for points in keypoints["S9"]["Walking 1"]] == [(33, 17, 2)] * 4
    own = read_keypoints_2d(shared / "golden" / "data_2d_custom_mine.npz")
    assert own.image_sizes == {"clip.mp4": (640, 360)}
    plain = np.load(shared / "golden" / "data_3d_h36m.npz", allow_pickle=True)["positions_3d"].item()
    np.testing.assert_array_equal(poses["S1"]["Walking"], plain["S1"]["Walking"])
