"""kinelift lift."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from tyro.conf import Positional, arg

from kinelift.cli.options import (
    BodyOptions,
    CameraOptions,
    ClipOptions,
    OutFolder,
    ResultName,
    RoadOptions,
    WritingOptions,
)
from kinelift.cli.stages import stage_clock


@dataclass(frozen=True)
class Lift:
    """Lift a video or a file of keypoints to 3D: motion.npz, motion.json and view.html.

    Of a folder every video and file of keypoints is lifted, each into a folder of its own, in one process a core.
    """

    source: Positional[Annotated[Path, arg(metavar="VIDEO|KEYPOINTS|FOLDER")]]
    """A video, keypoints as .npz or .json, or a folder of them."""
    out: OutFolder
    """Folder for the results."""
    body: BodyOptions = field(default_factory=BodyOptions)
    camera: CameraOptions = field(default_factory=CameraOptions)
    clip: ClipOptions = field(default_factory=ClipOptions)
    road: RoadOptions = field(default_factory=RoadOptions)
    writing: WritingOptions = field(default_factory=WritingOptions)
    only: tuple[ResultName, ...] = ("npz", "json", "html")
    """Which results to write: the three, or other programs' formats."""

    def run(self) -> int:
        """Lift, write and say how well it went."""
        from kinelift.cli.lifting import Lifting, has_results, lift_to_folder

        lifting = Lifting(self.only, self.clip, self.camera, self.body, self.road, self.writing)
        with stage_clock() as clock:
            if self.source.is_dir():
                from kinelift.cli.lifting_many import lift_many

                code = lift_many(self.source, self.out, lifting)
            elif self.road.skip_existing and has_results(self.out, self.only):
                print(f"{self.out}: its results are there; left as they are.")
                code = 0
            else:
                lift_to_folder(self.source, self.out, lifting)
                code = 0
        if self.road.profile:
            print(*clock.table(), sep="\n")
        return code
