"""Going on from a lifter's weights: whole clips, AdamW, norms that stay as they are."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from kinelift.body.model_facts import ModelFacts
from kinelift.finetuning.pairing import keep_paired
from kinelift.finetuning.virtual_views import SureSequences
from kinelift.geometry.errors import position_errors, velocity_errors
from kinelift.geometry.normalisation import MIRRORS
from kinelift.losses.expected_error import expected_error_loss
from kinelift.model.temporal import TemporalModel
from kinelift.sampling.sequences import Sequences
from kinelift.training.clips import scheduled_rate
from kinelift.training.config import ClipLearning
from kinelift.training.learner import Loss
from kinelift.training.precision import MatmulPrecision


@dataclass(frozen=True, eq=False)
class SureBatch:
    """Clips ready for the network."""

    joints: Float[Tensor, "clip frame joint feature"]
    extra: Float[Tensor, "clip frame extra"]
    targets: Float[Tensor, "clip target_frame target 3"]
    sure: Bool[Tensor, "clip target_frame"]


class SteadyNorms(nn.Module):
    """A network whose batch norms keep their statistics, which are folded into its filters, in training too."""

    def __init__(self, network: TemporalModel) -> None:
        super().__init__()
        self.network = network

    def train(self, mode: bool = True) -> SteadyNorms:
        """Stay in eval mode."""
        return super().train(False)


class FinetuneLearner:
    """A network that was read from a file, and what moves it on."""

    def __init__(
        self,
        network: TemporalModel,
        facts: ModelFacts,
        learning: ClipLearning,
        epochs: int,
        device: torch.device,
    ) -> None:
        self._facts, self._learning, self._epochs, self._device = facts, learning, epochs, device
        self.model = SteadyNorms(network).to(device)
        self._adam = torch.optim.AdamW(network.parameters(), weight_decay=learning.weight_decay)
        self.optimisers: tuple[torch.optim.Optimizer, ...] = (self._adam,)
        self.batch_norm_momentum = 0.0
        names = facts.output_skeleton.names
        weights = torch.tensor([learning.foot_weight if n.endswith(("toe", "heel")) else 1.0 for n in names])
        self._weights = (weights * len(names) / weights.sum()).to(device)

    def targets(self, sequences: Sequences) -> int:
        """Return how many frames have a receptive field."""
        return len(sequences.lengths) * (int(sequences.lengths[0]) - self._facts.receptive_field + 1)

    def batches(self, sequences: Sequences, order: np.random.Generator) -> Iterator[SureBatch]:
        """Yield all clips, which are of one length."""
        if not isinstance(sequences, SureSequences):
            raise ValueError("sequences: those of VirtualViews expected.")
        clips, frames = len(sequences.lengths), int(sequences.lengths[0])
        joints, extra, targets, sure = (
            torch.from_numpy(values).unflatten(0, (clips, frames))
            for values in (sequences.joints, sequences.extra, sequences.targets, sequences.sure)
        )
        answered = slice(self._facts.past, frames - self._facts.look_ahead)
        parts = (joints, extra, targets[:, answered], sure[:, answered])
        for chosen in np.array_split(order.permutation(clips), max(clips // self._learning.batch_clips, 1)):
            rows = torch.from_numpy(chosen)
            yield SureBatch(*(part[rows].to(self._device) for part in parts))

    def schedule(self, epoch: int, share: float) -> None:
        """Set the learning rate."""
        rate = scheduled_rate(self._learning, (epoch + share) / self._epochs)
        for group in self._adam.param_groups:
            group["lr"] = self._learning.learning_rate * rate

    def loss(self, batch: SureBatch, precision: MatmulPrecision) -> Loss:
        """Return errors of positions where they are sure, of velocities, and the doubt about those expected."""
        with precision.context():
            answer = self.model.network(batch.joints, batch.extra)
        joints = answer[..., :3] - answer[..., :1, :3]
        errors = position_errors(joints, batch.targets)
        sure = batch.sure[..., None] * self._weights
        total = (errors * sure).sum() / sure.sum().clamp(min=1.0)
        total = (
            total + self._learning.velocity * (velocity_errors(joints, batch.targets) * self._weights).mean()
        )
        doubt = expected_error_loss(answer[..., 1:, 3], errors[..., 1:].detach())
        total = total + self._learning.expected_error * doubt
        return Loss(total, errors.mean(), batch.targets.shape[0] * batch.targets.shape[1])

    def step(self) -> None:
        """Cut long gradients, move the weights, and keep them paired where they were."""
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), self._learning.gradient_norm)
        self._adam.step()
        if self._facts.mirrors_itself:
            facts = self._facts
            keep_paired(
                self.model.network, facts.input_skeleton, facts.output_skeleton, MIRRORS[facts.normalisation]
            )

    def dilated(self) -> TemporalModel:
        """Return a copy of the network, on the processor."""
        return copy.deepcopy(self.model.network).cpu().eval()
