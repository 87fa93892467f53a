"""kinelift prepare."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from tyro.conf import Positional, arg

from kinelift.cli.options import OutFile


@dataclass(frozen=True)
class Prepare:
    """Read a data set once into one file that `kinelift train --data` loads in seconds."""

    dataset: Positional[Literal["mocap"]]
    """mocap: a folder of motion capture (.zip, .asf with .amc, .bvh, .npz); the held-out split is left out."""
    source: Positional[Annotated[Path, arg(metavar="DIR")]]
    """The folder to read."""
    out: OutFile
    """The file to write, .npz."""

    def run(self) -> None:
        """Read, write and say how much there is."""
        from kinelift.cli.counts import counted
        from kinelift.cli.progress import progress
        from kinelift.datasets.prepared import prepare

        if self.out.is_dir():  # said before the folder is read, which takes minutes
            raise ValueError(f"{self.out}: is a folder; name the file to write in it.")
        with progress() as show:
            trials = prepare(
                self.source, self.out, on_reading=lambda name, at, of: show("reading", at - 1, of, f" {name}")
            )
        minutes = sum(trial.seconds for trial in trials) / 60.0
        people = counted(len({trial.subject for trial in trials}), "subject")
        print(f"{self.out}\n{counted(len(trials), 'trial')} of {people}, {minutes:.1f} minutes")
