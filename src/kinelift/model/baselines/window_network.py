"""A network that reads one window at a time, whatever it does inside, walked over whole sequences."""

from __future__ import annotations

from abc import abstractmethod

import torch
from jaxtyping import Float
from torch import Tensor, nn

from kinelift.model.sliding_network import SlidingNetwork
from kinelift.model.temporal_config import TemporalConfig


class WindowNetwork(SlidingNetwork):
    """(batch, T, joint, feature) -> (batch, T - receptive_field + 1, joint, 3), as the temporal network answers.

    Of the configuration it takes sizes, dropout and the window, which one filter width says.
    """

    def __init__(self, config: TemporalConfig) -> None:
        super().__init__()
        if len(config.filter_widths) != 1 or config.extra_features or config.anchors is not None:
            raise ValueError(
                f"config: one filter width, which is the window, and keypoints alone expected by "
                f"{type(self).__name__}, got {config}."
            )
        self.config = config

    @abstractmethod
    def answer(self, windows: Float[Tensor, "window frame input"]) -> Float[Tensor, "window target 3"]:
        """Return the pose of each window's present frame, metres about the root."""

    @abstractmethod
    def errors(
        self,
        windows: Float[Tensor, "window frame joint 2"],
        targets: Float[Tensor, "window frame_out target 3"],
    ) -> tuple[Tensor, Tensor]:
        """Return what training makes smaller, and beside it the MPJPE in metres."""

    def fit(self, inputs: Float[Tensor, "frame joint 2"], targets: Float[Tensor, "frame target 3"]) -> None:
        """Take whatever statistics the network needs of what it will be trained on; none by default."""

    def forward(
        self,
        keypoints: Float[Tensor, "batch time joint 2"],
        extra: Float[Tensor, "batch time 0"] | None = None,
    ) -> Float[Tensor, "batch time_out target 3"]:
        """Lift keypoints; output 0 belongs to input frame `config.past`."""
        length = self.config.receptive_field
        if keypoints.shape[1] < length:
            raise ValueError(f"keypoints: at least {length} frames expected, got {keypoints.shape[1]}.")
        windows = keypoints.flatten(2).unfold(1, length, 1).transpose(2, 3)
        return self.answer(windows.flatten(0, 1)).unflatten(0, windows.shape[:2])

    def set_batch_norm_momentum(self, momentum: float) -> None:
        """Set the weight of a new batch in every running mean and variance."""
        for module in self.modules():
            if isinstance(module, nn.BatchNorm1d):
                module.momentum = momentum

    def _joints(self, rows: Float[Tensor, "... row"]) -> Float[Tensor, "... target 3"]:
        return rows.unflatten(-1, (self.config.joints_out, 3))


class Standardisation(nn.Module):
    """Mean and standard deviation of each number, learnt once from what is trained on."""

    mean: Tensor
    deviation: Tensor

    def __init__(self, numbers: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(numbers))
        self.register_buffer("deviation", torch.ones(numbers))

    def fit(self, values: Float[Tensor, "frame number"]) -> None:
        """Measure; what never changes, such as the root, is left as large as it is."""
        deviation = values.std(0)
        self.mean.copy_(values.mean(0))
        self.deviation.copy_(torch.where(deviation > _STILL, deviation, torch.ones_like(deviation)))

    def standardise(self, values: Float[Tensor, "*any number"]) -> Float[Tensor, "*any number"]:
        """Return z scores."""
        return (values - self.mean) / self.deviation

    def restore(self, scores: Float[Tensor, "*any number"]) -> Float[Tensor, "*any number"]:
        """Return what z scores stand for."""
        return scores * self.deviation + self.mean


_STILL = 1e-5
"""Deviations below this are rounding."""
