"""kinelift train."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

from tyro.conf import Positional, arg

from kinelift.cli.lists import listed


@dataclass(frozen=True)
class Train:
    """Train a preset, or go on with the run in its folder, and export the model."""

    preset: Positional[Annotated[str, arg(metavar="PRESET")]]
    """`default`: the shipped model; `debug`: seconds, without data; `h36m-243` and its like: the paper's;
    any other name lists them all."""
    data: Annotated[Path | None, arg(metavar="DIR|FILE")] = None
    """A folder of motion capture, or what `kinelift prepare mocap` made of it; for the paper's presets
    VideoPose3D's files."""
    out: Annotated[Path | None, arg(aliases=["-o"], metavar="DIR")] = None
    """The run's folder; runs/PRESET unless given."""
    keypoints: Annotated[str | None, arg(metavar="NAME")] = None
    """For the paper's presets: whose keypoints to read, as in data_2d_h36m_NAME.npz."""
    subjects: Annotated[str | None, arg(metavar="S1,S5")] = None
    """For the paper's presets: who is learnt from."""
    actions: Annotated[str | None, arg(metavar="A,B")] = None
    """For the paper's presets: only these, by prefix."""
    device: str = "cpu"
    """A torch device."""
    epochs: int | None = None
    """Other than the preset's number."""
    export: Annotated[Path | None, arg(metavar="FILE")] = None
    """Where to write the model and its card too."""

    def run(self) -> None:
        """Train and print where everything is."""
        from kinelift.cli.training import train_shown
        from kinelift.training.paper_presets import choosing
        from kinelift.training.presets import preset_named

        config = choosing(
            preset_named(self.preset),
            keypoints=self.keypoints,
            subjects=listed(self.subjects),
            actions=listed(self.actions),
        )
        config = config if self.epochs is None else replace(config, epochs=self.epochs)
        train_shown(config, self.data, self.out or Path("runs") / config.name, self.device, self.export)
