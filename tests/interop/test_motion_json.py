"""motion.json: written, read back, and refused when it is not whole."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kinelift.body import CameraPose, GroundKnowledge, Human36mDistortion, OpenCVDistortion, Recording
from kinelift.body.camera_motion import CameraMotion
from kinelift.body.stature import Stature
from kinelift.export.motion_json import write_motion_json
from kinelift.interop.motion_json import read_recording
from tests.walking import walking_recording


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write_motion_json(walking_recording(2), tmp_path / "motion.json")
    return tmp_path / "motion.json"


def test_what_is_written_is_read_back_to_its_digits(path: Path) -> None:
    recording, loaded = walking_recording(2), read_recording(path)
    assert (loaded.fps, loaded.image_size, loaded.camera) == (
        recording.fps,
        recording.image_size,
        recording.camera,
    )
    np.testing.assert_array_equal(loaded.world_from_camera, recording.world_from_camera)
    np.testing.assert_allclose(loaded.times_seconds, recording.times_seconds, atol=1e-6)
    for person, original in zip(loaded.people, recording.people, strict=True):
        assert person.id == original.id
        assert person.motion.skeleton == original.motion.skeleton
        assert person.keypoints.skeleton == original.keypoints.skeleton
        np.testing.assert_allclose(person.motion.joints, original.motion.joints, atol=5.1e-5)
        np.testing.assert_array_equal(person.motion.observed, original.motion.observed)
        np.testing.assert_allclose(person.motion.scores, original.motion.scores, atol=5.1e-4)
        np.testing.assert_allclose(person.keypoints.points_px, original.keypoints.points_px, atol=5.1e-3)
        np.testing.assert_allclose(
            person.quality.reprojection_px, original.quality.reprojection_px, atol=5.1e-3
        )
        np.testing.assert_allclose(
            person.quality.expected_error_m, original.quality.expected_error_m, atol=5.1e-5
        )
        assert person.quality.spans == original.quality.spans


def test_spans_are_told_in_frames_and_in_seconds_of_the_source(tmp_path: Path) -> None:
    recording = walking_recording()
    later = replace(recording, times_seconds=recording.times_seconds + 2.0)
    write_motion_json(later, tmp_path / "motion.json")
    spans = json.loads((tmp_path / "motion.json").read_text())["people"][0]["quality_spans"]
    assert spans[1] == {
        "kind": "doubtful",
        "start_frame": 20,
        "stop_frame": 30,
        "start_seconds": 2.666667,
        "stop_seconds": 3.0,
        "because": ["expected error"],
    }


def _with(recording: Recording, **changes: Any) -> Recording:
    """Change a recording, and its people's stature."""
    stature = changes.pop("stature")
    people = tuple(replace(person, stature=stature) for person in recording.people)
    return replace(recording, people=people, **changes)


@pytest.mark.parametrize(
    "told",
    [
        {
            "ground": GroundKnowledge("found", 3.25, 0.04),
            "camera_motion": CameraMotion("turned", 12.5, 1.3),
            "stature": Stature.guessed(1.7),
        },
        {
            "ground": GroundKnowledge("given", 0.0, 0.0),
            "camera_motion": CameraMotion("moved", 7.0, 1.0),
            "stature": Stature.given(1.82),
        },
        {"ground": GroundKnowledge(), "camera_motion": CameraMotion(), "stature": None},
    ],
)
def test_what_is_known_of_ground_camera_and_stature_is_read_back(
    tmp_path: Path, told: dict[str, Any]
) -> None:
    write_motion_json(_with(walking_recording(), **told), tmp_path / "motion.json")
    loaded = read_recording(tmp_path / "motion.json")
    assert loaded.ground.source == told["ground"].source
    for name in ("gravity_error_degrees", "floor_error_m"):
        wanted = getattr(told["ground"], name)
        assert getattr(loaded.ground, name) == pytest.approx(wanted, abs=1e-3, nan_ok=True)
    assert loaded.camera_motion == told["camera_motion"]
    assert loaded.people[0].stature == told["stature"]


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("ground", {"source": "guessed"}, "ground: a source of given, found, assumed expected"),
        ("ground", {"source": "found"}, "gravity_error_degrees"),
        (
            "camera_motion",
            {"kind": "shaken"},
            "camera_motion: a kind of still, turned, moved, unknown expected",
        ),
        ("camera_motion", [], "camera_motion"),
    ],
)
def test_what_is_said_wrongly_of_ground_and_camera_is_refused(
    path: Path, key: str, value: Any, said: str
) -> None:
    document = json.loads(path.read_text("utf-8"))
    document[key] = value
    path.write_text(json.dumps(document))
    with pytest.raises(ValueError, match=said):
        read_recording(path)


def test_of_files_from_before_spans_none_are_known(path: Path) -> None:
    document = json.loads(path.read_text("utf-8"))
    for person in document["people"]:
        del person["quality_spans"]
    path.write_text(json.dumps(document))
    assert [person.quality.spans for person in read_recording(path).people] == [(), ()]


def test_of_files_from_before_expected_errors_none_are_known(path: Path) -> None:
    document = json.loads(path.read_text("utf-8"))
    for person in document["people"]:
        del person["expected_error_m"]
    path.write_text(json.dumps(document))
    for person in read_recording(path).people:
        assert person.quality.expected_error_m.shape == (90, 17)
        assert np.isnan(person.quality.expected_error_m).all()


def test_expected_errors_of_other_joints_are_refused(path: Path) -> None:
    document = json.loads(path.read_text("utf-8"))
    document["people"][0]["expected_error_m"].pop()
    path.write_text(json.dumps(document))
    with pytest.raises(ValueError, match=r"expected_error_m: shape \(90, 17\) expected, got \(89, 17\)"):
        read_recording(path)


