"""Motion capture to train on: read once from its many files, then from one that loads in a second."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from kinelift.datasets.mocap import is_held_out, load_mocap
from kinelift.datasets.trial import MocapTrial
from kinelift.datasets.trial_store import load_trials, save_trials

PREPARED_FPS = 60.0
"""The highest rate of prepared trials: twice the models', as clips are also played faster."""

Reading = Callable[[str, int, int], None]
"""Called with a file's name, its number from 1 and how many there are."""


def prepare(folder: Path, out: Path, *, on_reading: Reading | None = None) -> list[MocapTrial]:
    """Read a folder of motion capture, the held-out split left out, and write it as one file that loads at once."""
    trials = load_mocap(folder, exclude=is_held_out, on_progress=on_reading)
    save_trials(out, trials, max_fps=PREPARED_FPS)
    return load_trials(out)


def load_prepared(
    data: Path, *, cache: Path | None = None, on_reading: Reading | None = None
) -> list[MocapTrial]:
    """Return the trials of a folder of motion capture or of a prepared file, the held-out split left out of both.

    A folder is prepared once for each folder `cache`, which may not be the data's own.
    """
    if data.is_file():
        return [trial for trial in load_trials(data) if not is_held_out(trial)]
    if not data.is_dir():
        raise FileNotFoundError(f"{data}: no such folder of motion capture or prepared file.")
    if cache is None:
        return load_mocap(data, exclude=is_held_out, on_progress=on_reading)
    prepared = cache / f"trials-{_fingerprint(data)}.npz"
    return load_trials(prepared) if prepared.is_file() else prepare(data, prepared, on_reading=on_reading)


def _fingerprint(folder: Path) -> str:
    """Tell folders of data apart by their files' names and sizes."""
    files = sorted(
        (str(path.relative_to(folder)), path.stat().st_size) for path in folder.rglob("*") if path.is_file()
    )
    return hashlib.sha256(repr(files).encode()).hexdigest()[:12]
