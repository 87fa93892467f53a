"""One frame of several is what is left when the others are not read."""

from __future__ import annotations

from pathlib import Path

import pytest

from kinelift.video import open_video
from tests.video.clips import index_of, write_clip

pytest.importorskip("av", reason='reading video needs PyAV: pip install "kinelift[video]"')


def test_every_third_frame_is_read_at_a_third_of_the_rate(tmp_path: Path) -> None:
    video = open_video(write_clip(tmp_path / "even.mp4", [40 * i for i in range(11)]))
    thinned = video.every(3)
    frames = list(thinned)
    assert [index_of(frame.image) for frame in frames] == [0, 3, 6, 9]
    assert [frame.index for frame in frames] == [0, 1, 2, 3]
    assert thinned.fps == video.fps / 3
    assert len(thinned) == 4
    assert [index_of(frame.image) for frame in thinned.every(2)] == [0, 6]


def test_less_than_one_frame_cannot_be_looked_at(tmp_path: Path) -> None:
    video = open_video(write_clip(tmp_path / "even.mp4", [0, 40, 80]))
    with pytest.raises(ValueError, match="from 1 on expected, got 0"):
        video.every(0)
