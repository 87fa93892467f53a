"""kinelift train."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from tyro.conf import Positional, arg

from kinelift.cli.options import PaperOptions


@dataclass(frozen=True)
class Train:
    """Train a preset, or go on with the run in its folder, and export the model."""

    preset: Positional[Annotated[str, arg(metavar="PRESET")]]
    """`default`: the shipped model; `debug`: seconds, without data; `h36m-243` and its like: the paper's;
    any other name lists them all."""
    data: Annotated[Path | None, arg(metavar="DIR|FILE")] = None
    """A folder of motion capture, or what `kinelift prepare` made of a data set; for the paper's presets also
    VideoPose3D's files."""
    out: Annotated[Path | None, arg(aliases=["-o"], metavar="DIR")] = None
    """The run's folder; runs/PRESET unless given."""
    device: Annotated[str, arg(metavar="DEVICE")] = "cpu"
    """A torch device, such as cuda."""
    epochs: Annotated[int | None, arg(metavar="COUNT")] = None
    """Other than the preset's number."""
    export: Annotated[Path | None, arg(metavar="FILE")] = None
    """Where to write the model and its card too."""
    paper: PaperOptions = field(default_factory=PaperOptions)

    def run(self) -> None:
        """Train and print where everything is."""
        from kinelift.cli.training import chosen, train_shown

        config = chosen(self.preset, self.paper, self.epochs)
        train_shown(config, self.data, self.out or Path("runs") / config.name, self.device, self.export)
