"""kinelift export."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from tyro.conf import FlagCreatePairsOff, Positional, arg

from kinelift.cli.options import OutFile


@dataclass(frozen=True)
class Export:
    """Write a checkpoint, ours or VideoPose3D's, as one .onnx file that says what it is."""

    checkpoint: Positional[Annotated[Path, arg(metavar="CHECKPOINT")]]
    """A checkpoint of `kinelift train` or the folder of its run, or a .bin of VideoPose3D."""
    out: OutFile
    """The model to write, .onnx."""
    int8: FlagCreatePairsOff[bool] = False
    """In 8-bit integers: a quarter of the size and several times as fast; says how far that moves joints."""
    causal: FlagCreatePairsOff[bool] = False
    """It was trained with --causal; short for --look-ahead 0."""
    look_ahead: Annotated[int | None, arg(metavar="FRAMES")] = None
    """Frames it was trained to look ahead, where the checkpoint does not say (a .bin; centred unless given)."""
    dense: FlagCreatePairsOff[bool] = False
    """A .bin whose network was trained with --dense."""
    skeleton: Annotated[str | None, arg(metavar="NAME")] = None
    """Keypoints that a .bin reads: h36m_17 unless given, or coco_17."""

    def run(self) -> None:
        """Export and say what the model reads and gives."""
        from kinelift.cli.exporting import Said, export_float32_shown, export_int8_shown

        said = Said(self.causal, self.look_ahead, self.dense, self.skeleton)
        (export_int8_shown if self.int8 else export_float32_shown)(self.checkpoint, self.out, said)
