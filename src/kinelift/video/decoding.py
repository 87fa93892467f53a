"""What PyAV decodes, as pictures with their times. The only file that knows PyAV."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from jaxtyping import UInt8

from kinelift.video.pacing import choose_rate
from kinelift.video.picturing import Pictures

log = logging.getLogger(__name__)

PROBED_PACKETS = 120


@dataclass(frozen=True)
class Properties:
    """What a file says of its pictures."""

    image_size: tuple[int, int]
    """Width and height in square pixels, the right way up."""
    fps: float
    """The constant rate nearest to how the pictures are spaced."""
    duration_seconds: float | None
    """None where the file does not say."""


def read_properties(path: Path) -> Properties:
    """Look at the file's header, its first packets and its first picture."""
    with _opened(path) as (_, container, stream):
        times = _first_times(container, stream)
        average = float(stream.average_rate) if stream.average_rate else None
        duration = _duration(container, stream)
    _, image = next(decode(path, 0.0), (0.0, None))
    if image is None:
        raise ValueError(
            f"{path}: no picture can be decoded; the file is empty, damaged or in an unknown codec."
        )
    fps = choose_rate(average if average and 0.5 < average < 2000 else None, times)
    return Properties((image.shape[1], image.shape[0]), fps, duration)


def decode(
    path: Path, start: float, longest_side_px: float = math.inf
) -> Iterator[tuple[float, UInt8[np.ndarray, "height width 3"]]]:
    """Yield (time in seconds, RGB picture), times rising, from the last keyframe at or before `start` on.

    Larger pictures are made smaller, until their longer side is `longest_side_px`. What cannot be decoded is left out
    and said once in the log.
    """
    with _opened(path) as (av, container, stream):
        origin = (stream.start_time or 0) * stream.time_base
        if start > 0:
            container.seek(int((origin + start) / stream.time_base), stream=stream, backward=True)
        spacing = 1.0 / float(stream.average_rate or 30)
        pictures, last = None, None
        for frame in _frames(av, container, stream, path):
            time = None if frame.pts is None else float(frame.pts * frame.time_base - origin)
            if last is not None and (time is None or time <= last):
                time = last + spacing
            last = time if time is not None else 0.0
            if pictures is None:
                # Asked once: a frame asked for its side data is caught in a reference cycle, and at megabytes
                # a frame the garbage collector comes too late.
                pictures = Pictures(
                    av, no_larger(_square_size(frame), longest_side_px), _display_matrix(frame)
                )
            yield last, pictures.picture(frame)


def _frames(av: ModuleType, container: Any, stream: Any, path: Path) -> Iterator[Any]:
    damaged = 0
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
            if packet is None:
                break
            frames = packet.decode()
        except av.error.EOFError:
            break
        except av.error.FFmpegError as error:
            damaged += 1
            if damaged == 1:
                log.warning("%s: damaged; pictures that cannot be decoded are left out (%s).", path, error)
            if damaged > 1000:
                break
            continue
        yield from frames


@contextmanager
def _opened(path: Path) -> Iterator[tuple[ModuleType, Any, Any]]:
    av = _import_av()
    try:
        container = av.open(str(path))
    except av.error.FFmpegError as error:
        raise ValueError(
            f"{path}: not a video that can be read ({error.strerror or error}); it may be damaged, cut "
            "short or of another kind. Any file that FFmpeg plays will do, such as .mp4 or .mov."
        ) from None
    with container:
        moving = [s for s in container.streams.video if not int(s.disposition) & _ATTACHED_PICTURE]
        if not moving:
            kinds = ", ".join(sorted({s.type for s in container.streams})) or "nothing"
            raise ValueError(f"{path}: no video in it, only {kinds}.")
        moving[0].thread_type = "AUTO"
        yield av, container, moving[0]


_ATTACHED_PICTURE = 0x400
"""AV_DISPOSITION_ATTACHED_PIC: the cover of a piece of music is not a video."""


def _import_av() -> ModuleType:
    try:
        import av
        import av.error
        import av.filter
    except ImportError as error:
        raise ImportError('reading video needs PyAV: pip install "kinelift[video]"') from error
    return av


def _first_times(container: Any, stream: Any) -> list[float]:
    times = []
    for packet in container.demux(stream):
        if packet.pts is not None:
            times.append(float(packet.pts * stream.time_base))
        if len(times) >= PROBED_PACKETS:
            break
    # Pictures are stored in decoding order, so the latest may stand before some that are not yet read.
    return sorted(times)[: max(2, len(times) - 8)]


def _duration(container: Any, stream: Any) -> float | None:
    if stream.duration:
        return float(stream.duration * stream.time_base)
    return container.duration / 1e6 if container.duration else None


def no_larger(size: tuple[int, int], longest_side_px: float) -> tuple[int, int]:
    """Return the width and height of a picture that is made smaller until its longer side is no longer than this."""
    scale = min(1.0, longest_side_px / max(size))
    return max(1, round(scale * size[0])), max(1, round(scale * size[1]))


def _square_size(frame: Any) -> tuple[int, int]:
    aspect = getattr(frame, "sample_aspect_ratio", None)
    return (round(frame.width * float(aspect)) if aspect else frame.width, frame.height)


def _display_matrix(frame: Any) -> np.ndarray | None:
    for data in frame.side_data:
        if data.type.name == "DISPLAYMATRIX":
            return np.frombuffer(bytes(data), dtype=np.int32)[:9]
    return None
