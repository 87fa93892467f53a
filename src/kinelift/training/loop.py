"""The training loop: one epoch after another, whatever is learnt from."""

from __future__ import annotations

import json
import logging
import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import torch

from kinelift.model.sliding_network import SlidingNetwork
from kinelift.sampling.sequences import Sequences
from kinelift.training.batches import Awaited, SequenceSource, epochs_ahead
from kinelift.training.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from kinelift.training.clips import ClipLearner
from kinelift.training.config import TrainConfig
from kinelift.training.learner import Learner
from kinelift.training.precision import MatmulPrecision, matmul_precision
from kinelift.training.processes import Processes, joined
from kinelift.training.validation import validation_error
from kinelift.training.windows import WindowLearner
from kinelift.whole_files import write_whole

log = logging.getLogger(__name__)

CHECKPOINT_NAME = "checkpoint.pt"
METRICS_NAME = "metrics.jsonl"
PROGRESS_EVERY_BATCHES = 5


@dataclass(frozen=True)
class EpochMetrics:
    """One line of the metrics file."""

    epoch: int
    loss_mm: float
    """Mean MPJPE of the training windows, millimetres."""
    learning_rate: float
    batch_norm_momentum: float
    windows: int
    seconds: float
    waiting_seconds: float
    """Time spent waiting for data."""
    validation_mm: float | None
    """MPJPE on whole validation clips with mirror averaging; None without any."""


@dataclass(frozen=True)
class Progress:
    """Where a run stands, reported a few times a second."""

    epoch: int
    epochs: int
    windows_done: int
    windows: int
    loss_mm: float


@dataclass(frozen=True)
class _Run:
    config: TrainConfig
    processes: Processes
    precision: MatmulPrecision
    on_progress: Callable[[Progress], None] | None


def train(
    config: TrainConfig,
    source: SequenceSource,
    folder: Path,
    *,
    device: torch.device | str = "cpu",
    validation: Sequences | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    make_learner: Callable[[TrainConfig, torch.device], Learner] | None = None,
) -> SlidingNetwork:
    """Train to the end, or go on from the checkpoint in `folder`, and return the dilated network in eval mode.

    A run that was killed and started again ends with the same weights, bit for bit, on the same machine and
    thread count: each epoch's data, order and dropout depend on the seed and the epoch alone. `make_learner` makes
    whoever learns, where that is neither windows' nor whole clips' learner. Under torchrun all processes train one
    network, of which the first writes the files.
    """
    processes = joined(torch.device(device))
    device = processes.device
    torch.manual_seed(config.seed)
    learner = (make_learner or _learner_of)(config, device)
    precision = matmul_precision(config.precision, device)
    log.info("training %s in %s on %s", config.name, precision.name, device)
    done = 0
    checkpoint_path = folder / CHECKPOINT_NAME
    if checkpoint_path.exists():
        checkpoint = _resumable(checkpoint_path, config)
        learner.model.load_state_dict(checkpoint.model)
        for optimiser, state in zip(learner.optimisers, checkpoint.optimisers, strict=True):
            optimiser.load_state_dict(state)
        done, precision = checkpoint.epochs_done, matmul_precision(checkpoint.precision, device)
        log.info("going on from %s after %d epochs", checkpoint_path, done)
    run = _Run(config, processes, precision, on_progress if processes.first else None)
    waited_from = time.perf_counter()
    for epoch, sequences in enumerate(epochs_ahead(source, done, config.epochs), start=done):
        waited = time.perf_counter() - waited_from
        metrics = _train_epoch(learner, sequences, run, epoch)
        if processes.first:
            error = None if validation is None else validation_error(learner.dilated(), validation) * 1000.0
            metrics = replace(metrics, waiting_seconds=waited + metrics.waiting_seconds, validation_mm=error)
            _append_line(folder / METRICS_NAME, metrics)
            save_checkpoint(_checkpoint(learner, run, epoch + 1), checkpoint_path)
        processes.wait()
        waited_from = time.perf_counter()
    return learner.dilated()


def _checkpoint(learner: Learner, run: _Run, epochs_done: int) -> Checkpoint:
    return Checkpoint(
        run.config.to_json(),
        epochs_done,
        learner.model.state_dict(),
        [optimiser.state_dict() for optimiser in learner.optimisers],
        run.precision.name,
    )


def _learner_of(config: TrainConfig, device: torch.device) -> Learner:
    return WindowLearner(config, device) if config.clips is None else ClipLearner(config, device)


def _train_epoch(learner: Learner, sequences: Sequences, run: _Run, epoch: int) -> EpochMetrics:
    config, processes = run.config, run.processes
    torch.manual_seed(_seed(config.seed, epoch, processes.index))
    learner.model.train()
    targets = learner.targets(sequences)
    total, done, started = torch.zeros((), device=processes.device), 0, time.perf_counter()
    order = np.random.default_rng([config.seed, epoch])
    batches = Awaited(learner.batches(sequences, order))
    for number, batch in enumerate(batches, start=1):
        learner.schedule(epoch, done / targets)
        loss = learner.loss(processes.share(batch), run.precision)
        for optimiser in learner.optimisers:
            optimiser.zero_grad(set_to_none=True)
        loss.total.backward()
        loss = processes.merge(learner.model, loss)
        learner.step()
        total += loss.mpjpe.detach() * loss.targets
        done += loss.targets
        due = number % PROGRESS_EVERY_BATCHES == 0 or done >= targets - 1
        if run.on_progress is not None and due:
            run.on_progress(Progress(epoch, config.epochs, done, targets, float(total) / done * 1000.0))
    processes.average_statistics(learner.model)
    loss_mm = float(total) / max(done, 1) * 1000.0
    if not math.isfinite(loss_mm):
        raise FloatingPointError(f"the loss is no longer finite in epoch {epoch}; lower the learning rate.")
    return EpochMetrics(
        epoch=epoch,
        loss_mm=loss_mm,
        learning_rate=learner.optimisers[0].param_groups[0]["lr"],
        batch_norm_momentum=learner.batch_norm_momentum,
        windows=done,
        seconds=time.perf_counter() - started,
        waiting_seconds=batches.seconds,
        validation_mm=None,
    )


def _seed(seed: int, epoch: int, process: int) -> int:
    """Let dropout differ between processes; the first, or only one, has the epoch's own."""
    own = [seed, epoch] if process == 0 else [seed, epoch, process]
    return int(np.random.SeedSequence(own).generate_state(1)[0])


def _resumable(path: Path, config: TrainConfig) -> Checkpoint:
    checkpoint = load_checkpoint(path)
    if checkpoint.config_json != config.to_json():
        raise ValueError(
            f"{path} belongs to another configuration than {config.name!r}; train into another folder or remove it."
        )
    return checkpoint


def _append_line(path: Path, metrics: EpochMetrics) -> None:
    """Write the epoch's line, replacing any that a killed run wrote after its last checkpoint."""
    kept = []
    if path.exists():
        kept = [line for line in path.read_text().splitlines() if json.loads(line)["epoch"] < metrics.epoch]
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, "\n".join([*kept, json.dumps(asdict(metrics))]) + "\n")
