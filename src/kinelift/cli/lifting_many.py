"""A folder of videos or keypoints, each lifted into a folder of its own, in one process a core."""

from __future__ import annotations

import io
import logging
import multiprocessing
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from typing import Literal

from kinelift.cli.failures import sentence
from kinelift.cli.lifting import has_results, lift_to_folder
from kinelift.cli.options import Lifting

SUFFIXES = frozenset(
    {".mp4", ".m4v", ".mov", ".mkv", ".avi", ".webm", ".mpg", ".mpeg", ".wmv", ".ts", ".npz", ".json", ".csv"}
)


@dataclass(frozen=True)
class Lifted:
    """What became of one file."""

    source: Path
    outcome: Literal["lifted", "skipped", "failed"]
    said: str
    """What the lifting printed, or why there was none."""


def lift_quietly(source: Path, folder: Path, lifting: Lifting) -> Lifted:
    """Lift one file in this process, in silence."""
    if lifting.road.skip_existing and has_results(folder, lifting.only):
        return Lifted(source, "skipped", "its results are there")
    said = io.StringIO()
    try:
        with redirect_stdout(said), redirect_stderr(None), _warnings_into(said):
            lift_to_folder(source, folder, lifting)
    except Exception as error:  # one bad file must not stop the others
        return Lifted(source, "failed", sentence(error))
    return Lifted(source, "lifted", said.getvalue().rstrip())


def lift_many(source: Path, folder: Path, lifting: Lifting) -> int:
    """Lift every file of a folder, print what became of each and a summary; returns the exit code."""
    start = time.monotonic()
    places = places_for(source, folder)
    counted: Counter[str] = Counter()
    for lifted in _lifted(places, lifting):
        counted[lifted.outcome] += 1
        print(f"[{counted.total()}/{len(places)}] {lifted.source.name}: {lifted.outcome}")
        print(*(f"  {line}" for line in lifted.said.splitlines()), sep="\n", flush=True)
    parts = ", ".join(f"{counted[outcome]} {outcome}" for outcome in ("lifted", "skipped", "failed"))
    print(f"{len(places)} files: {parts}, in {time.monotonic() - start:.1f} s")
    return 1 if counted["failed"] else 0


def places_for(source: Path, folder: Path) -> dict[Path, Path]:
    """Return the folder of results for each video or file of keypoints; names that clash keep their suffix."""
    files = sorted(path for path in source.iterdir() if path.is_file() and path.suffix.lower() in SUFFIXES)
    if not files:
        raise ValueError(
            f"{source}: nothing to lift in this folder; files ending in one of {', '.join(sorted(SUFFIXES))} are."
        )
    alike = Counter(path.stem for path in files)
    return {path: folder / (path.stem if alike[path.stem] == 1 else path.name) for path in files}


def _lifted(places: dict[Path, Path], lifting: Lifting) -> Iterator[Lifted]:
    cores = _cores()
    # Started anew, not forked: libraries that run threads do not bear being forked.
    context = multiprocessing.get_context("spawn")
    free = context.SimpleQueue()
    for core in cores:
        free.put(core)
    with ProcessPoolExecutor(min(len(cores), len(places)), context, _keep_to_one, (free,)) as pool:
        tasks = [pool.submit(lift_quietly, *place, lifting) for place in places.items()]
        for task in as_completed(tasks):
            yield task.result()


@contextmanager
def _warnings_into(said: io.StringIO) -> Iterator[None]:
    handler = logging.StreamHandler(said)
    handler.setLevel(logging.WARNING)
    package = logging.getLogger("kinelift")
    package.addHandler(handler)
    try:
        yield
    finally:
        package.removeHandler(handler)


def _cores() -> Sequence[int]:
    if sys.platform == "linux":
        return sorted(os.sched_getaffinity(0))
    return range(os.cpu_count() or 1)


def _keep_to_one(free: SimpleQueue) -> None:
    """Keep this process, and the threads its libraries will start, to a core that is free."""
    core = free.get()
    if sys.platform == "linux":
        os.sched_setaffinity(0, {core})
