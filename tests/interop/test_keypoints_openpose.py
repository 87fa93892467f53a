"""OpenPose's JSON, written by the test as OpenPose's doc/02_output.md describes it."""

import json

import numpy as np
import pytest

import kinelift as kl
from tests.interop.scenes import SIZE, Scene, assert_read

SAID = {"fps": 30, "image_size": SIZE}


def document(people: list[list[float]], ids: list[int] | None = None) -> dict:
    """Return what OpenPose writes for one frame."""
    return {
        "version": 1.3,
        "people": [
            {
                "person_id": [-1 if ids is None else ids[at]],
                "pose_keypoints_2d": keypoints,
                "face_keypoints_2d": [],
                "hand_left_keypoints_2d": [],
                "hand_right_keypoints_2d": [],
                "pose_keypoints_3d": [],
            }
            for at, keypoints in enumerate(people)
        ],
    }


def write_folder(folder, scene, *, left_out=(), empty=(), ids=False, scale=lambda values: values):
    """Write a file a frame, people in an order that changes from frame to frame."""
    folder.mkdir()
    for frame in range(scene.frames):
        people = [person for at, person in scene.everybody() if at == frame and frame not in empty]
        values = [scale(scene.flat(person, frame)) for person in people]
        if frame not in left_out:
            text = json.dumps(document(values, people if ids else None))
            (folder / f"clip_{frame:012d}_keypoints.json").write_text(text)
    return folder


@pytest.mark.parametrize("skeleton", [kl.BODY_25, kl.COCO_18], ids=lambda s: s.name)
def test_a_folder_of_frames_is_a_clip(skeleton, tmp_path):
    scene = Scene(skeleton)
    assert_read(kl.read_keypoints(write_folder(tmp_path / "out", scene), **SAID), scene)


def test_people_without_identities_are_told_apart_by_their_places(tmp_path, caplog):
    scene = Scene(kl.BODY_25, people=3)
    with caplog.at_level("INFO", logger="kinelift"):
        people = kl.read_people(write_folder(tmp_path / "out", scene), **SAID)
    assert len(people) == 3
    by_place = sorted(people.values(), key=lambda keypoints: keypoints.points_px[0, 0, 0])
    for person, read in enumerate(by_place):
        assert_read(read, scene, person)
    assert "3 people told apart by their places" in caplog.text
    assert "read as OpenPose's JSON, keypoints taken for body_25" in caplog.text


def test_identities_of_the_file_are_kept(tmp_path):
    scene = Scene(kl.BODY_25, people=2)
    people = kl.read_people(write_folder(tmp_path / "out", scene, ids=True), **SAID)
    assert list(people) == [0, 1]
    for person, read in people.items():
        assert_read(read, scene, person)


def test_frames_without_a_file_and_without_anybody_are_gaps(tmp_path):
    scene = Scene(kl.COCO_18)
    read = kl.read_keypoints(write_folder(tmp_path / "out", scene, left_out=(3, 4), empty=(7,)), **SAID)
    assert len(read) == scene.frames
    gaps = ~read.seen.any(-1)
    assert np.flatnonzero(gaps).tolist() == [3, 4, 7]
    assert np.isnan(read.points_px[gaps]).all()


def test_a_keypoint_that_was_not_found_is_missing(tmp_path):
    scene = Scene(kl.BODY_25)

    def without_nose(values):
        return [0.0, 0.0, 0.0, *values[3:]]

    read = kl.read_keypoints(write_folder(tmp_path / "out", scene, scale=without_nose), **SAID)
    assert (~read.seen).sum(0).tolist() == [scene.frames] + [0] * 24
    assert np.isnan(read.points_px[:, 0]).all()


