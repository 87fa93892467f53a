"""kinelift finetune."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from tyro.conf import FlagCreatePairsOff, arg

from kinelift.cli.options import CameraOptions, KeypointOptions, OutFolder


@dataclass(frozen=True)
class Finetune:
    """Make a shipped lifter better for your own clips, from their keypoints alone; no 3D is needed."""

    unlabelled: Annotated[Path, arg(metavar="DIR")]
    """A folder of keypoints, as `kinelift lift` reads them: .json, .npz; or what `kinelift prepare` made of one."""
    out: OutFolder
    """The run's folder, which gets the model, its card and a report; a run that was stopped goes on there."""
    model: Annotated[str, arg(metavar="NAME|PATH")] = "default"
    """The lifter to start from."""
    same_person: FlagCreatePairsOff[bool] = False
    """All clips show one person, whose bones are then the same in all."""
    labelled: Annotated[Path | None, arg(metavar="DIR")] = None
    """A folder of motions whose 3D is known, motion.npz, to learn from beside."""
    rounds: Annotated[int, arg(metavar="COUNT")] = 2
    """Each learns from what the last one made of the clips."""
    epochs: Annotated[int, arg(metavar="COUNT")] = 8
    """Of a round, of 1920 virtual views each."""
    device: Annotated[str, arg(metavar="DEVICE")] = "cpu"
    """A torch device, such as cuda."""
    said: KeypointOptions = field(default_factory=KeypointOptions)
    camera: CameraOptions = field(default_factory=CameraOptions)

    def run(self) -> None:
        """Learn and print what changed."""
        from kinelift.cli.finetuning import finetune_shown
        from kinelift.finetuning import read_labelled, read_own_clips

        clips = read_own_clips(
            self.unlabelled,
            self.camera.camera,
            fps=self.said.fps,
            image_size=self.said.image_size,
            skeleton=self.said.skeleton,
        )
        finetune_shown(
            clips,
            self.model,
            self.out,
            labelled=[] if self.labelled is None else read_labelled(self.labelled),
            same_person=self.same_person,
            rounds=self.rounds,
            epochs=self.epochs,
            device=self.device,
        )
