"""What a video costs beyond decoding and detecting it, and how a folder of them shares out over cores; JSON.

    python benchmarks/video_road.py VIDEO
    python benchmarks/video_road.py VIDEO --copies 4 --rounds 1

Everything runs in processes of its own, from nothing to their end, in turns. `alone` opens the video, loads MediaPipe,
decodes ahead and follows the most prominent person, and does no more; `lift` is `kinelift lift` on it. A folder of
copies is lifted by `kinelift lift FOLDER` on all cores, and on one core, which it then gives one process. Seconds are
medians by the clock and of the processor; where others use the machine, processor seconds are what to compare for the
first, and nothing is for the second.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from machine import machine

LIFT = "import sys; from kinelift.cli.start import start; sys.exit(start())"
ALONE = """
import sys
from kinelift.detection import longest_side_wanted
from kinelift.detection.mediapipe import MediaPipeDetector
from kinelift.tracking.follow import follow
from kinelift.tracking.prominence import find_person
from kinelift.video import open_video
with MediaPipeDetector() as detector:
    video = open_video(sys.argv[1]).no_larger_than(longest_side_wanted(detector))
    first = find_person(video, detector, video.fps, "prominent")
    print(sum(1 for seen in follow(video, detector, first, video.fps)))
"""


@dataclass(frozen=True)
class Cost:
    """What one process and its children took."""

    seconds: float
    processor_seconds: float


def cost(script: str, *arguments: object, cores: set[int] | None = None) -> Cost:
    """Run Python in a process of its own, on these cores alone if any are named."""
    before, start = os.times(), time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=(lambda: os.sched_setaffinity(0, cores)) if cores else None,
    )
    if process.wait() != 0:
        raise RuntimeError(f"exit code {process.returncode} of: {script} {arguments}")
    after = os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return Cost(time.perf_counter() - start, spent)


def medians(costs: list[Cost]) -> dict[str, float]:
    """Return medians, and the spread by the clock."""
    return {
        "seconds": round(statistics.median(c.seconds for c in costs), 2),
        "processor_seconds": round(statistics.median(c.processor_seconds for c in costs), 2),
        "fastest": round(min(c.seconds for c in costs), 2),
        "slowest": round(max(c.seconds for c in costs), 2),
    }


def one_video(video: Path, rounds: int, folder: Path) -> dict[str, object]:
    """Lift it and detect in it, in turns."""
    costs: dict[str, list[Cost]] = {"alone": [], "lift": [], "lift_every_third": []}
    for _ in range(rounds):
        costs["alone"].append(cost(ALONE, video))
        costs["lift"].append(cost(LIFT, "lift", video, "-o", folder / "one"))
        costs["lift_every_third"].append(cost(LIFT, "lift", video, "-o", folder / "one", "--detect-every", 3))
    said = {name: medians(each) for name, each in costs.items()}
    return {
        **said,
        "lift_over_alone": round(said["lift"]["seconds"] / said["alone"]["seconds"], 3),
        "lift_over_alone_processor": round(
            said["lift"]["processor_seconds"] / said["alone"]["processor_seconds"], 3
        ),
    }


def a_folder(video: Path, copies: int, folder: Path) -> dict[str, object]:
    """Lift copies on all cores, and on one."""
    clips = folder / "clips"
    clips.mkdir()
    for number in range(copies):
        shutil.copy(video, clips / f"{number}{video.suffix}")
    cores = os.sched_getaffinity(0)
    all_cores = cost(LIFT, "lift", clips, "-o", folder / "all")
    one_core = cost(LIFT, "lift", clips, "-o", folder / "single", cores={min(cores)})
    return {
        "copies": copies,
        "cores": len(cores),
        "all_cores": medians([all_cores]),
        "one_core": medians([one_core]),
        "times_the_rate": round(one_core.seconds / all_cores.seconds, 2),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("video", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--copies", type=int, default=8)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = {
            "machine": machine(),
            "rounds": arguments.rounds,
            "one_video": one_video(arguments.video, arguments.rounds, Path(folder)),
            "folder": a_folder(arguments.video, arguments.copies, Path(folder)),
        }
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
