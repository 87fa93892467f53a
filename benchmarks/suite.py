"""Measure how fast everything is and draw docs/performance.md: one command, under ten minutes on two idle cores.

    python benchmarks/suite.py
    python benchmarks/suite.py --video park.mp4     # the video road too

Each script runs in a process of its own, one after the other; what it prints goes to benchmarks/results. Cores that
nothing else uses are wanted.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

from kinelift.whole_files import write_whole

HERE = Path(__file__).parent


def main() -> None:
    """Run all, then draw."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--video", type=Path)
    video = parser.parse_args().video
    commands = {"training": ["training.py"], "sweeps": ["sweeps.py"]}
    if video is not None:
        commands["video_road"] = ["video_road.py", str(video), "--rounds", "2", "--copies", "4"]
    for name, (script, *arguments) in commands.items():
        start = time.monotonic()
        run = subprocess.run(
            [sys.executable, HERE / script, *arguments], stdout=subprocess.PIPE, text=True, check=True
        )
        write_whole(HERE / "results" / f"{name}.json", run.stdout)
        print(f"{script}: {time.monotonic() - start:.0f} s", flush=True)
    subprocess.run([sys.executable, HERE / "draw_performance.py"], check=True)


if __name__ == "__main__":
    main()
