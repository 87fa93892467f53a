"""Keypoints written, read back, completed by what is said, and refused when they are not whole."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import kinelift as kl
from kinelift.export.keypoints_json import write_keypoints_json
from kinelift.export.keypoints_npz import write_keypoints_npz
from kinelift.export.motion_json import write_motion_json
from kinelift.export.motion_npz import write_motion_npz
from tests.walking import walking_person, walking_recording

WRITERS = {".npz": write_keypoints_npz, ".json": write_keypoints_json}
HANDS_UP = kl.Skeleton(
    "hands_up", ("left_shoulder", "left_wrist", "h\N{LATIN SMALL LETTER O WITH DIAERESIS}he"), (-1, 0, 1)
)


@st.composite
def keypoints(draw: st.DrawFn) -> kl.Keypoints:
    """Draw keypoints in any layout, with joints that were not seen."""
    skeleton = draw(st.sampled_from([kl.COCO_17, kl.BLAZEPOSE_33, HANDS_UP]))
    shape = (draw(st.integers(1, 4)), len(skeleton))
    pixels = st.floats(-1e4, 1e4, width=32) | st.just(float("nan"))
    points = draw(arrays(np.float32, (*shape, 2), elements=pixels))
    scores = draw(arrays(np.float32, shape, elements=st.floats(0, 1, width=32)))
    fps = draw(st.sampled_from([30.0, 30000 / 1001, 7.5]))
    return kl.Keypoints(points, scores, skeleton, fps, (1280, 720))


def assert_equal(read: kl.Keypoints, written: kl.Keypoints) -> None:
    """Compare everything."""
    np.testing.assert_array_equal(read.points_px, written.points_px)
    np.testing.assert_array_equal(read.scores, written.scores)
    assert (read.skeleton, read.fps, read.image_size) == (written.skeleton, written.fps, written.image_size)


@pytest.mark.parametrize("suffix", WRITERS)
@given(written=keypoints())
def test_what_is_written_is_read_back_equal(suffix, written, tmp_path_factory):
    path = tmp_path_factory.mktemp("keypoints") / f"clip{suffix}"
    WRITERS[suffix](written, path)
    assert_equal(kl.read_keypoints(path), written)
    assert_equal(kl.read_people(path)[0], written)


@pytest.mark.parametrize("suffix", WRITERS)
def test_the_content_tells_the_format_where_the_suffix_does_not(suffix, tmp_path):
    written = walking_person(0, 50).keypoints
    WRITERS[suffix](written, tmp_path / "clip.dat")
    assert_equal(kl.read_keypoints(tmp_path / "clip.dat"), written)
    assert_equal(kl.read_keypoints(tmp_path / "clip.dat", format=suffix[1:]), written)


def test_the_motion_files_hold_the_keypoints_they_were_made_from(tmp_path):
    person = walking_person(3, 50)
    write_motion_npz(person, tmp_path / "motion.npz")
    assert_equal(kl.read_people(tmp_path / "motion.npz")[3], person.keypoints)
    recording = walking_recording(people=1, frames=50)
    write_motion_json(recording, tmp_path / "motion.json")
    read = kl.read_keypoints(tmp_path / "motion.json")
    np.testing.assert_allclose(read.points_px, recording.people[0].keypoints.points_px, atol=0.006)


def test_a_bare_motion_has_no_keypoints(tmp_path):
    write_motion_npz(walking_person(0, 50).motion, tmp_path / "motion.npz")
    with pytest.raises(ValueError, match="a motion without the keypoints it was made from"):
        kl.read_keypoints(tmp_path / "motion.npz")


def test_of_several_people_one_is_chosen_by_id(tmp_path):
    recording = walking_recording(people=2, frames=50)
    second = replace(recording.people[1], id=8)
    write_motion_json(replace(recording, people=(recording.people[0], second)), tmp_path / "two.json")
    with pytest.raises(ValueError, match=r"several people \(0, 8\); choose one with person="):
        kl.read_keypoints(tmp_path / "two.json")
    with pytest.raises(ValueError, match=r"person 1 is not in it; person= may be 0, 8"):
        kl.read_keypoints(tmp_path / "two.json", person=1)
    read = kl.read_keypoints(tmp_path / "two.json", person=8)
    np.testing.assert_allclose(read.points_px, second.keypoints.points_px, atol=0.006)
    assert list(kl.read_people(tmp_path / "two.json")) == [0, 8]


def plain(suffix: str, path: Path, **fields: object) -> Path:
    """Write a file by hand, as a user would; a field that is None is left out."""
    whole = {
        "points_px": np.full((5, 17, 2), 100),
        "skeleton": "coco_17",
        "fps": 25,
        "image_size": (640, 480),
    }
    kept = {name: value for name, value in {**whole, **fields}.items() if value is not None}
    if suffix == ".npz":
        np.savez(path / "plain.npz", **kept)  # pyright: ignore[reportArgumentType]
    else:
        listed = {n: v.tolist() if isinstance(v, np.ndarray) else v for n, v in kept.items()}
        (path / "plain.json").write_text(json.dumps(listed))
    return path / f"plain{suffix}"


@pytest.mark.parametrize("suffix", WRITERS)
def test_a_plain_file_written_by_hand_is_enough(suffix, tmp_path):
    read = kl.read_keypoints(plain(suffix, tmp_path))
    assert (read.skeleton, read.fps, read.image_size) == (kl.COCO_17, 25.0, (640, 480))
    assert (read.scores == 1.0).all()


@pytest.mark.parametrize("suffix", WRITERS)
def test_points_that_are_nan_count_as_not_seen_without_scores(suffix, tmp_path):
    points = np.full((5, 17, 2), 100.0)
    points[2, 3, 0] = np.nan
    read = kl.read_keypoints(plain(suffix, tmp_path, points_px=points))
    assert (~read.seen).sum() == 1
    assert not read.seen[2, 3]


@pytest.mark.parametrize("dtype", [np.int16, np.float16, np.float64, np.uint8])
def test_any_kind_of_number_will_do(dtype, tmp_path):
    points = np.full((5, 17, 2), 100, dtype)
    read = kl.read_keypoints(plain(".npz", tmp_path, points_px=points, scores=np.ones((5, 17), dtype)))
    assert read.points_px.dtype == np.float32
    assert (read.points_px == 100).all()


@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize(
    ("name", "value"),
    [("fps", 25.0), ("image_size", (640, 480)), ("skeleton", "coco_17"), ("skeleton", kl.COCO_17)],
)
def test_what_is_missing_is_named_and_can_be_said(suffix, name, value, tmp_path):
    path = plain(suffix, tmp_path, **{name: None})
    with pytest.raises(ValueError, match=rf"{name}="):
        kl.read_keypoints(path)
    read = kl.read_keypoints(path, **{name: value})
    assert (read.skeleton, read.fps, read.image_size) == (kl.COCO_17, 25.0, (640, 480))


def test_a_rate_that_is_said_replaces_the_files(tmp_path):
    assert kl.read_keypoints(plain(".npz", tmp_path), fps=240).fps == 240.0


def test_a_skeleton_that_contradicts_the_files_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"the file's is coco_17, skeleton= says h36m_17"):
        kl.read_keypoints(plain(".npz", tmp_path), skeleton=kl.H36M_17)
    with pytest.raises(ValueError, match=r"unknown skeleton 'coco'; choose one of .*coco_17"):
        kl.read_keypoints(plain(".npz", tmp_path, skeleton="coco"))


@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"points_px": np.ones((5, 17, 3))}, r"points_px: shape \(any, any, 2\) expected, got \(5, 17, 3\)"),
        ({"points_px": np.ones((5, 34))}, r"points_px: "),
        ({"points_px": np.ones((5, 16, 2))}, r"17 joints expected by coco_17"),
        ({"scores": np.ones((4, 17))}, r"scores: shape \(5, 17\) expected, got \(4, 17\)"),
        ({"scores": np.full((5, 17), 97.0)}, r"scores: values in \[0, 1\] expected"),
        ({"points_px": np.ones((0, 17, 2))}, r"points_px: "),
        ({"fps": 0}, r"fps: a positive frame rate expected"),
        ({"fps": "fast"}, r"fps: numbers expected"),
        ({"image_size": (640, 480, 3)}, r"image_size: shape \(2,\) expected"),
        ({"image_size": (0, 480)}, r"image_size: positive"),
        ({"points_px": None}, r"points_px is missing; it holds "),
        ({"schema_version": 99}, r"schema version 99, and this kinelift reads up to 1"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_reason_and_the_file(suffix, fields, reason, tmp_path):
    path = plain(suffix, tmp_path, **fields)
    with pytest.raises(ValueError, match=reason) as refusal:
        kl.read_keypoints(path)
    assert str(path) in str(refusal.value)


@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize("kept", [0.0, 0.001, 0.2, 0.6, 0.99])
def test_a_truncated_file_is_refused(suffix, kept, tmp_path):
    path = tmp_path / f"clip{suffix}"
    WRITERS[suffix](walking_person(0, 50).keypoints, path)
    path.write_bytes(path.read_bytes()[: int(kept * path.stat().st_size)])
    with pytest.raises(
        ValueError, match="not readable as JSON" if suffix == ".json" else r"not a readable \.npz"
    ):
        kl.read_keypoints(path)


def test_pickled_objects_are_refused_and_not_built(tmp_path):
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[object, ...]]:
            return Path.touch, (tmp_path / "sprung",)

    path = plain(".npz", tmp_path, points_px=np.array([Trap()], dtype=object))
    with pytest.raises(ValueError, match="pickled objects, which are never loaded"):
        kl.read_keypoints(path)
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("[]", "an object expected, got list"),
        ('{"format": "coco"}', "got format 'coco'"),
        ("{}", "it holds nothing"),
        ('{"points_px": [[[1, 2], [3]]]}', "points_px: as many numbers in each frame"),
        ('{"points_px": [[[1, 2]], [[1, 2], [3, 4]]]}', "points_px: as many numbers in each frame"),
        ('{"points_px": "many"}', "points_px: a list of frames expected"),
        ('{"points_px": [[["x", "y"]]]}', "points_px: "),
        (
            '{"points_px": [[[1, 2]]], "skeleton": {"names": ["a"], "parents": ["b"]}}',
            "parents whole numbers",
        ),
        (
            '{"points_px": [[[1, 2]]], "skeleton": 17}',
            "skeleton: a name, or name, names and parents expected",
        ),
        ("{'points_px': 1}", "not readable as JSON"),
        ("[" * 100_000, "not readable as JSON"),
    ],
)
def test_json_of_something_else_is_refused(content, reason, tmp_path):
    (tmp_path / "clip.json").write_text(content)
    with pytest.raises(ValueError, match=reason):
        kl.read_keypoints(tmp_path / "clip.json")


def test_a_missing_file_a_folder_and_an_unknown_format_are_told_apart(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"clip\.npz: no such file"):
        kl.read_keypoints(tmp_path / "clip.npz")
    with pytest.raises(ValueError, match="is a folder"):
        kl.read_keypoints(tmp_path)
    (tmp_path / "clip.txt").write_text("1 2 3")
    with pytest.raises(ValueError, match=r"unknown format; say it with format=, one of json, npz"):
        kl.read_keypoints(tmp_path / "clip.txt")
    with pytest.raises(ValueError, match="unknown format"):
        kl.read_people(tmp_path / "clip.txt", format="xml")
