"""A training run with its progress on the terminal."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from kinelift.cli.lists import listed
from kinelift.cli.options import PaperOptions
from kinelift.cli.progress import progress
from kinelift.training.config import TrainConfig
from kinelift.training.loop import Progress
from kinelift.training.paper_presets import StudioConfig, choosing
from kinelift.training.paper_semi import semi_supervised
from kinelift.training.presets import preset_named
from kinelift.training.processes import joined
from kinelift.training.run import run, usable_device
from kinelift.training.studio_run import run_studio
from kinelift.whole_files import replacing


def chosen(preset: str, paper: PaperOptions, epochs: int | None) -> TrainConfig:
    """Return the preset of that name with what the command line says otherwise."""
    config = choosing(
        preset_named(preset),
        keypoints=paper.keypoints,
        subjects=listed(paper.subjects),
        actions=listed(paper.actions),
        subset=paper.subset,
        downsample=paper.downsample,
    )
    config = semi_supervised(
        config,
        subjects=listed(paper.unlabelled),
        field_of_view_degrees=paper.field_of_view,
        warm_up_epochs=paper.warm_up,
        projection=paper.projection,
        bones=paper.bones,
    )
    return config if epochs is None else replace(config, epochs=epochs)


def train_shown(
    config: TrainConfig, data: Path | None, folder: Path, device: str, export: Path | None
) -> None:
    """Train, showing loss and time left, and print what came of it."""
    if export is not None and not export.parent.is_dir():
        raise FileNotFoundError(f"{export}: the folder {export.parent} does not exist; make it first.")
    with progress() as show:

        def on_progress(now: Progress) -> None:
            done, total = now.epoch * now.windows + now.windows_done, now.epochs * now.windows
            show(
                "training", done, total, f" epoch {now.epoch + 1} of {now.epochs}, loss {now.loss_mm:.1f} mm"
            )

        if isinstance(config, StudioConfig):
            show("reading", 0, 0)
            finished = run_studio(config, data, folder, device=device, on_progress=on_progress)
        else:
            finished = run(
                config,
                data,
                folder,
                device=device,
                on_reading=lambda name, at, of: show("reading", at - 1, of, f" {name}"),
                on_progress=on_progress,
            )
    if not joined(usable_device(device)).first:
        return  # the first of several processes says it all
    for path in (finished.model, finished.card, finished.checkpoint, finished.metrics):
        print(path)
    if export is not None:
        for made, asked in ((finished.model, export), (finished.card, export.with_suffix(".json"))):
            with replacing(asked) as temporary:
                shutil.copyfile(made, temporary)
            print(asked)
