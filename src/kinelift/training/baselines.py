"""Networks of windows taught on the paper's loop: its optimiser and schedules, each network's own loss."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace

import numpy as np
import torch
from jaxtyping import Int

from kinelift.model.baselines import SequenceToSequence, WindowNetwork
from kinelift.sampling.sequences import Sequences
from kinelift.training.batches import Batch, Gatherer, shuffled_batches
from kinelift.training.config import TrainConfig
from kinelift.training.learner import Loss
from kinelift.training.precision import MatmulPrecision
from kinelift.training.windows import batch_norm_momentum, window_count, windows_of


class BaselineLearner:
    """A network of windows, and Adam; statistics are taken of `seen`, which it will be trained on."""

    def __init__(
        self, config: TrainConfig, network: WindowNetwork, seen: Sequences, device: torch.device
    ) -> None:
        self._config, self._device = config, device
        network.fit(torch.from_numpy(seen.joints), torch.from_numpy(seen.targets))
        self.model = network.to(device)
        self._adam = torch.optim.Adam(
            self.model.parameters(), lr=config.optimiser.learning_rate, amsgrad=config.optimiser.amsgrad
        )
        self.optimisers: tuple[torch.optim.Optimizer, ...] = (self._adam,)
        self.batch_norm_momentum = config.optimiser.batch_norm_momentum[0]
        self._gatherer = WholeGatherer if isinstance(network, SequenceToSequence) else Gatherer

    def targets(self, sequences: Sequences) -> int:
        """Return how many windows there are."""
        return window_count(self._config, sequences)

    def batches(self, sequences: Sequences, order: np.random.Generator) -> Iterator[Batch]:
        """Yield all windows."""
        windows = windows_of(self._config, sequences)
        gather = self._gatherer(sequences, windows, self._device)
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
        """Return the network's own loss."""
        with precision.context():
            total, error = self.model.errors(batch.joints, batch.targets)
        return Loss(total, error, len(batch.targets))

    def step(self) -> None:
        """Move the weights."""
        self._adam.step()

    def dilated(self) -> WindowNetwork:
        """Return a copy on the processor, which walks whole sequences as it is."""
        return deepcopy(self.model).cpu().eval()


class WholeGatherer(Gatherer):
    """Puts windows together whose every frame has a target."""

    def __call__(self, chosen: Int[np.ndarray, " window"]) -> Batch:
        """Return the chosen windows, in that order."""
        return replace(super().__call__(chosen), targets=self.poses(chosen, self._windows.frames(chosen)))
