"""A preset of the paper and VideoPose3D's files made into a finished run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch

from kinelift.sampling.studio_source import STUDIOS, StaticSource, load_studio
from kinelift.training.card import write_card
from kinelift.training.config import TrainConfig
from kinelift.training.exporting import export_checkpoint
from kinelift.training.learner import Learner
from kinelift.training.loop import Progress, train
from kinelift.training.paper_presets import PAPER_PRESETS, StudioConfig
from kinelift.training.processes import joined
from kinelift.training.run import FinishedRun, finished_run, usable_device
from kinelift.training.semi_supervised import SemiLearner, SemiSupervision


def run_studio(
    config: StudioConfig,
    data: Path | None,
    folder: Path,
    *,
    device: str = "cpu",
    on_progress: Callable[[Progress], None] | None = None,
) -> FinishedRun:
    """Train in `folder`, or go on with the run there, and export <preset>.onnx with its card."""
    if data is None or not data.is_dir():
        raise FileNotFoundError(
            f"data: the preset {config.name!r} needs what `kinelift prepare` made, or a folder that holds "
            f"{config.studio.poses_name} and {config.studio.keypoints_name}, got {data}."
        )
    chosen = usable_device(device)
    source = load_studio(config.studio, data, None if config.semi is None else config.semi.data)
    config = _completed(config, source)
    folder.mkdir(parents=True, exist_ok=True)
    train(
        config, source, folder, device=chosen, on_progress=on_progress, make_learner=_learner_of(config.semi)
    )
    finished = finished_run(config, folder)
    if joined(chosen).first:
        facts = export_checkpoint(finished.checkpoint, finished.model, _provenance(config, source))
        write_card(facts, finished.model)
    return finished


def _learner_of(semi: SemiSupervision | None) -> Callable[[TrainConfig, torch.device], Learner] | None:
    return None if semi is None else lambda config, device: SemiLearner(config, semi, device)


def _completed(config: StudioConfig, source: StaticSource) -> StudioConfig:
    """Write into a preset what its file says of the keypoints: some detectors mark 16."""
    model = replace(config.model, joints_in=len(source.sequences.input_skeleton))
    return replace(config, model=model, studio=replace(config.studio, layout=source.layout))


def _provenance(config: StudioConfig, source: StaticSource) -> dict[str, object]:
    name, lengths = source.data_set or STUDIOS[config.studio.studio].name, source.sequences.lengths
    return {
        "command": f"kinelift train {config.name} --data DIR{_choices(config)}",
        "data": (
            f"{name}, subjects {', '.join(config.studio.subjects)}, keypoints {config.studio.detections}: "
            f"{len(lengths)} sequences, {int(lengths.sum())} frames"
        ),
        "licence": f"the terms of {name}, which keep weights trained on it from being passed on freely",
        "seed": config.seed,
    }


def _choices(config: StudioConfig) -> str:
    """Return the options that turn the named preset's data into these."""
    preset = PAPER_PRESETS.get(config.name, config).studio
    options = ""
    if config.studio.detections != preset.detections:
        options += f" --keypoints {config.studio.detections}"
    if config.studio.subjects != preset.subjects:
        options += f" --subjects {','.join(config.studio.subjects)}"
    if config.studio.actions != preset.actions:
        options += f" --actions {','.join(config.studio.actions or ())}"
    if config.studio.subset != preset.subset:
        options += f" --subset {config.studio.subset}"
    if config.studio.downsample != preset.downsample:
        options += f" --downsample {config.studio.downsample}"
    return options
