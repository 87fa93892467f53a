"""A preset and its data made into a finished run: checkpoint, metrics, the .onnx and its card."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from kinelift.datasets.mocap import is_set_aside
from kinelift.datasets.prepared import Reading, load_prepared
from kinelift.datasets.synthetic import synthetic_trials
from kinelift.datasets.trial import MocapTrial
from kinelift.model.temporal import TemporalModel
from kinelift.sampling.mocap_engine import MocapEngine
from kinelift.sampling.sequences import Sequences
from kinelift.training.card import provenance, write_card
from kinelift.training.checkpoint import load_checkpoint, save_checkpoint
from kinelift.training.config import TrainConfig
from kinelift.training.error_calibration import error_calibration, set_aside_for
from kinelift.training.exporting import export_checkpoint
from kinelift.training.loop import CHECKPOINT_NAME, METRICS_NAME, Progress, train
from kinelift.training.processes import joined


@dataclass(frozen=True)
class FinishedRun:
    """What a run leaves behind."""

    model: Path
    card: Path
    checkpoint: Path
    metrics: Path


def finished_run(config: TrainConfig, folder: Path) -> FinishedRun:
    """Say where a run leaves what."""
    model = folder / f"{config.name}.onnx"
    return FinishedRun(model, model.with_suffix(".json"), folder / CHECKPOINT_NAME, folder / METRICS_NAME)


def trials_for(
    config: TrainConfig, data: Path | None, *, cache: Path | None = None, on_reading: Reading | None = None
) -> list[MocapTrial]:
    """Return what a preset trains on: made up by a formula, or `data` as `load_prepared` reads it."""
    if config.synthetic:
        if data is not None:
            raise ValueError(f"data: the preset {config.name!r} makes up its motion; leave the data out.")
        return synthetic_trials(config.seed)
    if data is None:
        raise ValueError(
            f"data: the preset {config.name!r} needs a folder of motion capture or a prepared file."
        )
    return load_prepared(data, cache=cache, on_reading=on_reading)


@dataclass(frozen=True)
class StagedEngine:
    """Draws each epoch's sequences as its stage wants them."""

    config: TrainConfig
    trials: Sequence[MocapTrial]
    """Those that are set aside are left out."""

    def epoch(self, index: int) -> Sequences:
        """Draw the sequences of one epoch."""
        config = self.config
        return MocapEngine(
            [trial for trial in self.trials if not is_set_aside(trial)],
            config.stage(index).data,
            receptive_field=config.model.receptive_field,
            seed=config.seed,
        ).epoch(index)


def validation_for(config: TrainConfig, trials: Sequence[MocapTrial]) -> Sequences | None:
    """Draw the clips on which each epoch is tried, by another seed than training's."""
    if not config.validation_clips:
        return None
    drawn = replace(config.data, clips=config.validation_clips)
    return MocapEngine(
        trials, drawn, receptive_field=config.model.receptive_field, seed=config.seed + 1
    ).epoch(0)


def run(
    config: TrainConfig,
    data: Path | None,
    folder: Path,
    *,
    device: str = "cpu",
    on_reading: Reading | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> FinishedRun:
    """Train a preset in `folder`, or go on with the run there, and export <preset>.onnx with its card.

    In the end the errors it expects are calibrated on the trials set aside, where there are any.
    """
    chosen = usable_device(device)
    folder.mkdir(parents=True, exist_ok=True)
    trials = trials_for(config, data, cache=folder, on_reading=on_reading)
    validation, aside = validation_for(config, trials), set_aside_for(config, trials)
    trained = train(
        config,
        StagedEngine(config, trials),
        folder,
        device=chosen,
        validation=validation,
        on_progress=on_progress,
    )
    assert isinstance(trained, TemporalModel)
    finished = finished_run(config, folder)
    if joined(chosen).first:
        _remember(finished.checkpoint, error_calibration(trained.cpu(), aside))
        write_card(
            export_checkpoint(finished.checkpoint, finished.model, provenance(config, trials)), finished.model
        )
    return finished


def _remember(checkpoint: Path, calibrated: tuple[float, float]) -> None:
    """Keep it with the weights, so that whatever is exported from them carries it."""
    saved = load_checkpoint(checkpoint)
    if saved.error_calibration != calibrated:
        save_checkpoint(replace(saved, error_calibration=calibrated), checkpoint)


def usable_device(name: str) -> torch.device:
    """Return a torch device of that name; ValueError where there is none."""
    try:
        return torch.zeros(1, device=name).device
    except (RuntimeError, AssertionError) as error:
        reason = str(error).splitlines()[0]
        raise ValueError(f'device: {name!r} cannot be used here ({reason}); "cpu" always can.') from error