def test_reading_and_writing_again_changes_no_byte(path: Path, tmp_path: Path) -> None:
    write_motion_json(read_recording(path), tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == path.read_bytes()


def test_cameras_with_distortion_and_pose_come_back(tmp_path: Path) -> None:
    recording = walking_recording()
    for camera in (
        replace(recording.camera, distortion=OpenCVDistortion((0.1, 0.2, 0.3), (0.4, 0.5))),
        replace(recording.camera, distortion=Human36mDistortion((0.1, 0.2, 0.3), (0.4, 0.5))),
    ):
        write_motion_json(replace(recording, camera=camera), tmp_path / "motion.json")
        assert read_recording(tmp_path / "motion.json").camera == camera
    pose = CameraPose(np.array([1.0, 0.0, 0.0, 0.0]), np.array([0.1, 1.5, 0.0]))
    posed = replace(recording, camera=replace(recording.camera, pose=pose))
    write_motion_json(posed, tmp_path / "motion.json")
    loaded = read_recording(tmp_path / "motion.json").camera.pose
    assert loaded is not None
    np.testing.assert_array_equal(loaded.orientation, pose.orientation)
    np.testing.assert_array_equal(loaded.translation, pose.translation)


def test_a_recording_of_nobody_comes_back(tmp_path: Path) -> None:
    write_motion_json(walking_recording(0), tmp_path / "motion.json")
    assert read_recording(tmp_path / "motion.json").people == ()


def test_a_score_too_small_for_its_digits_is_not_taken_for_unseen(tmp_path: Path) -> None:
    recording = walking_recording()
    (person,) = recording.people
    keypoints = replace(person.keypoints, scores=np.full_like(person.keypoints.scores, 1e-5))
    write_motion_json(
        replace(recording, people=(replace(person, keypoints=keypoints),)), tmp_path / "motion.json"
    )
    loaded = read_recording(tmp_path / "motion.json").people[0].keypoints
    np.testing.assert_array_equal(loaded.seen, keypoints.seen)


def test_a_failing_write_leaves_the_old_file(path: Path) -> None:
    before, recording = path.read_bytes(), walking_recording()
    with pytest.raises(ValueError, match="Out of range float values"):
        write_motion_json(replace(recording, world_from_camera=np.full((4, 4), np.nan)), path)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_a_missing_file_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"motion\.json: no such file"):
        read_recording(tmp_path / "motion.json")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="is a folder"):
        read_recording(tmp_path)


@pytest.mark.parametrize("kept", [0.0, 0.01, 0.5, 0.999])
def test_a_truncated_file_is_refused(path: Path, kept: float) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[: int(kept * len(whole))])
    with pytest.raises(ValueError, match=r"motion\.json: not readable as JSON"):
        read_recording(path)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"[" * 100_000, b'{"fps": NaN}', b"HIERARCHY"])
def test_what_is_not_json_is_refused(content: bytes, path: Path) -> None:
    path.write_bytes(content)
    with pytest.raises(ValueError, match="not readable as JSON"):
        read_recording(path)


@pytest.mark.parametrize("content", ["[]", "null", '{"version": 1.3, "people": []}'])
def test_foreign_json_is_refused(content: str, path: Path) -> None:
    path.write_text(content)
    with pytest.raises(ValueError, match=r"not a motion\.json of kinelift"):
        read_recording(path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d.update(schema_version=2), "schema version 2, and this kinelift reads up to 1; upgrade"),
        (lambda d: d.pop("fps"), "fps: missing"),
        (lambda d: d.update(fps="fast"), "fps: not an array of numbers"),
        (lambda d: d.update(people={}), "people: list expected, got dict"),
        (lambda d: d.update(people=[3]), "people: a list of objects"),
        (lambda d: d.update(camera=None), "camera: dict expected"),
        (lambda d: d.update(world_from_camera=[1]), r"world_from_camera: shape \(4, 4\) expected"),
        (lambda d: d["skeleton"].update(parents=["a"]), "skeleton: names are texts"),
        (
            lambda d: d["camera"].update(
                distortion={"model": "x", "radial": [0, 0, 0], "tangential": [0, 0]}
            ),
            "'x'",
        ),
        (lambda d: d["people"][0].update(frame="moon"), "frame"),
        (lambda d: d["people"][0]["quality_spans"].pop(), "each is to begin where the one before ends"),
        (lambda d: d["people"][0]["quality_spans"].append(3), "quality_spans: a list of objects"),
        (lambda d: d["people"][0]["quality_spans"][0].pop("because"), "because: list expected"),
        (lambda d: d["people"][0]["quality_spans"][0].update(kind="fine"), "one of observed, infilled"),
        (lambda d: d["people"][0]["quality_spans"][0].update(because=[[]]), "doubts among"),
        (lambda d: d["people"][0].update(quality_spans={"a": 1}), "quality_spans: a list"),
        (lambda d: d["people"][0]["joints"][3].pop(), "joints: not an array of numbers"),
        (lambda d: d["people"][0]["joints"].pop(), r"joints: shape \(90, 17, 3\) expected, got \(89"),
        (lambda d: d["people"][0].update(observed=[1] * 90), "observed: not an array"),
        (lambda d: d["times_seconds"].pop(), "90 frames, but the recording has 89"),
    ],
)
def test_contradictions_are_named(change: Any, message: str, path: Path) -> None:
    document = json.loads(path.read_text())
    change(document)
    path.write_text(json.dumps(document))
    with pytest.raises(ValueError, match=message) as raised:
        read_recording(path)
    assert str(path) in str(raised.value)
