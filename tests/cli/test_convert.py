"""kinelift convert."""

import json

import numpy as np
import pytest

import kinelift as kl
from kinelift.export.motion_json import write_motion_json
from tests.walking import walking_person, walking_recording

MOTION_ENDINGS = (
    ".npz",
    ".json",
    ".html",
    ".bvh",
    ".glb",
    ".c3d",
    ".trc",
    ".csv",
    ".openpose",
    ".mmpose.json",
)


@pytest.fixture
def recording(tmp_path):
    """Write a recording of two walkers and return its path."""
    write_motion_json(walking_recording(people=2, frames=40), tmp_path / "walk.json")
    return tmp_path / "walk.json"


@pytest.mark.parametrize("ending", MOTION_ENDINGS)
def test_a_recording_goes_to_every_format_and_the_paths_are_printed(ending, kinelift, recording, tmp_path):
    if ending in (".glb", ".c3d"):
        pytest.importorskip("pygltflib" if ending == ".glb" else "ezc3d", reason="pip install '.[export]'")
    out = tmp_path / f"out{ending}"
    run = kinelift("convert", recording, out)
    assert run.code == 0, run.err
    assert run.lines[0] == str(out)
    assert out.exists()


def test_what_convert_writes_is_what_write_writes(kinelift, recording, tmp_path):
    options = ("--units", "cm", "--out-fps", 50)
    assert kinelift("convert", recording, tmp_path / "a.csv", *options).code == 0
    kl.write(kl.read_recording(recording), tmp_path / "b.csv", units="cm", fps=50)
    assert (tmp_path / "a.csv").read_text() == (tmp_path / "b.csv").read_text()


def test_a_part_of_one_person_is_chosen(kinelift, recording, tmp_path):
    run = kinelift("convert", recording, tmp_path / "b.json", "--person", 1, "--start", 0.5, "--end", 1.0)
    assert run.code == 0, run.err
    whole, part = kl.read_recording(recording), kl.read_recording(tmp_path / "b.json")
    assert [person.id for person in part.people] == [1]
    rows = slice(round(0.5 * whole.fps), round(1.0 * whole.fps))
    np.testing.assert_array_equal(part.people[0].motion.joints, whole.people[1].motion.joints[rows])
    np.testing.assert_allclose(part.times_seconds, whole.times_seconds[rows], atol=1e-6)


def test_a_bvh_goes_back_to_the_joints_it_was_made_of(kinelift, recording, tmp_path):
    for name, units in (("m", "m"), ("mm", "mm"), ("cm", "cm")):
        bvh = tmp_path / f"{name}.bvh"
        assert kinelift("convert", recording, bvh, "--units", units).code == 0
        run = kinelift("convert", bvh, tmp_path / "back.npz")
        assert run.code == 0, run.err
        assert "its rest pose is taken for" in run.err
        read = kl.load_motion(tmp_path / "back.npz")
        truth = (
            kl.read_recording(recording)
            .people[0]
            .motion.to_world(kl.read_recording(recording).world_from_camera)
        )
        assert read.frame == "world"
        assert read.fps == pytest.approx(truth.fps)
        np.testing.assert_allclose(read.root, truth.root, atol=2e-3)


@pytest.mark.parametrize("ending", [".npz", ".json", ".csv", ".openpose"])
def test_keypoints_come_back_the_same_gaps_and_people_too(ending, kinelift, tmp_path):
    people = {id: walking_person(id, 30).keypoints for id in (0, 3)}
    for id, keypoints in people.items():
        points = keypoints.points_px.copy()
        points[5 + id, :], points[11, 2] = np.nan, np.nan
        people[id] = kl.Keypoints(points, keypoints.scores, kl.COCO_17, keypoints.fps, keypoints.image_size)
    kl.write(people, tmp_path / "all.csv")
    size = people[0].image_size
    out = tmp_path / f"out{ending}"
    run = kinelift("convert", tmp_path / "all.csv", out, "--image-size", *size)
    assert run.code == 0, run.err
    if ending == ".openpose":
        read = kl.read_people(out)
    elif ending == ".csv":
        read = kl.read_people(out, image_size=size)
    else:
        assert run.lines == [str(out), str(tmp_path / f"out_3{ending}")]
        read = {0: kl.read_keypoints(out), 3: kl.read_keypoints(tmp_path / f"out_3{ending}")}
    assert list(read) == [0, 3]
    for id, keypoints in people.items():
        back = read[id] if read[id].skeleton == kl.COCO_17 else kl.map_skeleton(read[id], kl.COCO_17)
        np.testing.assert_array_equal(back.seen, keypoints.seen)
        np.testing.assert_allclose(back.points_px, keypoints.points_px, atol=0.01, equal_nan=True)
        np.testing.assert_allclose(back.scores, keypoints.scores, atol=1e-4)
        assert back.fps == pytest.approx(keypoints.fps, rel=1e-4)


