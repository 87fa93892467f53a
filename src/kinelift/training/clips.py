"""Learning from whole clips: a network of paired channels, and losses that see time pass."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from kinelift.body.skeleton import COCO_23, H36M_21
from kinelift.geometry.errors import position_errors, velocity_errors
from kinelift.geometry.normalisation import MIRRORS
from kinelift.losses.expected_error import expected_error_loss
from kinelift.model.paired import PairedTemporalModel
from kinelift.model.temporal import TemporalModel
from kinelift.model.temporal_config import TemporalConfig
from kinelift.sampling.sequences import Sequences
from kinelift.training.compilation import compiled
from kinelift.training.config import ClipLearning, TrainConfig
from kinelift.training.learner import Loss
from kinelift.training.precision import MatmulPrecision


@dataclass(frozen=True, eq=False)
class ClipBatch:
    """Clips ready for the network."""

    joints: Float[Tensor, "clip frame joint feature"]
    extra: Float[Tensor, "clip frame extra"]
    targets: Float[Tensor, "clip target_frame target 3"]
    """Of the frames that have a receptive field around them."""


class ClipLearner:
    """A network of paired channels, and what `ClipLearning` says."""

    def __init__(self, config: TrainConfig, device: torch.device) -> None:
        if config.clips is None:
            raise ValueError(f"clips: {config.name} says nothing of learning from clips.")
        self._config, self._learning, self._device = config, config.clips, device
        self.model = paired_model(config.model).to(device)
        self._answer = compiled(self.model, device) if self._learning.compiled else self.model
        hidden = self.model.hidden_matrices()
        known = {id(matrix) for matrix in hidden}
        self.optimisers: tuple[torch.optim.Optimizer, ...] = (
            torch.optim.AdamW(
                [each for each in self.model.parameters() if id(each) not in known],
                weight_decay=self._learning.weight_decay,
                betas=(0.9, 0.98),
            ),
            # Learning rates mean steps as long as AdamW's.
            torch.optim.Muon(
                hidden, weight_decay=self._learning.hidden_weight_decay, adjust_lr_fn="match_rms_adamw"
            ),
        )
        self.batch_norm_momentum = self._learning.batch_norm_momentum[0]
        self._velocity = 0.0
        weights = [self._learning.foot_weight if n.endswith(("toe", "heel")) else 1.0 for n in H36M_21.names]
        self._weights = torch.tensor(weights, device=device) * len(weights) / sum(weights)

    def targets(self, sequences: Sequences) -> int:
        """Return how many frames have a receptive field, each as often as it is learnt from."""
        frames = int(sequences.lengths[0]) - self._config.model.receptive_field + 1
        return self._learning.passes * len(sequences.lengths) * frames

    def batches(self, sequences: Sequences, order: np.random.Generator) -> Iterator[ClipBatch]:
        """Yield all clips, which are of one length, in as many orders as there are passes."""
        lengths, model = sequences.lengths, self._config.model
        if (lengths != lengths[0]).any():
            raise ValueError(f"clips of one length expected, got {lengths.min()} to {lengths.max()} frames.")
        frames = int(lengths[0])
        joints, extra, targets = (
            torch.from_numpy(values).unflatten(0, (len(lengths), frames))
            for values in (sequences.joints, sequences.extra, sequences.targets)
        )
        targets = targets[:, model.past : frames - model.look_ahead]
        count = max(len(lengths) // self._learning.batch_clips, 1)
        for _ in range(self._learning.passes):
            for chosen in np.array_split(order.permutation(len(lengths)), count):
                rows = torch.from_numpy(chosen)
                yield ClipBatch(*(part[rows].to(self._device) for part in (joints, extra, targets)))

    def schedule(self, epoch: int, share: float) -> None:
        """Set learning rate, momentum and the weight of velocities."""
        learning, done = self._learning, (epoch + share) / self._config.epochs
        rate = learning.learning_rate * scheduled_rate(learning, done)
        for optimiser, times in zip(self.optimisers, (1.0, learning.hidden_rate), strict=True):
            for group in optimiser.param_groups:
                group["lr"] = rate * times
        first, last = learning.batch_norm_momentum
        self.batch_norm_momentum = first * (last / first) ** done
        self.model.set_batch_norm_momentum(self.batch_norm_momentum)
        start, stop = learning.velocity_from
        self._velocity = learning.velocity * min(max((done - start) / max(stop - start, 1e-9), 0.0), 1.0)

    def loss(self, batch: ClipBatch, precision: MatmulPrecision) -> Loss:
        """Return errors of positions and velocities, and the doubt about those expected."""
        with precision.context():
            answer = self._answer(batch.joints, batch.extra)
        joints = answer[..., :3] - answer[..., :1, :3]
        errors = position_errors(joints, batch.targets)
        total = (errors * self._weights).mean()
        if self._velocity:
            total = total + self._velocity * (velocity_errors(joints, batch.targets) * self._weights).mean()
        doubt = expected_error_loss(answer[..., 1:, 3], errors[..., 1:].detach())
        total = total + self._learning.expected_error * doubt
        return Loss(total, errors.mean(), batch.targets.shape[0] * batch.targets.shape[1])

    def step(self) -> None:
        """Cut long gradients and move the weights."""
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), self._learning.gradient_norm)
        for optimiser in self.optimisers:
            optimiser.step()

    def dilated(self) -> TemporalModel:
        """Return the network with its weights written out."""
        return self.model.dense()


def paired_model(config: TemporalConfig) -> PairedTemporalModel:
    """Make the network that a run on clips trains."""
    return PairedTemporalModel(config, COCO_23, H36M_21, MIRRORS["rays"])


def scheduled_rate(learning: ClipLearning, done: float) -> float:
    """Return the share of the highest learning rate after this share of the run: a rise, then half a cosine."""
    rise = min(done / learning.warm_up, 1.0) if learning.warm_up else 1.0
    low = learning.last_learning_rate
    return max(rise, 1e-3) * (low + (1.0 - low) * 0.5 * (1.0 + math.cos(math.pi * min(done, 1.0))))
