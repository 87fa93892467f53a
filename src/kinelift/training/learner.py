"""What the training loop asks of whoever learns: from windows as the paper does, or from whole clips."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from kinelift.model.sliding_network import SlidingNetwork
from kinelift.sampling.sequences import Sequences
from kinelift.training.precision import MatmulPrecision


@dataclass(frozen=True, eq=False)
class Loss:
    """What one batch gives."""

    total: Float[Tensor, ""]
    """To be made smaller."""
    mpjpe: Float[Tensor, ""]
    """Mean distance of joints in metres, to be told."""
    targets: int
    """Frames these are means over."""


@runtime_checkable
class Learner(Protocol):
    """A network on its way."""

    @property
    def model(self) -> nn.Module:
        """The network in training."""
        ...

    @property
    def optimisers(self) -> tuple[torch.optim.Optimizer, ...]:
        """What moves its weights."""
        ...

    @property
    def batch_norm_momentum(self) -> float:
        """Weight of a new batch in running statistics, as last set."""
        ...

    def targets(self, sequences: Sequences) -> int:
        """Return how many frames of an epoch's sequences are learnt from, mirrored ones counted again."""
        ...

    def batches(self, sequences: Sequences, order: np.random.Generator) -> Iterator[Any]:
        """Yield an epoch's batches in random order."""
        ...

    def schedule(self, epoch: int, share: float) -> None:
        """Set what changes in the course of a run, before a batch that comes after this share of an epoch."""
        ...

    def loss(self, batch: Any, precision: MatmulPrecision) -> Loss:
        """Answer for a batch and measure it."""
        ...

    def step(self) -> None:
        """Move the weights along their gradients."""
        ...

    def dilated(self) -> SlidingNetwork:
        """Return the network that slides, with the weights as they are, on the processor in eval mode."""
        ...
