"""kinelift evaluate."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from tyro.conf import arg

from kinelift.cli.lists import listed

InFile = Annotated[Path, arg(metavar="FILE")]


@dataclass(frozen=True)
class Evaluate:
    """Test a checkpoint on Human3.6M or HumanEva-I by the paper's protocol; figures in millimetres."""

    checkpoint: InFile
    """VideoPose3D's .bin, a checkpoint.pt of `kinelift train`, or what `kinelift export` made of either."""
    data: Annotated[Path | None, arg(metavar="DIR")] = None
    """What `kinelift prepare` made of the data set; in its place the next two may stand."""
    poses_3d: InFile | None = None
    """data_3d_h36m.npz, or HumanEva's."""
    keypoints_2d: InFile | None = None
    """data_2d_h36m_DETECTOR.npz."""
    subjects: Annotated[str, arg(metavar="S9,S11")] = "S9,S11"
    """Who is tested."""
    actions: Annotated[str | None, arg(metavar="A,B")] = None
    """Only these, by prefix: Walk is Walking, WalkDog and WalkTogether."""
    mirror: bool = True
    """Average with the answer for the mirrored body."""
    causal: bool = False
    """A .bin whose network was trained with --causal."""
    dense: bool = False
    """A .bin whose network was trained with --dense."""
    json: Annotated[Path | None, arg(metavar="FILE")] = None
    """Where to write the figures, unrounded."""
    markdown: Annotated[Path | None, arg(metavar="FILE")] = None
    """Where to write the tables."""

    def run(self) -> None:
        """Test, print the tables, and write what was asked for."""
        from kinelift.cli.evaluating import evaluate_files, evaluate_folder
        from kinelift.cli.progress import progress
        from kinelift.evaluation.markdown import to_markdown
        from kinelift.evaluation.networks import load_networks
        from kinelift.evaluation.studio_protocol import Selection
        from kinelift.whole_files import write_whole

        for path in (self.json, self.markdown):
            if path is not None and not path.parent.is_dir():
                raise FileNotFoundError(f"{path}: the folder {path.parent} does not exist; make it first.")
        networks = load_networks(self.checkpoint, causal=self.causal, dense=self.dense)
        selection = Selection(listed(self.subjects), listed(self.actions), self.mirror)
        with progress() as show:
            match self.data, self.poses_3d, self.keypoints_2d:
                case Path() as folder, None, None:
                    found = evaluate_folder(networks, folder, selection, show)
                case None, Path() as poses, Path() as keypoints:
                    found = evaluate_files(networks, poses, keypoints, selection, show)
                case _:
                    raise ValueError("data: give --data, or both --poses-3d and --keypoints-2d.")
        tables = to_markdown(found, self.checkpoint.name)
        print(tables, end="")
        if self.json is not None:
            write_whole(self.json, json.dumps(found.to_dict(), indent=2) + "\n")
        if self.markdown is not None:
            write_whole(self.markdown, tables)
