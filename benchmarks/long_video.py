"""Memory and rate of thirty minutes of video against one; printed as JSON. Takes minutes.

    python benchmarks/long_video.py
    python benchmarks/long_video.py --minutes 10 --only npz

The videos are synthetic: small pictures that hold their own number in black and white squares, in which a detector made
for the purpose reads it and replays known keypoints. So what is measured is everything but MediaPipe: decoding,
following, lifting, placing and writing, by the Python interface, each video in a process of its own. Peak memory is the
process's resident maximum, modules and network included.
"""

from __future__ import annotations

import argparse
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


def lift_here(video: Path, folder: Path, formats: list[str]) -> dict[str, float]:
    """Lift in this process, and return what it took."""
    from kinelift.lifting import load_network
    from kinelift.weights import find_model

    load_network(find_model("default"))
    start = time.perf_counter()
    recording = kl.lift_video(video, detector=Replay())
    for format in formats:
        kl.write(recording, folder / f"long.{format}")
    seconds = time.perf_counter() - start
    frames = len(recording.people[0].motion)
    return {"frames": frames, "frames_per_second": frames / seconds, "peak_rss_mb": peak_rss_mb()}


def lift_elsewhere(video: Path, formats: list[str]) -> dict[str, float]:
    """Do the same in a process of its own."""
    command = [sys.executable, __file__, "--lift", str(video), "--only", *formats]
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)


def measure(minutes: float, formats: list[str], folder: Path) -> dict[str, object]:
    """Lift one minute before and after the long video."""
    short, long = folder / "short.mp4", folder / "long.mp4"
    write_video(short, round(60 * FPS))
    write_video(long, round(60 * FPS * minutes))
    first = lift_elsewhere(short, formats)
    lasting = lift_elsewhere(long, formats)
    second = lift_elsewhere(short, formats)
    rate = (first["frames_per_second"] + second["frames_per_second"]) / 2
    return {
        "minutes": minutes,
        "formats": formats,
        "one_minute": [first, second],
        "long": lasting,
        "more_memory_mb": round(lasting["peak_rss_mb"] - max(first["peak_rss_mb"], second["peak_rss_mb"]), 1),
        "rate_of_long_over_one_minute": round(lasting["frames_per_second"] / rate, 3),
    }


def main() -> None:
    """Measure and print, or lift one file where the measuring asks for it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--only", nargs="+", default=["npz"], choices=["npz", "json", "html"])
    parser.add_argument("--lift", type=Path, metavar="VIDEO", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if arguments.lift:
            print(json.dumps(lift_here(arguments.lift, Path(folder), arguments.only)))
            return
        figures = measure(arguments.minutes, arguments.only, Path(folder))
    print(json.dumps({"machine": machine(), **figures}, indent=2))


if __name__ == "__main__":
    main()
