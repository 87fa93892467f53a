"""A folder is lifted file by file, whatever becomes of one of them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kinelift.cli.lifting_many import places_for
from kinelift.cli.main import main
from kinelift.cli.stages import StageClock


@pytest.fixture
def folder(tmp_path: Path, clip: Path) -> Path:
    folder = tmp_path / "clips"
    folder.mkdir()
    for name in ("first.npz", "second.npz"):
        shutil.copy(clip, folder / name)
    (folder / "bad.mp4").write_bytes(b"not a video")
    (folder / "notes.txt").write_text("not to be lifted")
    return folder


@pytest.mark.slow
def test_each_file_gets_results_of_its_own_and_a_bad_one_stops_nobody(
    folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    command = ["lift", str(folder), "-o", str(tmp_path / "out"), "--only", "npz"]
    assert main(command) == 1
    said = capfd.readouterr().out
    assert "bad.mp4: failed" in said
    assert "3 files: 2 lifted, 0 skipped, 1 failed" in said
    files = [(tmp_path / "out" / name / "motion.npz") for name in ("first", "second")]
    assert files[0].read_bytes() == files[1].read_bytes()
    written = files[0].stat().st_mtime_ns
    assert main([*command, "--skip-existing"]) == 1
    assert "3 files: 0 lifted, 2 skipped, 1 failed" in capfd.readouterr().out
    assert files[0].stat().st_mtime_ns == written


def test_names_that_clash_keep_their_suffix(tmp_path: Path) -> None:
    for name in ("a.mp4", "a.mov", "b.MP4", "c.txt"):
        (tmp_path / name).touch()
    places = places_for(tmp_path, Path("out"))
    assert [(path.name, place.name) for path, place in places.items()] == [
        ("a.mov", "a.mov"), ("a.mp4", "a.mp4"), ("b.MP4", "b"),
    ]  # fmt: skip


def test_a_folder_without_anything_to_lift_is_said_to_be_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lift", str(tmp_path), "-o", str(tmp_path / "out")]) == 1
    assert "nothing to lift in this folder" in capsys.readouterr().err


def test_the_profile_accounts_for_all_of_the_time() -> None:
    clock = StageClock()
    for stage in ("detecting", "lifting", "detecting"):
        clock.enter(stage)
    lines = clock.table()
    assert [line.split()[0] for line in lines] == ["starting", "detecting", "lifting", "all"]
    assert lines[-1].endswith("100 %")
    assert sum(clock.seconds.values()) == pytest.approx(float(lines[-1].split()[1]), abs=0.01)
