"""kinelift lift from an .npz of keypoints to motion.npz: as in memory, but for the memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import kinelift as kl
from kinelift.body.rows import KeypointRows, MadeRows
from kinelift.export.keypoints_npz import write_keypoints_npz
from tests.passes.restless import restless_walk
from tests.walking import walking_person

ONLY_NPZ = ("--only", "npz")


def arrays(path: Path) -> dict[str, np.ndarray]:
    with np.load(path) as stored:
        return dict(stored.items())


@pytest.mark.parametrize(
    "options", [(), ("--start", 0.5, "--end", 1.7), ("--height", 1.8, "--camera-fov", 50)]
)
def test_what_is_written_and_said_is_what_the_road_through_memory_writes_and_says(
    kinelift, tiny_model, tmp_path, options
):
    write_keypoints_npz(restless_walk(1, 70), tmp_path / "clip.npz")
    lift = ("lift", tmp_path / "clip.npz", "--model", tiny_model, *options, "-o")
    run = kinelift(*lift, tmp_path / "disk", *ONLY_NPZ)
    through_memory = kinelift(*lift, tmp_path / "memory", *ONLY_NPZ, "json")
    assert (run.code, through_memory.code) == (0, 0), run.err + through_memory.err
    assert run.lines[1:] == through_memory.lines[2:]
    assert [path.name for path in (tmp_path / "disk").iterdir()] == ["motion.npz"]
    found, expected = arrays(tmp_path / "disk" / "motion.npz"), arrays(tmp_path / "memory" / "motion.npz")
    assert list(found) == list(expected)
    for name, values in expected.items():
        np.testing.assert_array_equal(found[name], values, err_msg=name)
        assert found[name].dtype == values.dtype


def test_keypoints_longer_than_a_stretch_give_the_same_from_disk_and_in_memory(
    kinelift, tmp_path, monkeypatch
):
    monkeypatch.setattr("kinelift.passes.clip.STRETCH_FRAMES", 64)
    monkeypatch.setattr("kinelift.interop.keypoint_spooling.STRETCH_FRAMES", 50)
    keypoints = restless_walk(2, 200, 50.0)
    write_keypoints_npz(keypoints, tmp_path / "clip.npz")
    run = kinelift("lift", tmp_path / "clip.npz", "-o", tmp_path / "out", *ONLY_NPZ)
    assert run.code == 0, run.err
    np.testing.assert_array_equal(
        kl.load_motion(tmp_path / "out" / "motion.npz").joints, kl.lift(keypoints).joints
    )


def test_a_person_who_is_not_in_the_file_and_options_that_lack_are_named(
    kinelift, clip, tiny_model, tmp_path
):
    run = kinelift("lift", clip, "-o", tmp_path / "out", *ONLY_NPZ, "--model", tiny_model, "--person", 4)
    assert (run.code, "person 4 is not in it; --person may be 0" in run.err) == (1, True)
    run = kinelift("lift", clip, "-o", tmp_path / "out", *ONLY_NPZ, "--model", tiny_model, "--start", 9)
    assert (run.code, "no frame between 9 and inf s; it ends at 1.97 s" in run.err) == (1, True)


@pytest.mark.parametrize("only", ["npz", "json"])
def test_people_and_traits_are_for_videos(kinelift, clip, tiny_model, tmp_path, only):
    lift = ("lift", clip, "-o", tmp_path / "out", "--only", only, "--model", tiny_model)
    run = kinelift(*lift, "--people", 2)
    assert (run.code, "--people is for videos; of keypoints everybody is lifted" in run.err) == (1, True)
    run = kinelift(*lift, "--person", "left")
    assert (run.code, "--person left is for videos; of keypoints an id chooses" in run.err) == (1, True)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("only", ["npz", "json"])
def test_feet_are_left_as_lifted_where_that_is_asked_for(kinelift, clip, tmp_path, only):
    def joints(name: str, *options: object) -> np.ndarray:
        run = kinelift("lift", clip, "-o", tmp_path / name, "--only", only, *options)
        assert run.code == 0, run.err
        path = tmp_path / name / f"motion.{only}"
        return (kl.load_motion(path) if only == "npz" else kl.read_recording(path).people[0].motion).joints

    held, free = joints("held"), joints("free", "--no-lock-feet")
    keypoints = kl.read_keypoints(clip)
    tolerance = 6e-4  # of motion.json, which is rounded
    np.testing.assert_allclose(held, kl.lift(keypoints).joints, atol=tolerance)
    np.testing.assert_allclose(free, kl.lift(keypoints, lock_feet=False).joints, atol=tolerance)
    assert np.abs(held - free).max() > 0.005


@pytest.mark.parametrize("kept", [0.4, 0.99])
def test_a_file_cut_short_leaves_neither_a_result_nor_anything_else(kinelift, tiny_model, tmp_path, kept):
    path = tmp_path / "clip.npz"
    write_keypoints_npz(walking_person(0, 90).keypoints, path)
    path.write_bytes(path.read_bytes()[: int(kept * path.stat().st_size)])
    run = kinelift("lift", path, "-o", tmp_path / "out", *ONLY_NPZ, "--model", tiny_model)
    assert run.code == 1
    assert "not a readable .npz" in run.err
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("stop", [KeyboardInterrupt, OSError("disk full")])
def test_a_stop_while_writing_leaves_the_old_result_and_nothing_else(
    kinelift, clip, tiny_model, tmp_path, monkeypatch, stop
):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "motion.npz").write_text("old")

    def half(file, _):
        file.write(b"half")
        raise stop

    monkeypatch.setattr("kinelift.export.motion_npz.write_npz", half)
    run = kinelift("lift", clip, "-o", tmp_path / "out", *ONLY_NPZ, "--model", tiny_model)
    assert run.code != 0
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["motion.npz"]
    assert (tmp_path / "out" / "motion.npz").read_text() == "old"


PEAK = """
import json, sys
from pathlib import Path
from kinelift.cli.main import main
assert main(["lift", *sys.argv[1:], "--only", "npz"]) == 0
line, = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(json.dumps(int(line.split()[1]) / 1024))
"""


def to_and_fro(path: Path, frames: int) -> Path:
    """Write a walk forwards and backwards, again and again, without holding it."""
    walk = walking_person(0, 300).keypoints
    there_and_back = np.array([*range(300), *range(298, 0, -1)])

    def rows(values: np.ndarray) -> MadeRows:
        def made(start: int, stop: int) -> np.ndarray:
            return values[there_and_back[np.arange(start, stop) % len(there_and_back)]]

        return MadeRows((frames, *values.shape[1:]), values.dtype, made)

    clip = KeypointRows(rows(walk.points_px), rows(walk.scores), walk.skeleton, 30.0, walk.image_size)
    write_keypoints_npz(clip, path)
    return path


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from Linux's /proc")
def test_four_times_the_frames_take_no_more_memory(tiny_model, tmp_path):
    peaks_mb = []
    for frames in (30_000, 120_000):
        keypoints = to_and_fro(tmp_path / f"{frames}.npz", frames)
        command = [sys.executable, "-c", PEAK, keypoints, "-o", tmp_path / "out", "--model", tiny_model]
        run = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stderr
        peaks_mb.append(json.loads(run.stdout.splitlines()[-1]))
    assert peaks_mb[1] - peaks_mb[0] < 32, peaks_mb
    assert peaks_mb[1] < 400
