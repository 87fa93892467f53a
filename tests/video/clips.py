"""Tiny videos, written on the spot, whose pictures say which they are."""

from pathlib import Path
from typing import Any

import numpy as np

TIME_BASE = 1000


def picture(index: int, width: int = 64, height: int = 48) -> np.ndarray:
    """Make a picture as bright as its index, with a white square in the top-left corner."""
    image = np.full((height, width, 3), 4 * index, np.uint8)
    image[: height // 3, : width // 3] = 255
    return image


def index_of(image: np.ndarray) -> int:
    """Tell which picture this is, by the brightness of its middle."""
    height, width = image.shape[:2]
    return round(float(image[height // 2 - 4 : height // 2 + 4, width // 2 - 4 : width // 2 + 4].mean()) / 4)


def write_clip(
    path: Path,
    times_ms: list[int],
    size: tuple[int, int] = (64, 48),
    rotation_degrees: int | None = None,
    *,
    front_loaded: bool = False,
) -> Path:
    """Write one picture at each time; `front_loaded` puts the header first, so that a cut file still opens."""
    import av

    options = {"movflags": "faststart"} if front_loaded else {}
    with av.open(str(path), "w", options=options) as container:
        stream: Any = container.add_stream("mpeg4", rate=TIME_BASE)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.codec_context.qmin = stream.codec_context.qmax = 2
        stream.codec_context.gop_size = 5
        if rotation_degrees is not None:
            stream.set_display_rotation(rotation_degrees)
        for index, time in enumerate(times_ms):
            frame = av.VideoFrame.from_ndarray(picture(index, *size), format="rgb24")
            frame.pts = time
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def write_sound(path: Path) -> Path:
    """Write a file that holds sound and no picture."""
    import av

    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("aac", rate=44100)
        stream.layout = "mono"
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 44100), np.float32), format="fltp", layout="mono")
        frame.sample_rate = 44100
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def repeat_clip(source: Path, path: Path, times: int) -> Path:
    """Write a video's pictures several times over, as they are encoded."""
    import av

    with av.open(str(path), "w") as container:
        stream: Any = None
        for turn in range(times):
            with av.open(str(source)) as clip:
                pictures = clip.streams.video[0]
                stream = container.add_stream_from_template(pictures) if stream is None else stream
                length = pictures.duration
                assert length is not None
                for packet in clip.demux(pictures):
                    if packet.dts is None or packet.pts is None:
                        continue  # the empty packet at the end
                    packet.pts, packet.dts = packet.pts + turn * length, packet.dts + turn * length
                    packet.stream = stream
                    container.mux(packet)
    return path
