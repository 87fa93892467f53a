"""MediaPipe's landmarks in the shapes that people dump them in."""

import json
from typing import Any

import numpy as np
import pytest

import kinelift as kl
from tests.interop.scenes import SIZE, Scene, assert_read

SAID = {"fps": 30, "image_size": SIZE}
SCENE = Scene(kl.BLAZEPOSE_33)


def landmarks(frame: int, scene: Scene = SCENE, person: int = 0) -> list[dict]:
    """Return a body as NormalizedLandmarks."""
    shares, scores = scene.points_px[person, frame] / SIZE, scene.scores[person, frame]
    return [
        {"x": float(x), "y": float(y), "z": -0.3, "visibility": float(s)}
        for (x, y), s in zip(shares, scores, strict=True)
    ]


def flat(frame: int) -> list[list[float]]:
    """Return a body as lists."""
    return [list(landmark.values()) for landmark in landmarks(frame)]


def dump(kind: str) -> Any:
    """Return a clip in one of the shapes."""
    each = range(SCENE.frames)
    match kind:
        case "list of bodies":
            return [landmarks(frame) for frame in each]
        case "lists of numbers":
            return [flat(frame) for frame in each]
        case "protobuf's MessageToDict":
            return [{"landmark": landmarks(frame)} for frame in each]
        case "solutions":
            return [{"frame": f, "pose_landmarks": {"landmark": landmarks(f)}} for f in each]
        case "tasks":
            return [{"frame": f, "timestamp_ms": 33 * f, "pose_landmarks": [landmarks(f)]} for f in each]
        case "frames in an object":
            return {"fps": 30, "width": SIZE[0], "height": SIZE[1], "frames": dump("tasks")}
    raise AssertionError(kind)


def write(path, document):
    """Write a document."""
    path.write_text(json.dumps(document))
    return path


@pytest.mark.parametrize(
    "kind",
    [
        "list of bodies", "lists of numbers", "protobuf's MessageToDict", "solutions", "tasks", "frames in an object",
    ],
)  # fmt: skip
def test_every_shape_is_read(kind, tmp_path):
    path = write(tmp_path / "l.json", dump(kind))
    assert_read(kl.read_keypoints(path, **({} if kind == "frames in an object" else SAID)), SCENE, atol=0.01)


def test_the_image_size_is_needed_because_landmarks_are_shares_of_it(tmp_path):
    path = write(tmp_path / "l.json", dump("tasks"))
    with pytest.raises(ValueError, match="holds no image size; say it with image_size="):
        kl.read_keypoints(path, fps=30)
    twice = kl.read_keypoints(path, fps=30, image_size=(2 * SIZE[0], 2 * SIZE[1]))
    np.testing.assert_allclose(twice.points_px, 2 * SCENE.points_px[0], atol=0.01)


def test_frames_without_a_body_are_gaps(tmp_path):
    document = [None if frame in (2, 3) else landmarks(frame) for frame in range(SCENE.frames)]
    read = kl.read_keypoints(write(tmp_path / "l.json", document), **SAID)
    assert np.flatnonzero(~read.seen.any(-1)).tolist() == [2, 3]


def test_numbered_frames_that_are_left_out_are_gaps(tmp_path):
    document = [frame for at, frame in enumerate(dump("solutions")) if at not in (4, 5, 6)]
    read = kl.read_keypoints(write(tmp_path / "l.json", document), **SAID)
    assert np.flatnonzero(~read.seen.any(-1)).tolist() == [4, 5, 6]


def test_several_bodies_of_the_tasks_api_are_people(tmp_path):
    scene = Scene(kl.BLAZEPOSE_33, people=2)
    document = [{"pose_landmarks": [landmarks(f, scene, p) for p in (0, 1)]} for f in range(scene.frames)]
    people = kl.read_people(write(tmp_path / "l.json", document), **SAID)
    for person, read in people.items():
        assert_read(read, scene, person, atol=0.01)


def test_world_landmarks_are_refused(tmp_path):
    document = [{"pose_world_landmarks": landmarks(frame)} for frame in range(3)]
    with pytest.raises(ValueError, match="world landmarks are joints in 3D; dump pose_landmarks"):
        kl.read_keypoints(write(tmp_path / "l.json", document), **SAID)


def test_hands_are_not_bodies(tmp_path):
    document = [landmarks(frame)[:21] for frame in range(3)]
    with pytest.raises(ValueError, match="33 landmarks expected, got 21"):
        kl.read_keypoints(write(tmp_path / "l.json", document), **SAID)
