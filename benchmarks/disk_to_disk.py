"""Memory and rate of lifting an .npz of keypoints to motion.npz, however long, and a cold start; printed as JSON.

    python benchmarks/disk_to_disk.py                        # ten hours at 50 fps: minutes of work, some GB of disk
    python benchmarks/disk_to_disk.py --frames 180000

Each figure is of a process of its own that does what `kinelift lift KEYPOINTS.npz -o DIR --only npz` does, with a
shipped model. Rates count from the keypoints' file to the motion's, once the modules and the network are loaded; one
minute is measured before and after the long clip, and its median counts. Peak memory is the process's own resident
maximum, imports and network included. The cold start is the command itself on 1,000 frames, from nothing to its end.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

import kinelift as kl
from endless_keypoints import FPS, EndlessKeypoints
from kinelift.body.rows import KeypointRows, MadeRows
from kinelift.export.keypoints_npz import write_keypoints_npz

TEN_HOURS = 1_800_000
ONE_MINUTE = int(60 * FPS)
COLD_START = 1000
AWAY = int(1 * FPS)
"""Frames of every minute in which nobody is seen."""


def write_keypoints(path: Path, frames: int) -> None:
    """Write a clip without ever holding it."""
    endless = EndlessKeypoints()

    def taken(name: str) -> Callable[[int, int], np.ndarray]:
        source = EndlessKeypoints()

        def rows(start: int, stop: int) -> np.ndarray:
            values = np.array(getattr(source.take(stop - start), name))
            values[np.arange(start, stop) % ONE_MINUTE >= ONE_MINUTE - AWAY] = 0.0
            return values

        return rows

    joints, single = len(kl.COCO_17), np.dtype(np.float32)
    clip = KeypointRows(
        points_px=MadeRows((frames, joints, 2), single, taken("points_px")),
        scores=MadeRows((frames, joints), single, taken("scores")),
        skeleton=kl.COCO_17,
        fps=FPS,
        image_size=endless.image_size,
    )
    write_keypoints_npz(clip, path)


def lift_here(keypoints: Path, folder: Path, model: str) -> dict[str, float]:
    """Lift in this process, and return what it took."""
    from kinelift.cli.lifting import Lifting, lift_to_folder
    from kinelift.cli.options import BodyOptions
    from kinelift.lifting import load_network
    from kinelift.weights import find_model

    load_network(find_model(model))
    start = time.perf_counter()
    lift_to_folder(keypoints, folder, Lifting(body=BodyOptions(model=model), only=("npz",)))
    return {"seconds": time.perf_counter() - start, "peak_rss_mb": peak_rss_mb()}


def peak_rss_mb() -> float:
    """Return this process's resident maximum. getrusage's would count what started the process too."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6  # bytes on macOS
    (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024 / 1e6


def lift_elsewhere(keypoints: Path, folder: Path, model: str) -> dict[str, float]:
    """Do the same in a process of its own."""
    command = [sys.executable, __file__, "--lift", str(keypoints), str(folder), "--model", model]
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(run.stdout.splitlines()[-1])


def cold_start_seconds(keypoints: Path, folder: Path, model: str) -> float:
    """Return how long the command takes, the process included: the median of several times."""
    command = [sys.executable, "-c", "import sys; from kinelift.cli.start import start; sys.exit(start())"]
    command += ["lift", str(keypoints), "-o", str(folder), "--only", "npz", "--model", model]
    seconds = []
    for _ in range(8):
        start = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        seconds.append(time.perf_counter() - start)
    return float(np.median(seconds[1:]))  # the first may compile modules


def measure(frames: int, model: str, folder: Path) -> dict[str, object]:
    """Measure everything, in files that lie in a folder."""
    files = {count: folder / f"keypoints_{count}.npz" for count in (COLD_START, ONE_MINUTE, frames)}
    for count, path in files.items():
        write_keypoints(path, count)
    minutes = [lift_elsewhere(files[ONE_MINUTE], folder, model) for _ in range(5)]
    long = lift_elsewhere(files[frames], folder, model)
    minutes += [lift_elsewhere(files[ONE_MINUTE], folder, model) for _ in range(5)]
    seconds = float(np.median([minute["seconds"] for minute in minutes]))
    return {
        "machine": {"system": platform.system(), "cores": os.cpu_count()},
        "model": model,
        "one_minute": {
            "frames": ONE_MINUTE,
            "seconds": seconds,
            "frames_per_second": ONE_MINUTE / seconds,
            "peak_rss_mb": max(minute["peak_rss_mb"] for minute in minutes),
        },
        "long": {"frames": frames, **long, "frames_per_second": frames / long["seconds"]},
        "rate_of_long_over_one_minute": frames / long["seconds"] / (ONE_MINUTE / seconds),
        "cold_start": {"frames": COLD_START, "seconds": cold_start_seconds(files[COLD_START], folder, model)},
    }


def main() -> None:
    """Measure and print, or lift one file where the measuring asks for it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--frames", type=int, default=TEN_HOURS)
    parser.add_argument("--model", default="default")
    parser.add_argument("--lift", nargs=2, type=Path, metavar=("KEYPOINTS", "DIR"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.lift:
        print(json.dumps(lift_here(arguments.lift[0], arguments.lift[1], arguments.model)))
        return
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measure(arguments.frames, arguments.model, Path(folder)), indent=2))


if __name__ == "__main__":
    main()
