"""Frames of small files of every kind."""

import logging
import sys
from pathlib import Path

import numpy as np
import pytest

from kinelift.video import open_video
from tests.video.clips import index_of, write_clip, write_sound

pytest.importorskip("av", reason='reading video needs PyAV: pip install "kinelift[video]"')

EVEN = [round(i * 1000 / 25) for i in range(25)]


def indices(path: Path, **options: float) -> list[int]:
    return [index_of(frame.image) for frame in open_video(path, **options)]


def test_every_picture_of_an_even_clip_comes_once_and_in_order(tmp_path: Path) -> None:
    video = open_video(write_clip(tmp_path / "even.mp4", EVEN))
    frames = list(video)
    assert (video.image_size, video.frame_count) == ((64, 48), 25)
    assert video.fps == pytest.approx(25, abs=0.1)
    assert [index_of(f.image) for f in frames] == list(range(25))
    assert [f.index for f in frames] == list(range(25))
    np.testing.assert_allclose([f.time_seconds for f in frames], np.arange(25) / 25, atol=2e-3)


def test_a_video_can_be_read_again(tmp_path: Path) -> None:
    video = open_video(write_clip(tmp_path / "even.mp4", EVEN))
    assert [index_of(f.image) for f in video] == [index_of(f.image) for f in video]


@pytest.mark.parametrize(("degrees", "corner"), [(0, (0, 0)), (90, (-1, 0)), (180, (-1, -1)), (270, (0, -1))])
def test_the_rotation_tag_is_respected(tmp_path: Path, degrees: int, corner: tuple[int, int]) -> None:
    video = open_video(write_clip(tmp_path / "turned.mp4", EVEN[:3], rotation_degrees=degrees))
    image = next(iter(video)).image
    assert video.image_size == ((64, 48) if degrees % 180 == 0 else (48, 64))
    assert image.shape == (video.image_size[1], video.image_size[0], 3)
    assert image.flags.c_contiguous
    assert image[corner].mean() > 200
    assert image[-1 - corner[0], -1 - corner[1]].mean() < 50


def test_a_variable_rate_is_brought_to_a_constant_one(tmp_path: Path) -> None:
    times = [0, 40, 80, 120, 160, 360, 400, 440, 480, 520, 560, 600]
    video = open_video(write_clip(tmp_path / "variable.mp4", times))
    assert video.fps == 25
    shown = [index_of(frame.image) for frame in video]
    assert shown == [0, 1, 2, 3, 4, 4, 4, 5, 5, 5, 6, 7, 8, 9, 10, 11]


def test_slow_motion_takes_every_picture_at_the_true_rate_and_the_files_time(tmp_path: Path) -> None:
    video = open_video(write_clip(tmp_path / "slow.mp4", EVEN), fps=240.0)
    frames = list(video)
    assert video.fps == 240
    assert [index_of(f.image) for f in frames] == list(range(25))
    assert frames[10].time_seconds == pytest.approx(0.4, abs=2e-3)


@pytest.mark.parametrize("fps", [None, 240.0])
def test_start_and_end_are_seconds_of_the_file(tmp_path: Path, fps: float | None) -> None:
    path = write_clip(tmp_path / "even.mp4", EVEN)
    video = open_video(path, start_seconds=0.28, end_seconds=0.6, fps=fps)
    frames = list(video)
    assert [index_of(f.image) for f in frames] == list(range(7, 15))
    assert len(video) == 8
    assert frames[0].index == 0
    assert frames[0].time_seconds == pytest.approx(0.28, abs=2e-3)


def test_a_single_picture_is_a_video_of_one_frame(tmp_path: Path) -> None:
    video = open_video(write_clip(tmp_path / "one.mp4", [0]))
    assert [f.index for f in video] == [0]
    assert video.fps > 0


def test_odd_sizes_are_kept(tmp_path: Path) -> None:
    video = open_video(write_clip(tmp_path / "odd.mp4", EVEN[:3], size=(63, 47)))
    assert video.image_size == (63, 47)
    assert next(iter(video)).image.shape == (47, 63, 3)


def test_a_cut_file_gives_what_can_be_decoded_and_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = write_clip(tmp_path / "whole.mp4", [40 * i for i in range(50)], front_loaded=True)
    content = path.read_bytes()
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(content[: len(content) // 2])
    with caplog.at_level(logging.WARNING):
        shown = indices(cut)
    assert 5 <= len(shown) < 45
    # The picture at the cut may be half there.
    assert shown[:-1] == list(range(len(shown) - 1))
    assert "cut.mp4: pictures end at" in caplog.text


def test_a_header_without_its_pictures_is_one_clear_error(tmp_path: Path) -> None:
    content = write_clip(tmp_path / "whole.mp4", EVEN).read_bytes()
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(content[: len(content) // 2])
    with pytest.raises(ValueError, match=r"cut\.mp4: not a video that can be read"):
        open_video(cut)


@pytest.mark.parametrize("content", [b"", b"no video at all" * 100, bytes(4096)])
def test_files_that_are_no_videos_are_one_clear_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"clip\.mp4: (the file is empty|not a video|no video in it)"):
        open_video(path)


def test_sound_alone_is_no_video(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no video in it, only audio"):
        open_video(write_sound(tmp_path / "sound.m4a"))


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"gone\.mp4: no such file"):
        open_video(tmp_path / "gone.mp4")
    with pytest.raises(ValueError, match="a folder"):
        open_video(tmp_path)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"start_seconds": -1.0}, "start: seconds from 0 on"),
        ({"start_seconds": 0.5, "end_seconds": 0.5}, "end: seconds past the start"),
        ({"start_seconds": 60.0}, "past the end of 0.96 s"),
        ({"fps": 0.0}, "fps: the true rate"),
        ({"fps": float("nan")}, "fps: the true rate"),
    ],
)
def test_impossible_stretches_are_refused(tmp_path: Path, options: dict[str, float], message: str) -> None:
    path = write_clip(tmp_path / "even.mp4", EVEN)
    with pytest.raises(ValueError, match=message):
        open_video(path, **options)


def test_without_pyav_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_clip(tmp_path / "even.mp4", EVEN[:2])
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(ImportError, match=r'pip install "kinelift\[video\]"'):
        open_video(path)
