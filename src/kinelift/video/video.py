"""A video file as frames at a constant rate."""

from __future__ import annotations

import itertools
import logging
import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from kinelift.ahead import made_ahead
from kinelift.body.motion import HIGHEST_FPS
from kinelift.video.decoding import Properties, decode, no_larger, read_properties
from kinelift.video.frame import Frame
from kinelift.video.pacing import resample

log = logging.getLogger(__name__)

PICTURES_AHEAD = 2
"""Pictures decoded ahead; they are megabytes each."""


@dataclass(frozen=True)
class Video:
    """A stretch of a video file. Each iteration reads it anew and holds a few pictures at a time."""

    path: Path
    image_size: tuple[int, int]
    """Width and height in pixels, the right way up."""
    fps: float
    """Frames a second of true time, constant."""
    frame_count: int
    """Frames to expect; an estimate, for progress."""
    start_seconds: float
    end_seconds: float
    """Infinite where the stretch runs to the end of the file."""
    every_picture: bool = field(repr=False)
    """Every picture is a frame, whatever its time, because the user has stated the true rate."""
    properties: Properties = field(repr=False)
    stride: int = 1
    """Of so many frames only the first is read."""
    longest_side_px: float = math.inf
    """Larger pictures are decoded smaller."""

    def every(self, stride: int) -> Video:
        """Return the video with one frame of `stride`, at the lower rate that leaves."""
        if stride < 1:
            raise ValueError(f"every: a whole number of frames from 1 on expected, got {stride}.")
        count = math.ceil(self.frame_count / stride)
        return replace(self, fps=self.fps / stride, frame_count=count, stride=self.stride * stride)

    def no_larger_than(self, longest_side_px: float) -> Video:
        """Return the video in pictures whose longer side is at most so long; smaller ones stay as they are."""
        if not longest_side_px >= 1:
            raise ValueError(f"no_larger_than: a side from 1 px on expected, got {longest_side_px}.")
        return replace(
            self,
            image_size=no_larger(self.image_size, longest_side_px),
            longest_side_px=min(self.longest_side_px, longest_side_px),
        )

    def __len__(self) -> int:
        return self.frame_count

    def __iter__(self) -> Iterator[Frame]:
        # A picture half a step ahead of the start is still the nearest one to it.
        margin = 0.0 if self.every_picture else 0.5 / self.properties.fps
        pictures = (
            p
            for p in decode(self.path, self.start_seconds, self.longest_side_px)
            if p[0] >= self.start_seconds - margin - 1e-6
        )
        if self.every_picture:
            timed = ((time, image) for time, image in _until(pictures, self.end_seconds))
        else:
            timed = resample(pictures, self.properties.fps, self.start_seconds, self.end_seconds)
        time = self.start_seconds
        chosen = itertools.islice(timed, 0, None, self.stride)
        # Decoding lets go of the interpreter's lock, so that it goes on beside whoever looks at the pictures.
        for index, (time, image) in enumerate(made_ahead(chosen, PICTURES_AHEAD)):
            yield Frame(image, time, index)
        self._warn_if_short(time)

    def _warn_if_short(self, last_seconds: float) -> None:
        duration = self.properties.duration_seconds
        expected = min(self.end_seconds, duration if duration else 0.0)
        if expected - last_seconds > max(0.5, 3.0 / self.properties.fps):
            log.warning(
                "%s: pictures end at %.1f s of %.1f s; the file seems cut short.",
                self.path,
                last_seconds,
                expected,
            )


def open_video(
    path: str | Path,
    *,
    start_seconds: float | None = None,
    end_seconds: float | None = None,
    fps: float | None = None,
) -> Video:
    """Open a video, the right way up and at a constant rate.

    A variable rate is brought to a constant one by taking the picture nearest to each frame's time. `fps`
    is for slow motion: the true rate at which the pictures were taken, whatever the file says; then every
    picture is a frame. Start and end are seconds of the file either way; the end is exclusive. Files that
    are missing or without pictures raise FileNotFoundError or ValueError; of damaged ones what can be
    decoded is delivered, with a warning in the log.
    """
    path = Path(path)
    start, end = start_seconds or 0.0, math.inf if end_seconds is None else end_seconds
    _check(path, start, end, fps)
    properties = read_properties(path)
    duration = properties.duration_seconds
    if duration is not None and start >= duration:
        raise ValueError(
            f"{path}: a start at {start:g} s is past the end of {duration:.2f} s. Start earlier."
        )
    return Video(
        path,
        properties.image_size,
        float(fps) if fps else properties.fps,
        _expected_frames(properties, start, end),
        start,
        end,
        fps is not None,
        properties,
    )


def _check(path: Path, start: float, end: float, fps: float | None) -> None:
    if not path.exists():
        raise FileNotFoundError(f"{path}: no such file.")
    if path.is_dir():
        raise ValueError(f"{path}: a folder; name one video file in it.")
    if path.stat().st_size == 0:
        raise ValueError(f"{path}: the file is empty.")
    if not (math.isfinite(start) and start >= 0):
        raise ValueError(f"start: seconds from 0 on expected, got {start}.")
    if not end > start:
        raise ValueError(f"end: seconds past the start ({start:g}) expected, got {end:g}.")
    if fps is not None and not 0 < fps <= HIGHEST_FPS:  # nor where it is NaN
        raise ValueError(
            f"fps: the true rate of the pictures expected, between 0 and {HIGHEST_FPS}, got {fps}."
        )


def _expected_frames(properties: Properties, start: float, end: float) -> int:
    if properties.duration_seconds is None:
        return 1
    duration = properties.duration_seconds
    # The last picture is often given next to no duration.
    return max(1, math.ceil((min(end, duration) - start) * properties.fps - 0.01))


def _until(pictures: Iterator, end: float) -> Iterator:
    for time, image in pictures:
        if time >= end:
            return
        yield time, image
