"""Keypoints too long for memory: what is read a stretch at a time is what is read at once."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import kinelift as kl
from kinelift.export.keypoints_npz import write_keypoints_npz
from kinelift.export.motion_npz import write_motion_npz
from kinelift.interop import keypoint_spooling
from kinelift.interop.keypoint_spooling import spool_keypoints
from kinelift.passes import DiskScratch, MemoryScratch
from tests.walking import walking_person


@pytest.fixture(autouse=True)
def _short_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keypoint_spooling, "STRETCH_FRAMES", 16)


def walk(frames: int = 90) -> kl.Keypoints:
    return walking_person(0, frames).keypoints


def spooled(path: Path, **said: object) -> kl.Keypoints:
    with DiskScratch(path.parent) as scratch:
        return spool_keypoints(path, scratch, **said)[1][:]  # pyright: ignore[reportArgumentType]


def assert_equal(read: kl.Keypoints, expected: kl.Keypoints) -> None:
    np.testing.assert_array_equal(read.points_px, expected.points_px)
    np.testing.assert_array_equal(read.scores, expected.scores)
    assert (read.skeleton, read.fps, read.image_size) == (
        expected.skeleton,
        expected.fps,
        expected.image_size,
    )


def plain(path: Path, save: object = np.savez, **changes: object) -> Path:
    """Write a file as a user would; what is None is left out."""
    keypoints = walk()
    arrays = {
        "points_px": keypoints.points_px,
        "scores": keypoints.scores,
        "skeleton": "coco_17",
        "fps": 30,
        "image_size": (1280, 720),
        **changes,
    }
    save(path, **{name: value for name, value in arrays.items() if value is not None})  # pyright: ignore[reportCallIssue]
    return path


@given(
    frames=st.integers(50, 120),
    dtype=st.sampled_from([np.float16, np.float32, np.float64]),
    packed=st.booleans(),
)
def test_any_length_any_number_stored_or_compressed_reads_the_same(frames, dtype, packed, tmp_path_factory):
    path = tmp_path_factory.mktemp("spool") / "clip.npz"
    points = walk(frames).points_px.astype(dtype)
    plain(path, np.savez_compressed if packed else np.savez, points_px=points, scores=None)
    assert_equal(spooled(path), kl.read_keypoints(path))


def test_keypoints_of_a_motion_file_and_their_persons_id_come_too(tmp_path):
    write_motion_npz(walking_person(7, 60), tmp_path / "motion.npz")
    id, rows = spool_keypoints(tmp_path / "motion.npz", MemoryScratch())
    assert id == 7
    assert_equal(rows[:], kl.read_keypoints(tmp_path / "motion.npz"))
    assert spool_keypoints(tmp_path / "motion.npz", MemoryScratch(), person=7)[0] == 7
    with pytest.raises(ValueError, match=r"person 3 is not in it; person= may be 7"):
        spool_keypoints(tmp_path / "motion.npz", MemoryScratch(), person=3)


def test_rows_that_lie_across_each_other_are_read_whole(tmp_path):
    path = plain(tmp_path / "clip.npz", points_px=np.asfortranarray(walk().points_px))
    assert_equal(spooled(path), kl.read_keypoints(path))


def test_a_stretch_in_the_middle_is_read_by_itself(tmp_path):
    write_keypoints_npz(walk(), tmp_path / "clip.npz")
    with DiskScratch(tmp_path) as scratch:
        rows = spool_keypoints(tmp_path / "clip.npz", scratch)[1]
        np.testing.assert_array_equal(rows[33:50].points_px, walk().points_px[33:50])
        part = rows.between(slice(20, 70))
        assert len(part) == 50
        np.testing.assert_array_equal(part[5:8].scores, walk().scores[25:28])


def said_of(read: object, path: Path) -> str:
    with pytest.raises(ValueError, match=r".") as refusal:
        read(path)  # pyright: ignore[reportCallIssue]
    return str(refusal.value)


@pytest.mark.parametrize(
    "changes",
    [
        {"points_px": np.ones((90, 17, 3))},
        {"points_px": np.ones((90, 34))},
        {"points_px": np.ones((90, 16, 2))},
        {"points_px": np.ones((0, 17, 2)), "scores": None},
        {"points_px": np.array(["many"])},
        {"points_px": np.array([{}], dtype=object)},
        {"points_px": np.array(1.0)},
        {"points_px": None},
        {"scores": np.ones((89, 17))},
        {"scores": np.full((90, 17), 97.0)},
        {"scores": np.array([{}], dtype=object)},
        {"fps": None},
        {"fps": "fast"},
        {"image_size": (0, 720)},
        {"skeleton": None},
        {"skeleton": "coco"},
        {"schema_version": 99},
    ],
)
def test_what_does_not_fit_is_refused_in_the_same_words(changes, tmp_path):
    path = plain(tmp_path / "clip.npz", **changes)
    assert said_of(spooled, path) == said_of(kl.read_keypoints, path)


@pytest.mark.parametrize("kept", [0.0, 0.001, 0.2, 0.6, 0.99])
def test_a_truncated_file_is_refused(kept, tmp_path):
    path = tmp_path / "clip.npz"
    write_keypoints_npz(walk(), path)
    path.write_bytes(path.read_bytes()[: int(kept * path.stat().st_size)])
    assert "not a readable .npz" in said_of(spooled, path)


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
@pytest.mark.parametrize("name", ["points_px.npy", "scores.npy"])
def test_damage_in_the_middle_of_the_numbers_is_refused(save, name, tmp_path):
    path = plain(tmp_path / "clip.npz", save)
    with zipfile.ZipFile(path) as archive:
        member = archive.getinfo(name)
    content = bytearray(path.read_bytes())
    content[member.header_offset + member.compress_size // 2] ^= 0x55
    path.write_bytes(content)
    assert "not a readable .npz" in said_of(spooled, path)


def test_numbers_that_end_before_their_shape_does_are_refused(tmp_path):
    with zipfile.ZipFile(plain(tmp_path / "clip.npz")) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["points_px.npy"] = members["points_px.npy"][:-4000]
    with zipfile.ZipFile(tmp_path / "short.npz", "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    assert "EOF: reading array data" in said_of(spooled, tmp_path / "short.npz")
