"""AlphaPose's results, written by the test as AlphaPose's docs/output.md describes them."""

import json

import numpy as np
import pytest

import kinelift as kl
from tests.interop.scenes import SIZE, Scene, assert_read

SAID = {"fps": 25, "image_size": SIZE}


def results(scene: Scene, *, tracked: bool = False, more: int = 0, loudness: float = 1.0) -> list[dict]:
    """Return what AlphaPose writes for a video; `more` keypoints follow the body's."""
    return [
        {
            "image_id": f"{frame}.jpg",
            "category_id": 1,
            "keypoints": (np.array(scene.flat(person, frame)).reshape(-1, 3) * [1, 1, loudness])
            .ravel()
            .tolist()
            + [5.0, 5.0, 0.1] * more,
            "score": 2.9,
            "box": [0.0, 0.0, 100.0, 200.0],
            **({"idx": [person + 1.0]} if tracked else {}),
        }
        for frame, person in scene.everybody()
    ]


def write(path, document):
    """Write a document."""
    path.write_text(json.dumps(document))
    return path


@pytest.mark.parametrize(
    ("skeleton", "more"),
    [(kl.COCO_17, 0), (kl.HALPE_26, 0), (kl.HALPE_26, 110), (kl.COCO_23, 110), (kl.MPII_16, 0)],
    ids=["coco", "halpe_26", "halpe_136", "wholebody_133", "mpii"],
)
def test_every_layout_is_known_by_its_number_of_keypoints(skeleton, more, tmp_path):
    scene = Scene(skeleton)
    assert_read(kl.read_keypoints(write(tmp_path / "r.json", results(scene, more=more)), **SAID), scene)


def test_identities_are_kept_and_one_is_chosen(tmp_path):
    scene = Scene(kl.HALPE_26, people=2)
    path = write(tmp_path / "alphapose-results.json", results(scene, tracked=True))
    with pytest.raises(ValueError, match=r"several people \(1, 2\); choose one with person="):
        kl.read_keypoints(path, **SAID)
    assert_read(kl.read_keypoints(path, **SAID, person=2), scene, person=1)
    assert list(kl.read_people(path, **SAID)) == [1, 2]


def test_images_without_anybody_are_gaps(tmp_path):
    scene = Scene(kl.COCO_17)
    kept = [r for r in results(scene) if r["image_id"] not in ("4.jpg", "5.jpg")]
    read = kl.read_keypoints(write(tmp_path / "r.json", kept), **SAID)
    assert np.flatnonzero(~read.seen.any(-1)).tolist() == [4, 5]


def test_scores_beyond_one_are_divided_by_the_highest(tmp_path, caplog):
    scene = Scene(kl.COCO_17)
    path = write(tmp_path / "r.json", results(scene, loudness=2.5))
    with caplog.at_level("INFO", logger="kinelift"):
        assert_read(kl.read_keypoints(path, **SAID), scene)
    assert "scores go up to 2.5; they are divided by that" in caplog.text


def test_a_folder_of_one_list_an_image_is_a_clip(tmp_path):
    scene = Scene(kl.COCO_17)
    for result in results(scene):
        write(tmp_path / f"{result['image_id']}.json", [result])
    assert_read(kl.read_keypoints(tmp_path, **SAID), scene)


def test_one_without_an_identity_among_others_is_left_out_aloud(tmp_path, caplog):
    scene = Scene(kl.COCO_17)
    whole = results(scene, tracked=True)
    stranger = {**whole[0], "idx": None}
    read = kl.read_people(write(tmp_path / "r.json", [*whole, stranger]), **SAID)
    assert list(read) == [1]
    assert "1 of 13 detections have no identity and are left out" in caplog.text


def test_photographs_are_not_a_clip(tmp_path):
    scene = Scene(kl.COCO_17, frames=3)
    names = dict(zip(("0.jpg", "1.jpg", "2.jpg"), ("37.jpg", "397133.jpg", "5000.jpg"), strict=True))
    photos = [{**result, "image_id": names[result["image_id"]]} for result in results(scene)]
    with pytest.raises(ValueError, match="3 images numbered from 37 to 397133 are photographs"):
        kl.read_keypoints(write(tmp_path / "r.json", photos), **SAID)
