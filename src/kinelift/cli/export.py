"""kinelift export."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from tyro.conf import Positional, arg

from kinelift.cli.options import OutFile


@dataclass(frozen=True)
class Export:
    """Write a checkpoint of `kinelift train` as one .onnx file that says what it is."""

    checkpoint: Positional[Annotated[Path, arg(metavar="CHECKPOINT")]]
    """A checkpoint, or the folder of its run."""
    out: OutFile
    """The model to write, .onnx."""

    def run(self) -> None:
        """Export and say what the model reads and gives."""
        from kinelift.training.exporting import export_checkpoint
        from kinelift.training.loop import CHECKPOINT_NAME

        folder = self.checkpoint.is_dir()
        facts = export_checkpoint(self.checkpoint / CHECKPOINT_NAME if folder else self.checkpoint, self.out)
        print(self.out)
        print(
            f"{facts.name}: {facts.input_skeleton.name} to {facts.output_skeleton.name}, "
            f"{facts.receptive_field} frames at {facts.fps:g} fps, {facts.look_ahead} of them ahead"
        )
