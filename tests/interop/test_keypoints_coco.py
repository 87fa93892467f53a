"""COCO's results and annotations, written by the test as cocodataset.org's format pages describe them."""

import json

import numpy as np
import pytest

import kinelift as kl
from tests.interop.scenes import SIZE, Scene, assert_read

SAID = {"fps": 30, "image_size": SIZE}


def results(scene: Scene) -> list[dict]:
    """Return detections as COCO's evaluation takes them."""
    return [
        {"image_id": 100 + frame, "category_id": 1, "keypoints": scene.flat(person, frame), "score": 0.7}
        for frame, person in scene.everybody()
    ]


def annotations(scene: Scene, flags=None, **more) -> dict:
    """Return ground truth, images in a shuffled order, with `flags` (frame, joint) in place of scores."""
    images = [
        {"id": 7 * frame, "file_name": f"clip/{frame:06d}.png", "width": SIZE[0], "height": SIZE[1]}
        for frame in np.random.default_rng(0).permutation(scene.frames).tolist()
    ]
    entries = []
    for frame, person in scene.everybody():
        keypoints = np.array(scene.flat(person, frame)).reshape(-1, 3)
        if flags is not None:
            keypoints[:, 2] = flags[frame]
        entry = {"id": len(entries), "image_id": 7 * frame, "category_id": 1, "track_id": person + 5}
        entries.append({**entry, "keypoints": keypoints.ravel().tolist(), "num_keypoints": 17, "iscrowd": 0})
    categories = [{"id": 1, "name": "person", "keypoints": list(scene.skeleton.names), "skeleton": []}]
    return {"images": images, "annotations": entries, "categories": categories, **more}


def write(path, document):
    """Write a document."""
    path.write_text(json.dumps(document))
    return path


def test_results_are_a_clip_numbered_by_their_images(tmp_path):
    scene = Scene(kl.COCO_17)
    without = [r for r in results(scene) if r["image_id"] != 106]
    read = kl.read_keypoints(write(tmp_path / "r.json", results(scene)), **SAID)
    assert_read(read, scene)
    read = kl.read_keypoints(write(tmp_path / "r.json", without), **SAID)
    assert np.flatnonzero(~read.seen.any(-1)).tolist() == [6]


def test_annotations_say_the_image_size_the_layout_and_who_it_is(tmp_path):
    scene = Scene(kl.H36M_17, people=2)
    people = kl.read_people(write(tmp_path / "a.json", annotations(scene)), fps=30)
    assert list(people) == [5, 6]
    for person, read in zip((0, 1), people.values(), strict=True):
        assert_read(read, scene, person)
        assert read.image_size == SIZE


def test_flags_of_visibility_become_scores(tmp_path):
    scene = Scene(kl.COCO_17)
    flags = np.random.default_rng(1).integers(0, 3, (scene.frames, 17))
    read = kl.read_keypoints(write(tmp_path / "a.json", annotations(scene, flags)), fps=30)
    np.testing.assert_array_equal(read.scores, flags / 2)
    assert np.isnan(read.points_px[flags == 0]).all()


def test_feet_of_coco_wholebody_follow_the_body(tmp_path):
    scene = Scene(kl.COCO_23)
    document = annotations(scene)
    for entry in document["annotations"]:
        entry["foot_kpts"] = entry["keypoints"][51:]
        entry["keypoints"] = entry["keypoints"][:51]
    document["categories"][0]["keypoints"] = list(kl.COCO_17.names)
    assert_read(kl.read_keypoints(write(tmp_path / "a.json", document), fps=30), scene)


def test_an_annotation_without_keypoints_is_only_a_box(tmp_path):
    scene = Scene(kl.COCO_17)
    document = annotations(scene)
    document["annotations"].append({"id": 99, "image_id": 0, "category_id": 1, "bbox": [0, 0, 1, 1]})
    assert_read(kl.read_keypoints(write(tmp_path / "a.json", document), fps=30), scene)


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (
            [{"image_id": 1, "keypoints": [1, 2, 0.5] * 17}, {"image_id": 2}],
            "entry 1: image_id and keypoints",
        ),
        ({"images": [{"file_name": "a"}], "annotations": []}, "images: an id of each image expected"),
        ({"images": [], "annotations": []}, "nobody was found"),
        ([{"image_id": 1, "keypoints": [1, 2] * 17}], "x, y and score of each keypoint in one list"),
    ],
)
def test_what_is_not_whole_is_refused(document, reason, tmp_path):
    with pytest.raises(ValueError, match=reason):
        kl.read_keypoints(write(tmp_path / "c.json", document), **SAID)
