"""kinelift lift on VideoPose3D's and Detectron's files."""

import numpy as np
import pytest

import kinelift as kl
from tests.interop.hostile import write_npz
from tests.interop.test_videopose3d import write_detectron
from tests.walking import walking_person


@pytest.fixture
def videos(tmp_path):
    """Write a file of two videos, one of them a walk; return it with the walk."""
    walk = walking_person(0, 60).keypoints
    positions = {name: {"custom": [points.astype(np.float32)]} for name, points in
                 (("other.mp4", walk.points_px[:7] / 2), ("walk.mp4", walk.points_px))}  # fmt: skip
    metadata = {
        "layout_name": "coco",
        "num_joints": 17,
        "keypoints_symmetry": [[1, 3], [2, 4]],
        "video_metadata": {"other.mp4": {"w": 640, "h": 360}, "walk.mp4": {"w": 1280, "h": 720}},
    }
    return write_npz(tmp_path / "data_2d_custom_mine.npz", positions_2d=positions, metadata=metadata), walk


def test_one_of_its_videos_is_lifted_and_what_the_file_is_said_aloud(kinelift, videos, tmp_path):
    path, walk = videos
    run = kinelift("lift", path, "-o", tmp_path / "out", "--fps", 30, "--person", 1)
    assert run.code == 0, run.err
    assert "read as VideoPose3D's keypoints, layout coco" in run.err
    (person,) = kl.read_recording(tmp_path / "out" / "motion.json").people
    assert person.keypoints.image_size == (1280, 720)
    assert len(person.motion) == len(walk)


def test_what_the_file_does_not_say_is_asked_for(kinelift, videos, tmp_path):
    path, _ = videos
    for missing, said in (
        (("--fps", 30), "holds several videos (0: other.mp4, 1: walk.mp4); choose one with --person."),
        (("--person", 1), "holds no frame rate; say it with --fps,"),
    ):
        run = kinelift("lift", path, "-o", tmp_path / "out", *missing)
        assert run.code == 1
        assert said in run.err


def test_what_detectron_wrote_is_lifted(kinelift, tmp_path):
    walk = walking_person(0, 60).keypoints
    boxes, people = np.empty((60, 2), object), np.empty((60, 2), object)
    for frame, points in enumerate(walk.points_px):
        rows = np.concatenate([points.T, np.full((1, 17), 9.0), np.full((1, 17), 0.2)])[None]
        boxes[frame, 0], people[frame, 0] = [], []
        boxes[frame, 1] = np.array([[0, 0, 9, 9, 0.99]], np.float32)
        people[frame, 1] = rows.astype(np.float32)
    boxes[20:23, 1] = people[20:23, 1] = [[]]
    path = write_detectron(tmp_path / "walk.mp4.npz", boxes, people, {"w": 1280, "h": 720})
    run = kinelift("lift", path, "-o", tmp_path / "out", "--fps", 30, "--only", "npz")
    assert run.code == 0, run.err
    assert "read as Detectron's keypoints, of each frame the best person" in run.err
    motion = kl.load_motion(tmp_path / "out" / "motion.npz")
    assert len(motion) == 60
    assert motion.observed[:20].mean() > 0.7