@pytest.mark.parametrize("lowest", [0, -1], ids=["keypoint_scale 3", "keypoint_scale 4"])
def test_shares_of_the_image_become_pixels(lowest, tmp_path, caplog):
    scene = Scene(kl.BODY_25)

    def share(values):
        shares = np.array(values).reshape(-1, 3)
        shares[:, :2] /= SIZE
        shares[:, :2] = shares[:, :2] * (1 - lowest) + lowest
        return shares.ravel().tolist()

    folder = write_folder(tmp_path / "out", scene, scale=share)
    with caplog.at_level("INFO", logger="kinelift"):
        assert_read(kl.read_keypoints(folder, **SAID), scene, atol=0.01)
    assert "its points are shares of the image" in caplog.text
    with pytest.raises(ValueError, match="image_size="):
        kl.read_keypoints(folder, fps=30)


def test_alphaposes_formats_open_and_cmu_are_one_file_by_image(tmp_path):
    scene = Scene(kl.COCO_18)
    images = {f"{frame}.jpg": document([scene.flat(0, frame)]) for frame in range(scene.frames)}
    (tmp_path / "open.json").write_text(json.dumps(images))
    assert_read(kl.read_keypoints(tmp_path / "open.json", **SAID), scene)
    bodies = {
        f"{frame}.jpg": {"version": "AlphaPose v0.3", "bodies": [{"joints": scene.flat(0, frame)}]}
        for frame in range(scene.frames)
    }
    (tmp_path / "cmu.json").write_text(json.dumps(bodies))
    assert_read(kl.read_keypoints(tmp_path / "cmu.json", **SAID), scene)


def test_a_single_file_is_a_clip_of_one_frame(tmp_path):
    scene = Scene(kl.BODY_25, frames=1)
    (tmp_path / "image_keypoints.json").write_text(json.dumps(document([scene.flat(0, 0)])))
    assert_read(kl.read_keypoints(tmp_path / "image_keypoints.json", **SAID), scene)


def test_a_layout_that_is_not_openposes_is_refused_with_the_choices(tmp_path):
    (tmp_path / "mpi.json").write_text(json.dumps(document([[1.0, 2.0, 0.5] * 15])))
    with pytest.raises(
        ValueError, match=r"none that kinelift knows has 15 joints: .*body_25 \(25\), coco_17 \(17\)"
    ):
        kl.read_keypoints(tmp_path / "mpi.json", **SAID)
    (tmp_path / "coco.json").write_text(json.dumps(document([[100.0, 200.0, 0.5] * 17])))
    with pytest.raises(ValueError, match="say it with skeleton=, one of coco_17, h36m_17, mpi_inf_3dhp_17"):
        kl.read_keypoints(tmp_path / "coco.json", **SAID)
    assert kl.read_keypoints(tmp_path / "coco.json", **SAID, skeleton="coco_17").skeleton == kl.COCO_17


def test_files_of_two_clips_in_one_folder_are_refused(tmp_path):
    write_folder(tmp_path / "out", Scene(kl.BODY_25))
    (tmp_path / "out" / "other_000000000000_keypoints.json").write_text(json.dumps(document([])))
    with pytest.raises(
        ValueError, match=r"frames of several videos \(clip_..._keypoints, other_..._keypoints\)"
    ):
        kl.read_keypoints(tmp_path / "out", **SAID)


@pytest.mark.parametrize(
    ("people", "reason"),
    [
        ([{"pose_keypoints_2d": [1, 2]}], "frame 0, pose_keypoints_2d: x, y and score of each keypoint"),
        ([{"pose_keypoints_2d": ["a", 2, 3]}], "lists of numbers of one length expected"),
        ([{"pose_keypoints_2d": [1, 2, 0.5] * 25}, {"id": 1}], "pose_keypoints_2d of each person expected"),
        (
            [{"pose_keypoints_2d": [1, 2, 0.5] * n} for n in (18, 25)],
            r"as many keypoints of everybody .* \[18, 25\]",
        ),
        ([{"pose_keypoints_2d": []}], "nobody was found in any frame"),
    ],
)
def test_what_is_not_whole_is_refused_with_the_file(people, reason, tmp_path):
    (tmp_path / "frame.json").write_text(json.dumps({"version": 1.3, "people": people}))
    with pytest.raises(ValueError, match=reason) as refusal:
        kl.read_keypoints(tmp_path / "frame.json", **SAID)
    assert str(tmp_path / "frame.json") in str(refusal.value)
