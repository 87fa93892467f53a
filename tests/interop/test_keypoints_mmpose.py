"""mmpose's predictions, written by the test as mmpose's split_instances and demos write them."""

import json

import numpy as np
import pytest

import kinelift as kl
from tests.interop.scenes import SIZE, Scene, assert_read

SAID = {"fps": 30, "image_size": SIZE}


def instance(scene: Scene, person: int, frame: int) -> dict:
    """Return one person; the box is nested once more, as mmpose does."""
    return {
        "keypoints": scene.points_px[person, frame].tolist(),
        "keypoint_scores": scene.scores[person, frame].tolist(),
        "bbox": [[0.0, 0.0, 100.0, 200.0]],
        "bbox_score": 0.9,
    }


def frames(scene: Scene) -> list[dict]:
    """Return what the inferencer writes for a video."""
    return [
        {"frame_id": frame, "instances": [instance(scene, p, f) for f, p in scene.everybody() if f == frame]}
        for frame in range(scene.frames)
    ]


def write(path, document):
    """Write a document."""
    path.write_text(json.dumps(document, indent="\t"))
    return path


@pytest.mark.parametrize("skeleton", [kl.COCO_17, kl.HALPE_26, kl.MPII_16], ids=lambda s: s.name)
def test_a_list_of_frames_is_a_clip(skeleton, tmp_path):
    scene = Scene(skeleton)
    assert_read(kl.read_keypoints(write(tmp_path / "p.json", frames(scene)), **SAID), scene)


@pytest.mark.parametrize(
    ("name", "skeleton"), [("coco", kl.COCO_17), ("h36m", kl.H36M_17), ("mpi_inf_3dhp", kl.MPI_INF_3DHP_17)]
)
def test_the_data_set_that_is_named_tells_layouts_of_one_size_apart(name, skeleton, tmp_path):
    scene = Scene(skeleton)
    document = {"meta_info": {"dataset_name": name, "num_keypoints": 17}, "instance_info": frames(scene)}
    path = write(tmp_path / "results.json", document)
    assert_read(kl.read_keypoints(path, **SAID), scene)
    with pytest.raises(ValueError, match=f"the file's is {skeleton.name}, skeleton= says mpii_16"):
        kl.read_keypoints(path, **SAID, skeleton="mpii_16")


def test_what_only_its_size_speaks_for_can_be_said_otherwise(tmp_path):
    scene = Scene(kl.H36M_17)
    path = write(tmp_path / "p.json", frames(scene))
    assert kl.read_keypoints(path, **SAID).skeleton == kl.COCO_17
    assert_read(kl.read_keypoints(path, **SAID, skeleton="h36m_17"), scene)


def test_several_people_and_frames_without_anybody(tmp_path):
    scene = Scene(kl.COCO_17, people=2)
    document = frames(scene)
    document[5]["instances"] = []
    people = kl.read_people(write(tmp_path / "p.json", document), **SAID)
    assert len(people) == 2
    for read in people.values():
        assert np.flatnonzero(~read.seen.any(-1)).tolist() == [5]
        assert np.ptp(read.points_px[read.seen][:, 0]) < 100  # nobody jumps to the other's place


def test_a_folder_of_one_file_an_image_is_a_clip(tmp_path):
    scene = Scene(kl.HALPE_26)
    for frame in range(scene.frames):
        write(tmp_path / f"image{frame}.json", [instance(scene, 0, frame)])
    assert_read(kl.read_keypoints(tmp_path, **SAID), scene)


def test_joints_in_3d_are_not_taken_for_keypoints(tmp_path):
    document = [
        {"frame_id": 0, "instances": [{"keypoints": [[0.1, 0.2, 0.3]] * 17, "keypoint_scores": [1] * 17}]}
    ]
    with pytest.raises(ValueError, match="keypoints of three coordinates are joints in 3D"):
        kl.read_keypoints(write(tmp_path / "p.json", document), **SAID)


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ([{"frame_id": 0, "instances": [{"keypoints": [[1, 2]]}]}], "keypoints and keypoint_scores of each"),
        ([{"frame_id": 0, "instances": []}, {"frame_id": 1}], "entry 1: frame_id and instances expected"),
        (
            [{"frame_id": 0, "instances": [{"keypoints": [[1, 2]], "keypoint_scores": [1, 1]}]}],
            "as many scores",
        ),
        ([{"frame_id": 0, "instances": []}], "nobody was found in any frame"),
    ],
)
def test_what_is_not_whole_is_refused(document, reason, tmp_path):
    with pytest.raises(ValueError, match=reason):
        kl.read_keypoints(write(tmp_path / "p.json", document), **SAID)