def test_joints_written_for_other_programs_come_back_as_keypoints(kinelift, recording, tmp_path):
    assert kinelift("convert", recording, tmp_path / "walk.openpose").code == 0
    truth = kl.read_recording(recording)
    read = kl.read_people(tmp_path / "walk.openpose")
    assert {(each.fps, each.image_size) for each in read.values()} == {(truth.fps, truth.image_size)}
    assert list(read) == [person.id for person in truth.people]
    for person in truth.people:
        back = kl.map_skeleton(read[person.id], person.keypoints.skeleton)
        np.testing.assert_array_equal(back.seen, person.keypoints.seen)
        np.testing.assert_allclose(back.points_px, person.keypoints.points_px, atol=0.01, equal_nan=True)


def test_a_table_of_motion_is_the_motion(recording):
    motion = kl.read_recording(recording).people[0].motion
    pytest.importorskip("pandas", reason="to_dataframe needs pandas")
    table = motion.to_dataframe()
    assert len(table) == motion.scores.size
    wrist = table[table["joint"] == "left_wrist"]
    np.testing.assert_array_equal(
        wrist[["x_m", "y_m", "z_m"]], motion.joints[:, motion.skeleton.index("left_wrist")]
    )
    np.testing.assert_array_equal(wrist["observed"], motion.observed)
    np.testing.assert_allclose(wrist["time_seconds"], motion.times_seconds)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("walk.npz", "a.bvh"), "kinelift lift makes one"),
        (("walk.npz", "walk.npz"), "give the result another name"),
        (("walk.npz", "a.xyz"), "keypoints, which are written as .npz, .json, .csv, .openpose"),
        (("walk.npz", "a.json", "--units", "mm"), "are for motion"),
        (("walk.npz", "a.json", "--person", "7"), "--person may be 0"),
        (("motion.json", "a.npz", "--fps", "30"), "--out-fps brings motion to another rate"),
        (("motion.json", "a.npz", "--person", "7"), "person 7 is not in it; it holds 0, 1."),
        (("motion.json", "a.xyz"), "no format has the suffix '.xyz'"),
        (("nowhere.json", "a.npz"), "nowhere.json: no such file."),
        (("film.mp4", "a.npz"), "a video is for kinelift lift"),
        (("empty.npz", "a.json"), "empty.npz"),
        (("cut.json", "a.npz"), "cut.json: not readable as JSON"),
        (("folder", "a.npz"), "folder"),
        (("nobody.json", "a.npz"), "nobody.json: holds nobody."),
        (("film.npz", "a.json"), "it is a video, not the archive"),
        (("motion.json", "gone/a.npz"), "the folder gone does not exist"),
    ],
)
def test_what_cannot_be_converted_is_explained(kinelift, clip, recording, monkeypatch, arguments, said):
    folder = clip.parent
    monkeypatch.chdir(folder)
    recording.rename(folder / "motion.json")
    (folder / "film.mp4").write_bytes(b"\0\0\0 ftypisom")
    (folder / "film.npz").write_bytes((folder / "film.mp4").read_bytes())
    (folder / "empty.npz").write_bytes(b"")
    (folder / "nobody.json").write_text(
        json.dumps({**json.loads((folder / "motion.json").read_text()), "people": []})
    )
    (folder / "cut.json").write_text((folder / "motion.json").read_text()[:3000])
    (folder / "folder").mkdir()
    before = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    run = kinelift("convert", *arguments)
    assert run.code == 1
    assert said in run.err
    assert run.err.count("\n") == 1
    assert {path: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before


def test_a_motion_json_is_known_however_it_is_laid_out(kinelift, recording, tmp_path):
    document = json.loads(recording.read_text())
    (tmp_path / "one_line.json").write_text(json.dumps(document, separators=(",", ":")))
    assert kinelift("convert", tmp_path / "one_line.json", tmp_path / "a.trc").code == 0
