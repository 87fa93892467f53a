"""kinelift lift."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from tyro.conf import Positional, arg

from kinelift.cli.options import BodyOptions, CameraOptions, ClipOptions, OutFolder


@dataclass(frozen=True)
class Lift:
    """Lift a video or a file of keypoints to 3D: motion.npz, motion.json and view.html."""

    source: Positional[Annotated[Path, arg(metavar="VIDEO|KEYPOINTS")]]
    """A video, or keypoints as .npz or .json."""
    out: OutFolder
    """Folder for the results."""
    body: BodyOptions = field(default_factory=BodyOptions)
    camera: CameraOptions = field(default_factory=CameraOptions)
    clip: ClipOptions = field(default_factory=ClipOptions)
    only: tuple[Literal["npz", "json", "html"], ...] = ("npz", "json", "html")
    """Which results to write."""

    def run(self) -> None:
        """Lift, write and say how well it went."""
        from kinelift.cli.lifting import lift_to_folder

        lift_to_folder(self.source, self.out, self.only, self.clip, self.camera, self.body)
