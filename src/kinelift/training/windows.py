"""Learning as the paper does (Pavllo et al., CVPR 2019): one-frame windows, Adam, exponential decay."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch

from kinelift.geometry.errors import mpjpe
from kinelift.model.strided import StridedTemporalModel
from kinelift.model.temporal import TemporalModel
from kinelift.model.temporal_layers import TemporalLayers
from kinelift.sampling.sequences import Sequences, Windows, cut_windows
from kinelift.training.batches import Batch, Gatherer, shuffled_batches
from kinelift.training.compilation import compiled
from kinelift.training.config import OptimiserConfig, TrainConfig
from kinelift.training.learner import Loss
from kinelift.training.precision import MatmulPrecision

COMPILED_FROM_CHANNELS = 256
"""Compiling takes half a minute, which narrower networks do not win back."""


class WindowLearner:
    """The strided network, which dense filters cannot be, and the paper's optimiser and schedules."""

    def __init__(self, config: TrainConfig, device: torch.device) -> None:
        self._config, self._device = config, device
        walk = TemporalModel if config.model.dense else StridedTemporalModel
        self.model: TemporalLayers = walk(config.model).to(device)
        wide = config.model.channels >= COMPILED_FROM_CHANNELS
        self._answer = compiled(self.model, device) if wide else self.model
        self._adam = torch.optim.Adam(
            self.model.parameters(),
            lr=config.optimiser.learning_rate,
            amsgrad=config.optimiser.amsgrad,
            weight_decay=config.optimiser.weight_decay,
            fused=device.type in ("cpu", "cuda"),
        )
        self.optimisers: tuple[torch.optim.Optimizer, ...] = (self._adam,)
        self.batch_norm_momentum = config.optimiser.batch_norm_momentum[0]

    def targets(self, sequences: Sequences) -> int:
        """Return how many windows there are."""
        return window_count(self._config, sequences)

    def batches(self, sequences: Sequences, order: np.random.Generator) -> Iterator[Batch]:
        """Yield all windows."""
        windows = windows_of(self._config, sequences)
        gather = Gatherer(sequences, windows, self._device)
        return shuffled_batches(gather, len(windows), self._config.batch_size, order)

    def schedule(self, epoch: int, share: float) -> None:
        """Set the epoch's learning rate and momentum."""
        if share > 0:
            return
        for group in self._adam.param_groups:
            group["lr"] = self._config.learning_rate(epoch)
        self.batch_norm_momentum = batch_norm_momentum(self._config.optimiser, epoch, self._config.epochs)
        self.model.set_batch_norm_momentum(self.batch_norm_momentum)

    def loss(self, batch: Batch, precision: MatmulPrecision) -> Loss:
        """Return the MPJPE."""
        # An epoch's last batch is smaller, and not worth compiling for.
        answer = self._answer if len(batch.targets) == self._config.batch_size else self.model
        with precision.context():
            predicted = answer(batch.joints, batch.extra)
        error = mpjpe(predicted.float(), batch.targets)
        return Loss(error, error, len(batch.targets))

    def step(self) -> None:
        """Move the weights."""
        self._adam.step()

    def dilated(self) -> TemporalModel:
        """Return the network that slides, with the weights of its training twin."""
        dilated = TemporalModel(self.model.config)
        dilated.load_state_dict({name: value.cpu() for name, value in self.model.state_dict().items()})
        return dilated.eval()


def windows_of(config: TrainConfig, sequences: Sequences) -> Windows:
    """Cut the windows that a run learns from."""
    return cut_windows(
        sequences.lengths,
        past=config.model.past,
        look_ahead=config.model.look_ahead,
        mirrored=config.mirrored,
        edges=config.edges,
    )


def window_count(config: TrainConfig, sequences: Sequences) -> int:
    """Return how many windows that makes."""
    return len(windows_of(config, sequences))


def batch_norm_momentum(config: OptimiserConfig, epoch: int, epochs: int) -> float:
    """Momentum in a given epoch: first * (last / first) ** (epoch / epochs), as the paper decays it."""
    first, last = config.batch_norm_momentum
    return first * (last / first) ** (epoch / epochs)
