"""Laws of files that are there whole or not at all."""

import errno
from pathlib import Path

import pytest

from kinelift.whole_files import replacing, replacing_folder, write_whole


def test_the_file_appears_when_the_block_ends_and_nothing_else_remains(tmp_path: Path) -> None:
    with replacing(tmp_path / "clip.txt") as temporary:
        temporary.write_text("new")
        assert temporary.suffix == ".txt"
        assert not (tmp_path / "clip.txt").exists()
    assert (tmp_path / "clip.txt").read_text() == "new"
    assert [file.name for file in tmp_path.iterdir()] == ["clip.txt"]


def write_half(target: Path) -> None:
    with replacing(target) as temporary:
        temporary.write_text("half of the n")
        raise RuntimeError("disk full")


def test_a_failing_write_leaves_the_old_file_and_no_temporary(tmp_path: Path) -> None:
    target = tmp_path / "clip.txt"
    target.write_text("old")
    with pytest.raises(RuntimeError, match="disk full"):
        write_half(target)
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(FileNotFoundError, match=r"folder .*nowhere does not exist"),
        replacing(tmp_path / "nowhere" / "a"),
    ):
        pass


def test_a_folder_is_not_overwritten(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="is a folder"), replacing(tmp_path):
        pass


def fill_disk(target: Path, named: bool) -> None:
    with replacing(target) as temporary:
        raise OSError(errno.ENOSPC, "No space left on device", *([str(temporary)] if named else []))


@pytest.mark.parametrize("named", [False, True])
def test_an_error_of_the_system_names_the_file_that_was_asked_for(tmp_path: Path, named: bool) -> None:
    with pytest.raises(OSError, match="No space left on device") as failed:
        fill_disk(tmp_path / "clip.txt", named)
    assert failed.value.filename == str(tmp_path / "clip.txt")


def test_an_error_about_another_file_is_left_alone(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as failed, replacing(tmp_path / "clip.txt"):
        (tmp_path / "asset.txt").read_text()
    assert failed.value.filename == str(tmp_path / "asset.txt")


def test_text_is_written_as_it_is_on_every_system(tmp_path: Path) -> None:
    (tmp_path / "card.json").write_text("old")
    write_whole(tmp_path / "card.json", "größer\nals\n")
    assert (tmp_path / "card.json").read_bytes() == "größer\nals\n".encode()
    assert [file.name for file in tmp_path.iterdir()] == ["card.json"]


def write_half_a_folder(target: Path) -> None:
    with replacing_folder(target, of="*.json") as temporary:
        (temporary / "a.json").write_text("half")
        raise RuntimeError("disk full")


def test_a_folder_takes_the_place_of_one_of_its_own_kind(tmp_path: Path) -> None:
    target = tmp_path / "frames"
    for name in ("old.json", "new.json"):
        with replacing_folder(target, of="*.json") as temporary:
            (temporary / name).write_text("{}")
    assert [file.name for file in target.iterdir()] == ["new.json"]
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="disk full"):
        write_half_a_folder(tmp_path / "frames")
    assert not list(tmp_path.iterdir())
