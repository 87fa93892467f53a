"""kinelift prepare."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from tyro.conf import Positional, arg

from kinelift.cli.options import CameraOptions, KeypointOptions


@dataclass(frozen=True)
class Prepare:
    """Read a data set once into a form that `kinelift train --data` opens at once; one that was stopped goes on."""

    dataset: Positional[Literal["mocap", "human36m", "humaneva", "mpi-inf-3dhp", "keypoints"]]
    """mocap: motion capture (.zip, .asf with .amc, .bvh, .npz), the held-out split left out. human36m: .cdf.
    humaneva: converted_15j. mpi-inf-3dhp: annot.mat, annot_data.mat. keypoints: any folder of .json and .npz."""
    source: Positional[Annotated[Path, arg(metavar="DIR")]]
    """The folder to read."""
    out: Annotated[Path, arg(aliases=["-o"], metavar="FILE|DIR")]
    """What to write: for mocap a file, .npz; for the others a folder."""
    detections: Annotated[Path | None, arg(metavar="FILE")] = None
    """For human36m: a detector's keypoints, data_2d_h36m_NAME.npz, in place of projected joints."""
    said: KeypointOptions = field(default_factory=KeypointOptions)
    camera: CameraOptions = field(default_factory=CameraOptions)

    def run(self) -> None:
        """Read, write and say how much there is."""
        from kinelift.cli.preparing import prepare_shown

        prepare_shown(self)
