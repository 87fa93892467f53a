"""motion.npz: written, read back, and refused when it is not whole."""

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kinelift.body import Motion, Skeleton
from kinelift.export.motion_npz import write_motion_npz
from kinelift.interop.motion_npz import load_motion
from tests.walking import walking_person, walking_recording


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write_motion_npz(walking_person(0, 60), tmp_path / "motion.npz")
    return tmp_path / "motion.npz"


def rewritten(path: Path, **changes: object) -> Path:
    """Write the arrays again with some replaced, or left out where the change is None."""
    with np.load(path) as stored:
        arrays: dict[str, Any] = {**dict(stored.items()), **changes}
    kept: dict[str, Any] = {name: np.asarray(array) for name, array in arrays.items() if array is not None}
    np.savez(path, **kept)
    return path


def test_what_is_written_is_read_back_equal(path: Path) -> None:
    motion, loaded = walking_person(0, 60).motion, load_motion(path)
    np.testing.assert_array_equal(loaded.joints, motion.joints)
    np.testing.assert_array_equal(loaded.observed, motion.observed)
    np.testing.assert_array_equal(loaded.scores, motion.scores)
    assert (loaded.skeleton, loaded.fps, loaded.frame) == (motion.skeleton, motion.fps, "camera")


def test_a_custom_skeleton_a_fractional_rate_and_the_world_frame_come_back(tmp_path: Path) -> None:
    skeleton = Skeleton("dragon", ("root", "neck_\N{LATIN SMALL LETTER E WITH ACUTE}", "tail"), (-1, 0, 0))
    motion = Motion(np.ones((4, 3, 3)), np.ones(4, bool), np.ones((4, 3)), skeleton, 30000 / 1001, "world")
    write_motion_npz(motion, tmp_path / "motion.npz")
    loaded = load_motion(tmp_path / "motion.npz")
    assert loaded.skeleton == skeleton
    assert (loaded.fps, loaded.frame) == (30000 / 1001, "world")


def test_a_person_brings_keypoints_and_error_as_plain_arrays(path: Path) -> None:
    person = walking_person(0, 60)
    with np.load(path, allow_pickle=False) as stored:
        arrays = dict(stored.items())
    np.testing.assert_array_equal(arrays["keypoints_px"], person.keypoints.points_px)
    np.testing.assert_array_equal(arrays["reprojection_px"], person.quality.reprojection_px)
    np.testing.assert_array_equal(arrays["expected_error_m"], person.quality.expected_error_m)
    assert arrays["expected_error_m"].dtype == np.float32
    assert arrays["keypoints_names"][0] == "nose"
    assert not any(array.dtype.hasobject for array in arrays.values())


def test_writing_twice_gives_the_same_bytes(path: Path, tmp_path: Path) -> None:
    write_motion_npz(walking_person(0, 60), tmp_path / "again.npz")
    assert path.read_bytes() == (tmp_path / "again.npz").read_bytes()


def test_a_failing_write_leaves_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = path.read_bytes()

    def fail(file: io.BufferedWriter, _: object) -> None:
        file.write(b"half")
        raise OSError("disk full")

    monkeypatch.setattr("kinelift.export.motion_npz.write_npz", fail)
    with pytest.raises(OSError, match="disk full"):
        write_motion_npz(walking_recording().people[0], path)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_a_missing_file_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"motion\.npz: no such file"):
        load_motion(tmp_path / "motion.npz")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="is a folder"):
        load_motion(tmp_path)


@pytest.mark.parametrize("kept", [0.0, 0.001, 0.1, 0.5, 0.99])
def test_a_truncated_file_is_refused(path: Path, kept: float) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[: int(kept * len(whole))])
    with pytest.raises(ValueError, match=r"not a readable motion\.npz"):
        load_motion(path)


def test_a_damaged_byte_is_refused_or_harmless(path: Path) -> None:
    whole, joints = path.read_bytes(), load_motion(path).joints
    for position in range(0, len(whole), 97):
        path.write_bytes(whole[:position] + bytes([whole[position] ^ 0xFF]) + whole[position + 1 :])
        try:
            loaded = load_motion(path)
        except ValueError as error:
            assert str(path) in str(error)  # noqa: PT017 - either outcome is right
        else:
            np.testing.assert_array_equal(loaded.joints, joints)


@pytest.mark.parametrize("content", [b"HIERARCHY\nROOT Hips\n", b"\x80\x04N.", b"PK\x03\x04 and nothing"])
def test_something_else_is_refused(content: bytes, path: Path) -> None:
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"not a readable motion\.npz"):
        load_motion(path)


def test_a_single_array_and_a_foreign_archive_are_refused(path: Path) -> None:
    with path.open("wb") as file:
        np.save(file, np.zeros(3))
    with pytest.raises(ValueError, match="a single array"):
        load_motion(path)
    np.savez(path, poses_3d=np.zeros(3))
    with pytest.raises(ValueError, match=r"joints, .* missing; it holds poses_3d"):
        load_motion(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    with pytest.raises(ValueError, match="missing"):
        load_motion(path)


def test_pickled_objects_are_refused_and_not_built(path: Path, tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[object, ...]]:
            return Path.touch, (tmp_path / "sprung",)

    with np.load(path) as stored:
        arrays = dict(stored.items())
    np.savez(path, **{**arrays, "joints": np.array([Trap()], dtype=object)})
    with pytest.raises(ValueError, match=r"not a readable motion\.npz"):
        load_motion(path)
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"schema_version": 2}, "schema version 2, and this kinelift reads up to 1; upgrade"),
        ({"frame": "moon"}, "frame: .*moon"),
        ({"joints": np.zeros((60, 16, 3), np.float32)}, r"joints: shape \(60, 17, 3\) of kind 'f' expected"),
        ({"joints": np.full((60, 17, 3), np.nan, np.float32)}, "finite metres"),
        ({"joints": np.zeros((60, 17, 3), "U3")}, "joints: shape .* of kind 'f' expected"),
        ({"observed": np.zeros(59, bool)}, r"joints: shape \(59, 17, 3\)"),
        ({"fps": np.nan}, "fps"),
        ({"skeleton_parents": np.zeros(17, int)}, "parent 0 of pelvis"),
        ({"skeleton_names": None}, "skeleton_names missing"),
    ],
)
def test_contradictions_are_named(changes: dict[str, object], message: str, path: Path) -> None:
    with pytest.raises(ValueError, match=message):
        load_motion(rewritten(path, **changes))
