"""Ultralytics' poses, written by the test as its docs describe them."""

import json

import numpy as np
import pytest

import kinelift as kl
from tests.interop.scenes import SIZE, Scene, assert_read

SAID = {"fps": 25, "image_size": SIZE}
UNSEEN = (3, 7)
"""A frame's keypoint that is not found."""


def entry(scene: Scene, frame: int, person: int, *, tracked: bool = True, visible: bool = True) -> dict:
    """Return what summary() says of somebody."""
    points = scene.points_px[person, frame].copy()
    if frame == UNSEEN[0]:
        points[UNSEEN[1]] = 0
    x, y = points.T.tolist()
    keypoints = {"x": x, "y": y}
    if visible:
        keypoints["visible"] = scene.scores[person, frame].tolist()
    box = {"x1": 0.0, "y1": 0.0, "x2": 100.0, "y2": 200.0}
    said = {"name": "person", "class": 0, "confidence": 0.9, "box": box}
    return {**said, **({"track_id": person + 1} if tracked else {}), "keypoints": keypoints}


def frames(scene: Scene, **how) -> list[list[dict]]:
    """Return a list a frame."""
    people: list[list[dict]] = [[] for _ in range(scene.frames)]
    for frame, person in scene.everybody():
        people[frame].append(entry(scene, frame, person, **how))
    return people


def line(scene: Scene, frame: int, person: int, *, confidence: bool, tracked: bool, visible: bool) -> str:
    """Return a line of labels, shares of the image."""
    points, scores = scene.points_px[person, frame] / SIZE, scene.scores[person, frame][:, None]
    if frame == UNSEEN[0]:
        points[UNSEEN[1]] = 0
    numbers = np.concatenate([points, scores], -1) if visible else points
    ends = ([0.87] if confidence else []) + ([person + 1] if tracked else [])
    return " ".join(f"{value:g}" for value in [0, 0.5, 0.5, 0.2, 0.4, *numbers.ravel(), *ends])


def assert_scene(read: kl.Keypoints, scene: Scene, person: int, **how) -> None:
    """Compare, but for the keypoint that was not found."""
    assert not read.seen[UNSEEN]
    points, scores = read.points_px.copy(), read.scores.copy()
    points[UNSEEN], scores[UNSEEN] = scene.points_px[person][UNSEEN], scene.scores[person][UNSEEN]
    assert_read(kl.Keypoints(points, scores, read.skeleton, read.fps, read.image_size), scene, person, **how)


def test_a_list_of_frames_is_read_with_its_identities(tmp_path):
    scene = Scene(kl.COCO_17, people=2)
    (tmp_path / "poses.json").write_text(json.dumps(frames(scene)))
    people = kl.read_people(tmp_path / "poses.json", **SAID)
    assert list(people) == [1, 2]
    for person in (0, 1):
        assert_scene(people[person + 1], scene, person)


def test_a_folder_with_a_file_a_frame_has_gaps_where_frames_have_nobody(tmp_path):
    scene = Scene(kl.COCO_17)
    for number, people in enumerate(frames(scene, tracked=False)):
        (tmp_path / f"clip_{number + 1}.json").write_text(json.dumps([] if number == 5 else people))
    read = kl.read_keypoints(tmp_path, **SAID)
    assert len(read) == scene.frames
    assert np.flatnonzero(~read.seen.any(-1)).tolist() == [5]


@pytest.mark.parametrize("visible", [False, True])
@pytest.mark.parametrize("tracked", [False, True])
@pytest.mark.parametrize("confidence", [False, True])
def test_labels_are_read_whatever_was_saved_with_them(confidence, tracked, visible, tmp_path):
    scene = Scene(kl.COCO_17, people=2)
    lines: dict[int, list[str]] = {}
    how = {"confidence": confidence, "tracked": tracked, "visible": visible}
    for frame, person in scene.everybody():
        lines.setdefault(frame, []).append(line(scene, frame, person, **how))
    for frame, texts in lines.items():
        (tmp_path / f"clip_{frame + 1}.txt").write_text("\n".join(texts) + "\n")
    people = kl.read_people(tmp_path, **SAID)
    assert list(people) == ([1, 2] if tracked else [0, 1])
    from_left = sorted(people.values(), key=lambda read: read.points_px[0, 0, 0])  # as the scene has them
    for person, read in enumerate(from_left):
        scores = read.scores if visible else np.where(read.seen, scene.scores[person], 0.0)
        found = kl.Keypoints(read.points_px, scores, read.skeleton, read.fps, read.image_size)
        assert_scene(found, scene, person, atol=2e-2)


def test_shares_of_the_image_become_pixels(tmp_path):
    scene = Scene(kl.COCO_17)
    people = frames(scene, tracked=False)
    for (entry_,) in people:
        for axis, size in zip("xy", SIZE, strict=True):
            entry_["keypoints"][axis] = [value / size for value in entry_["keypoints"][axis]]
    (tmp_path / "poses.json").write_text(json.dumps(people))
    assert_scene(kl.read_keypoints(tmp_path / "poses.json", **SAID), scene, 0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0 0.5 0.5 0.2 0.4 0.1 0.2", "without keypoints that kinelift knows"),
        ("hello world", "without keypoints that kinelift knows"),
    ],
)
def test_labels_of_other_things_are_refused(text, said, tmp_path):
    (tmp_path / "clip_1.txt").write_text(text)
    with pytest.raises(ValueError, match=said):
        kl.read_keypoints(tmp_path, **SAID)


def test_a_broken_line_is_named(tmp_path):
    scene = Scene(kl.COCO_17)
    whole = line(scene, 0, 0, confidence=True, tracked=True, visible=True)
    (tmp_path / "clip_1.txt").write_text(whole)
    (tmp_path / "clip_2.txt").write_text(whole + "\n" + whole[:60])
    with pytest.raises(ValueError, match=r"clip_2\.txt: line 2: class, box and 17 keypoints expected"):
        kl.read_keypoints(tmp_path, **SAID)


def test_lists_that_differ_in_length_are_refused(tmp_path):
    people = frames(Scene(kl.COCO_17))
    people[4][0]["keypoints"]["y"].pop()
    (tmp_path / "poses.json").write_text(json.dumps(people))
    with pytest.raises(ValueError, match="frame 4: as many x as y expected"):
        kl.read_keypoints(tmp_path / "poses.json", **SAID)
