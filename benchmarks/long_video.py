"""Memory and rate of thirty minutes of video against one; printed as JSON. Takes minutes.

    python benchmarks/long_video.py
    python benchmarks/long_video.py --minutes 10 --only npz
    python benchmarks/long_video.py --minutes 3 --repeat VIDEO --seconds 4.5

The videos are synthetic: small pictures that hold their own number in black and white squares, in which a detector made
for the purpose reads it and replays known keypoints. So what is measured is everything but MediaPipe: decoding,
following, lifting, placing and writing, as `kinelift lift` does it, each video in a process of its own. Peak memory is
the process's resident maximum, modules and network included. `in_memory` is `kl.lift_video`, whose result is held.
With `--repeat` the videos are the first seconds of this one to and fro, and MediaPipe looks at them; choose seconds in
which one person stays in sight.
"""

from __future__ import annotations

import argparse
import itertools
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

import kinelift as kl
from disk_to_disk import peak_rss_mb
from endless_keypoints import FPS, EndlessKeypoints
from kinelift.detection import Detection, Region
from kinelift.lifting import load_network
from kinelift.passes import DiskScratch
from kinelift.pipeline import lift_video_rows
from kinelift.video import open_video
from kinelift.weights import find_model
from machine import machine

SQUARE_PX, BITS_ACROSS, BITS = 8, 8, 24
WIDTH, HEIGHT = SQUARE_PX * BITS_ACROSS, SQUARE_PX * BITS // BITS_ACROSS
REPLAYED_FRAMES = 3000
"""Known keypoints: they are replayed to and fro."""


class Replay:
    """A detector that replays keypoints, the frame's number being in its picture."""

    def __init__(self) -> None:
        source = EndlessKeypoints()
        taken = source.take(REPLAYED_FRAMES)
        scale = np.array((WIDTH, HEIGHT), np.float32) / source.image_size
        self._points, self._scores = taken.points_px * scale, taken.scores

    @property
    def skeleton(self) -> kl.Skeleton:
        """Return the layout of the keypoints."""
        return kl.COCO_17

    def detect(self, image: np.ndarray, region: Region | None = None) -> list[Detection]:
        """Return the one person of the frame whose number the picture holds."""
        squares = image[SQUARE_PX // 2 :: SQUARE_PX, SQUARE_PX // 2 :: SQUARE_PX, 0].ravel() > 127
        number = int(squares @ (1 << np.arange(BITS)))
        turned = number % (2 * REPLAYED_FRAMES - 2)
        at = min(turned, 2 * REPLAYED_FRAMES - 2 - turned)
        return [Detection(self._points[at], self._scores[at])]

    def close(self) -> None:
        """Nothing is held."""


def write_video(path: Path, frames: int) -> None:
    """Write numbered pictures."""
    import av

    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("mpeg4", rate=round(FPS))
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for number in range(frames):
            bits = (number >> np.arange(BITS)) & 1
            gray = np.kron(bits.reshape(-1, BITS_ACROSS), np.full((SQUARE_PX, SQUARE_PX), 255)).astype(
                np.uint8
            )
            frame = av.VideoFrame.from_ndarray(np.repeat(gray[..., None], 3, axis=2), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def repeat_video(source: Path, seconds: float, path: Path, frames: int) -> None:
    """Write the beginning of a video to and fro, so that nobody leaps where it begins again."""
    import av

    with av.open(str(source)) as container:
        decoded = itertools.takewhile(lambda frame: frame.time < seconds, container.decode(video=0))
        pictures = [frame.to_ndarray(format="yuv420p") for frame in decoded]
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("mpeg4", rate=round(FPS))
        stream.height, stream.width = pictures[0].shape[0] * 2 // 3, pictures[0].shape[1]
        stream.pix_fmt, stream.bit_rate = "yuv420p", 8_000_000
        for picture in itertools.islice(itertools.cycle([*pictures, *pictures[-2:0:-1]]), frames):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="yuv420p")))
        container.mux(stream.encode(None))


def lift_here(video: Path, folder: Path, formats: list[str], replay: bool) -> dict[str, float]:
    """Lift in this process, and return what it took; without formats the result goes to memory."""
    load_network(find_model("default"))
    detector = Replay() if replay else None
    start = time.perf_counter()
    if formats:
        with DiskScratch(folder) as scratch:
            recording = lift_video_rows(open_video(video), scratch, detector=detector)
            for format in formats:
                kl.write(recording, folder / f"long.{format}")
            frames = len(recording)
    else:
        frames = len(kl.lift_video(video, detector=detector).people[0].motion)
    seconds = time.perf_counter() - start
    return {"frames": frames, "frames_per_second": frames / seconds, "peak_rss_mb": peak_rss_mb()}


def lift_elsewhere(video: Path, formats: list[str], replay: bool) -> dict[str, float]:
    """Do the same in a process of its own."""
    command = [sys.executable, __file__, "--lift", str(video), "--only", *formats]
    if not replay:
        command += ["--repeat", str(video)]
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)


def against_one_minute(short: Path, long: Path, formats: list[str], replay: bool) -> dict[str, object]:
    """Lift one minute before and after the long video."""
    first = lift_elsewhere(short, formats, replay)
    lasting = lift_elsewhere(long, formats, replay)
    second = lift_elsewhere(short, formats, replay)
    rate = (first["frames_per_second"] + second["frames_per_second"]) / 2
    return {
        "one_minute": [first, second],
        "long": lasting,
        "more_memory_mb": round(lasting["peak_rss_mb"] - max(first["peak_rss_mb"], second["peak_rss_mb"]), 1),
        "rate_of_long_over_one_minute": round(lasting["frames_per_second"] / rate, 3),
    }


def measure(
    minutes: float, formats: list[str], folder: Path, repeated: Path | None, seconds: float
) -> dict[str, object]:
    """Write both videos, and lift them to files and to memory."""
    short, long = folder / "short.mp4", folder / "long.mp4"
    for path, length in ((short, 1.0), (long, minutes)):
        frames = round(60 * FPS * length)
        if repeated is None:
            write_video(path, frames)
        else:
            repeat_video(repeated, seconds, path, frames)
    replay = repeated is None
    return {
        "minutes": minutes,
        "formats": formats,
        "detector": "replay" if replay else "MediaPipe",
        "in_files": against_one_minute(short, long, formats, replay),
        **({"in_memory": against_one_minute(short, long, [], replay)} if replay else {}),
    }


def main() -> None:
    """Measure and print, or lift one file where the measuring asks for it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--only", nargs="*", default=["npz", "json", "html"], choices=["npz", "json", "html"])
    parser.add_argument("--repeat", type=Path, metavar="VIDEO")
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--lift", type=Path, metavar="VIDEO", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if arguments.lift:
            print(
                json.dumps(lift_here(arguments.lift, Path(folder), arguments.only, arguments.repeat is None))
            )
            return
        figures = measure(
            arguments.minutes, arguments.only, Path(folder), arguments.repeat, arguments.seconds
        )
    print(json.dumps({"machine": machine(), **figures}, indent=2))


if __name__ == "__main__":
    main()
