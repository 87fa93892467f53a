"""kinelift lift and kinelift view on files of keypoints."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest

import kinelift as kl
from kinelift.export.keypoints_npz import write_keypoints_npz
from kinelift.export.motion_json import write_motion_json
from kinelift.interop.bvh import read_bvh
from tests.walking import walking_recording


def test_keypoints_become_three_files_whose_paths_are_printed(kinelift, clip, tiny_model, tmp_path):
    run = kinelift("lift", clip, "-o", tmp_path / "out", "--model", tiny_model)
    assert run.code == 0, run.err
    written = [tmp_path / "out" / name for name in ("motion.npz", "motion.json", "view.html")]
    assert run.lines[:3] == list(map(str, written))
    assert sorted((tmp_path / "out").iterdir()) == sorted(written)
    motion = kl.load_motion(written[0])
    assert len(motion) == 60
    assert motion.frame == "camera"
    assert len(kl.read_recording(written[1]).people) == 1


def test_the_summary_says_what_was_seen_and_what_was_assumed(kinelift, clip, tiny_model, tmp_path):
    run = kinelift("lift", clip, "-o", tmp_path / "out", "--model", tiny_model)
    person, quality, *_, camera, height, ground = run.lines[3:]
    assert re.fullmatch(r"quality: [\d.]+ % \w+(, [\d.]+ % \w+)*", quality)
    assert person.startswith("person 0: 60 frames at 30 fps, observed in ")
    assert "reprojection error" in person
    assert re.search(r"; expected error \d+ mm \(median\)$", person)
    assert "assumed: 60 degrees" in camera
    assert re.fullmatch(
        r"height: guessed, [\d.]+ m \([\d.]+ to [\d.]+ m with 95 % probability\); --height makes it right",
        height,
    )
    assert ground.startswith("ground: found, upright within ")
    run = kinelift(
        "lift", clip, "-o", tmp_path / "out", "--model", tiny_model, "--height", 1.8, "--camera-fov", 50
    )
    assert run.lines[-3:-1] == ["camera: given (focal length 1372 px, 50 degrees)", "height: 1.8 m as given"]


def test_the_summary_says_in_seconds_of_the_source_what_was_not_seen(kinelift, tmp_path):
    keypoints = walking_recording(frames=60).people[0].keypoints  # 40 to 49 are unobserved
    write_keypoints_npz(keypoints, tmp_path / "walk.npz")
    for formats in (("npz",), ("json",)):  # from disk to disk, and in memory
        run = kinelift(
            "lift", tmp_path / "walk.npz", "-o", tmp_path / "out", "--start", 1, "--only", *formats
        )
        assert run.code == 0, run.err
        quality, infilled = run.lines[2:4]
        assert "33.3 % infilled" in quality
        assert infilled == "infilled: 1.33 to 1.67 s"


def test_only_what_is_asked_for_is_written(kinelift, clip, tiny_model, tmp_path):
    assert kinelift("lift", clip, "-o", tmp_path / "out", "--model", tiny_model, "--only", "json").code == 0
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["motion.json"]


def test_further_people_get_files_of_their_own_named_by_their_ids(kinelift, tiny_model, tmp_path):
    recording = walking_recording(people=3, frames=60)
    ids = (4, 7, 9)
    people = tuple(replace(person, id=id) for person, id in zip(recording.people, ids, strict=True))
    write_motion_json(replace(recording, people=people), tmp_path / "several.json")
    run = kinelift("lift", tmp_path / "several.json", "-o", tmp_path / "out", "--model", tiny_model)
    assert run.code == 0, run.err
    found = sorted(path.name for path in (tmp_path / "out").glob("*.npz"))
    assert found == ["motion.npz", "motion_7.npz", "motion_9.npz"]
    assert [person.id for person in kl.read_recording(tmp_path / "out" / "motion.json").people] == list(ids)
    options = ("--person", 9, "--only", "npz", "--model", tiny_model)
    assert kinelift("lift", tmp_path / "several.json", "-o", tmp_path / "one", *options).code == 0
    assert [path.name for path in (tmp_path / "one").iterdir()] == ["motion.npz"]


def test_of_whom_too_little_is_seen_is_left_out_and_named(kinelift, tiny_model, tmp_path, caplog):
    people = {id: walking_recording(people=3).people[id % 3].keypoints for id in (4, 7, 9)}
    points, scores = people[4].points_px.copy(), people[4].scores.copy()
    points[:, 3:], scores[:, 3:] = np.nan, 0.0  # a nose and two eyes
    people[4] = replace(people[4], points_px=points, scores=scores)
    kl.write(people, tmp_path / "several.csv")
    out = tmp_path / "out"
    size = ("--image-size", *people[7].image_size, "--model", tiny_model)
    run = kinelift("lift", tmp_path / "several.csv", "-o", out, *size)
    assert run.code == 0, run.err
    assert [person.id for person in kl.read_recording(out / "motion.json").people] == [7, 9]
    assert "of 3 people, number 1 is left out: nobody to lift" in run.err + caplog.text


def test_a_part_is_cut_out_in_seconds_and_keeps_its_times(kinelift, clip, tiny_model, tmp_path):
    options = ("--start", 0.5, "--end", 1.5, "--only", "json", "--model", tiny_model)
    assert kinelift("lift", clip, "-o", tmp_path, *options).code == 0
    times = kl.read_recording(tmp_path / "motion.json").times_seconds
    assert len(times) == 30
    np.testing.assert_allclose(times[[0, -1]], (0.5, 44 / 30), atol=1e-6)


def test_a_part_past_the_end_is_refused(kinelift, clip, tiny_model, tmp_path):
    run = kinelift("lift", clip, "-o", tmp_path, "--start", 9, "--model", tiny_model)
    assert run.code == 1
    assert "no frame between 9 and inf s; it ends at 1.97 s" in run.err


def test_what_the_file_does_not_say_can_be_said(kinelift, clip, tiny_model, tmp_path):
    keypoints = kl.read_keypoints(clip)
    np.savez(tmp_path / "bare.npz", points_px=keypoints.points_px)
    bare = ("lift", tmp_path / "bare.npz", "-o", tmp_path / "out", "--model", tiny_model, "--only", "json")
    said: tuple[object, ...] = ()
    for name, value in (("skeleton", ("coco_17",)), ("fps", (120,)), ("image_size", (1280, 720))):
        run = kinelift(*bare, *said)
        option = f"--{name.replace('_', '-')}"
        assert (run.code, option in run.err) == (1, True), run.err
        said += (option, *value)
    run = kinelift(*bare, *said)
    assert run.code == 0, run.err
    assert kl.read_recording(tmp_path / "out" / "motion.json").fps == 120


@pytest.mark.parametrize(
    "content",
    [
        {"K": [[1000, 0, 650], [0, 990, 350], [0, 0, 1]]},
        {
            "fx": 1500,
            "fy": 1485,
            "cx": 975,
            "cy": 525,
            "image_size": [1920, 1080],
            "distortion": [0.1, 0, 0, 0],
        },
    ],
)
def test_intrinsics_come_from_a_file_and_fit_the_picture(kinelift, clip, tiny_model, tmp_path, content):
    (tmp_path / "camera.json").write_text(json.dumps(content))
    options = ("--intrinsics", tmp_path / "camera.json", "--only", "json", "--model", tiny_model)
    run = kinelift("lift", clip, "-o", tmp_path, *options)
    assert run.code == 0, run.err
    camera = kl.read_recording(tmp_path / "motion.json").camera
    np.testing.assert_allclose((*camera.focal_length, *camera.center), (1000, 990, 650, 350))
    assert (camera.distortion is None) == ("distortion" not in content)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('{"fx": 1000}', "fy, cx, cy missing"),
        ("[1, 2]", "an object expected"),
        ('{"K": [[1, 0], [0, 1]]}', r"K: shape (3, 3) expected"),
        ('{"fx": 1, "fy": 1, "cx": 1, "cy": 1, "image_size": [100, 100]}', "of another shape"),
        ('{"fx": 1, "fy": 1, "cx": 1, "cy": 1, "distortion": [1]}', "distortion: "),
        ('{"fx": ', "Expecting value"),
    ],
)
def test_intrinsics_that_do_not_fit_are_refused(kinelift, clip, tiny_model, tmp_path, content, reason):
    (tmp_path / "camera.json").write_text(content)
    run = kinelift(
        "lift", clip, "-o", tmp_path, "--intrinsics", tmp_path / "camera.json", "--model", tiny_model
    )
    assert run.code == 1
    assert reason in run.err


def test_two_cameras_at_once_are_refused(kinelift, clip, tiny_model, tmp_path):
    run = kinelift(
        "lift", clip, "-o", tmp_path, "--camera-fov", 60, "--focal-35mm", 26, "--model", tiny_model
    )
    assert run.code == 1
    assert "--camera-fov, --focal-35mm and --intrinsics, not several" in run.err


def test_a_camera_that_is_known_to_look_down_gives_the_world_its_floor(kinelift, clip, tiny_model, tmp_path):
    said = ("--camera-height", 1.5, "--pitch", 20)
    run = kinelift("lift", clip, "-o", tmp_path, "--model", tiny_model, "--only", "json", *said)
    assert run.code == 0
    world_from_camera = kl.read_recording(tmp_path / "motion.json").world_from_camera
    np.testing.assert_allclose(world_from_camera[:3, 3], (0.0, 1.5, 0.0))
    tilt = np.radians(20.0)
    np.testing.assert_allclose(world_from_camera[:3, 2], (0.0, -np.sin(tilt), -np.cos(tilt)), atol=1e-9)


def test_a_pitch_without_a_height_is_refused(kinelift, clip, tiny_model, tmp_path):
    run = kinelift("lift", clip, "-o", tmp_path, "--model", tiny_model, "--pitch", 20)
    assert run.code == 1
    assert "--camera-height over the floor is given too" in run.err


def test_view_makes_the_page_again_from_either_motion_file(kinelift, clip, tiny_model, tmp_path):
    assert kinelift("lift", clip, "-o", tmp_path, "--model", tiny_model).code == 0
    for name in ("motion.json", "motion.npz"):
        page = tmp_path / f"{name}.html"
        run = kinelift("view", tmp_path / name, "-o", page)
        assert (run.code, run.lines) == (0, [str(page)])
        assert page.read_text().startswith("<!DOCTYPE html>") or page.read_text().startswith(
            "<!doctype html>"
        )


def test_what_is_lifted_can_be_lifted_again(kinelift, clip, tiny_model, tmp_path):
    """motion.json and motion.npz carry the keypoints they were made from."""
    assert kinelift("lift", clip, "-o", tmp_path, "--model", tiny_model).code == 0
    first = kl.load_motion(tmp_path / "motion.npz")
    for name, tolerance in (("motion.npz", 0.0), ("motion.json", 0.05)):
        run = kinelift("lift", tmp_path / name, "-o", tmp_path / name[:-5], "--model", tiny_model)
        assert run.code == 0, run.err
        again = kl.load_motion(tmp_path / name[:-5] / "motion.npz")
        np.testing.assert_allclose(again.joints, first.joints, atol=tolerance)


def test_write_chooses_the_format_by_suffix_and_lists_the_choices(tmp_path):
    recording = walking_recording(people=2)
    assert kl.write(recording, tmp_path / "a.npz") == (tmp_path / "a.npz", tmp_path / "a_1.npz")
    assert kl.write(recording, tmp_path / "a.json") == (tmp_path / "a.json",)
    motion = recording.people[0].motion
    assert kl.write(motion, str(tmp_path / "b.HTML")) == (tmp_path / "b.HTML",)
    assert kl.write(motion, tmp_path / "b.npz") == (tmp_path / "b.npz",)
    np.testing.assert_array_equal(
        kl.load_motion(tmp_path / "a.npz").joints, kl.load_motion(tmp_path / "b.npz").joints
    )
    with pytest.raises(ValueError, match=r"suffix '\.bvx'; choose one of \.npz, \.json, \.html"):
        kl.write(motion, tmp_path / "b.bvx")
    with pytest.raises(ValueError, match=r"a \.json holds a whole recording, .* write bare motion as \.npz"):
        kl.write(motion, tmp_path / "b.json")
    with pytest.raises(ValueError, match="nobody in the recording"):
        kl.write(replace(recording, people=()), tmp_path / "c.npz")


def test_other_programs_formats_are_written_where_they_are_asked_for(kinelift, clip, tiny_model, tmp_path):
    options = ("--only", "bvh", "trc", "csv", "openpose", "mmpose", "--model", tiny_model)
    run = kinelift("lift", clip, "-o", tmp_path, *options)
    assert run.code == 0, run.err
    names = ("motion.bvh", "motion.trc", "motion.csv", "motion.openpose", "motion.mmpose.json")
    assert run.lines[:5] == [str(tmp_path / name) for name in names]
    assert len(list((tmp_path / "motion.openpose").iterdir())) == len(
        read_bvh(tmp_path / "motion.bvh").positions
    )


def test_units_rate_and_names_of_other_programs_files_can_be_said(kinelift, clip, tiny_model, tmp_path):
    how = ("--units", "cm", "--out-fps", 60, "--naming", "unreal")
    run = kinelift("lift", clip, "-o", tmp_path, "--only", "json", "bvh", *how, "--model", tiny_model)
    assert run.code == 0, run.err
    recording = kl.read_recording(tmp_path / "motion.json")
    motion, read = (
        recording.people[0].motion.to_world(recording.world_from_camera),
        read_bvh(tmp_path / "motion.bvh", units="centimetres"),
    )
    assert read.skeleton.joint_names[0] == "pelvis"
    assert len(read.positions) == pytest.approx(len(motion) * 60.0 / motion.fps, abs=2)
    np.testing.assert_allclose(read.positions[0, 0], motion.joints[0, 0], atol=1e-4)


def test_what_a_format_cannot_be_written_in_is_said_before_lifting(kinelift, clip, tmp_path):
    run = kinelift("lift", clip, "-o", tmp_path, "--only", "npz", "glb", "--units", "cm")
    assert run.code == 1
    assert "units: m for .glb, got 'cm'" in run.err
    assert list(tmp_path.iterdir()) == [clip]


def test_how_to_write_without_a_format_to_write_is_refused(kinelift, clip, tmp_path):
    run = kinelift("lift", clip, "-o", tmp_path, "--units", "cm")
    assert run.code == 1
    assert "--units, --out-fps and --naming are for other programs' formats: add one with --only" in run.err
