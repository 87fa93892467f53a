"""motion.json against the JSON Schema that ships with it."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

from kinelift.body import CameraPose, Human36mDistortion, OpenCVDistortion, Recording
from kinelift.export.motion_json import motion_schema, write_motion_json
from tests.walking import walking_recording


def written(recording: Recording, folder: Path) -> dict[str, Any]:
    write_motion_json(recording, folder / "motion.json")
    return json.loads((folder / "motion.json").read_text("utf-8"))


def validate(document: Any) -> None:
    jsonschema.Draft202012Validator(motion_schema()).validate(document)


def posed(recording: Recording) -> Recording:
    pose = CameraPose(np.array([[1.0, 0.0, 0.0, 0.0]] * 2), np.array([[0.0, 1.5, 0.0]] * 2))
    return replace(
        recording, camera=replace(recording.camera, pose=pose, distortion=Human36mDistortion((0.1, 0.0, 0.0)))
    )


def test_the_schema_is_itself_valid() -> None:
    jsonschema.Draft202012Validator.check_schema(motion_schema())


@pytest.mark.parametrize("people", [0, 1, 3])
def test_what_is_written_meets_the_schema(people: int, tmp_path: Path) -> None:
    validate(written(walking_recording(people), tmp_path))


def test_posed_and_distorted_cameras_meet_the_schema(tmp_path: Path) -> None:
    recording = walking_recording()
    opencv = replace(recording.camera, distortion=OpenCVDistortion((0.1, 0.0, 0.0), (0.01, 0.02)))
    validate(written(replace(recording, camera=opencv), tmp_path))
    validate(written(posed(recording), tmp_path))


def test_the_document_says_what_the_numbers_are(tmp_path: Path) -> None:
    document = written(walking_recording(), tmp_path)
    assert document["skeleton"]["names"][0] == "pelvis"
    assert document["units"]["length"] == "metre"
    assert document["camera"]["source"].startswith("assumed: 60 degrees")
    assert (
        document["n_frames"] == len(document["times_seconds"]) == len(document["people"][0]["joints"]) == 90
    )


def test_what_is_not_known_is_null(tmp_path: Path) -> None:
    (person,) = written(walking_recording(), tmp_path)["people"]
    assert person["reprojection_px"][45] is None
    assert person["expected_error_m"][45] == [None] * 17
    assert person["keypoints_px"][45][0] == [None, None]
    assert person["observed"][45] is False
    assert person["root"] == [row[0] for row in person["joints"]]


def test_a_frame_is_a_line_and_numbers_have_no_needless_digits(tmp_path: Path) -> None:
    write_motion_json(walking_recording(), tmp_path / "motion.json")
    lines = (tmp_path / "motion.json").read_text("utf-8").splitlines()
    assert len(lines) > 5 * 90
    numbers = [number for line in lines if line.startswith("[") for number in re.split(r"[\[\],]+", line)]
    assert max(map(len, numbers)) <= len("1234.56")


@pytest.mark.parametrize("key", ["fps", "people", "camera", "world_from_camera", "skeleton"])
def test_the_schema_refuses_a_document_without(key: str, tmp_path: Path) -> None:
    document = written(walking_recording(), tmp_path)
    del document[key]
    with pytest.raises(jsonschema.ValidationError, match=key):
        validate(document)


def test_people_of_different_skeletons_are_refused(tmp_path: Path) -> None:
    recording = walking_recording(2)
    first, second = recording.people
    other = replace(second.motion, skeleton=replace(second.motion.skeleton, name="mine"))
    with pytest.raises(ValueError, match=r"one motion skeleton a file, got h36m_17, mine"):
        write_motion_json(
            replace(recording, people=(first, replace(second, motion=other))), tmp_path / "motion.json"
        )
    assert not list(tmp_path.iterdir())
