"""The dilated temporal network over whole sequences: every output frame that the input can give."""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor

from kinelift.model.sliding_network import SlidingNetwork
from kinelift.model.temporal_config import TemporalConfig
from kinelift.model.temporal_layers import TemporalLayers

__all__ = ["TemporalConfig", "TemporalModel"]


class TemporalModel(TemporalLayers, SlidingNetwork):
    """(batch, T, joint, feature) -> (batch, T - receptive_field + 1, joint, 3), no padding inside."""

    def gather(
        self, frames: Float[Tensor, "batch time channel"], layer: int
    ) -> Float[Tensor, "batch time_out tap_channel"]:
        """Lay delayed copies of the sequence side by side."""
        length = frames.shape[1] - self.config.reaches[layer]
        offsets = self.config.tap_offsets[layer]
        return torch.cat([frames[:, offset : offset + length] for offset in offsets], dim=2)

    def present(
        self, frames: Float[Tensor, "batch time channel"], layer: int
    ) -> Float[Tensor, "batch time_out channel"]:
        """Drop the layer's past from the sequence's start and its future from the end."""
        past = self.config.pasts[layer]
        return frames[:, past : past + frames.shape[1] - self.config.reaches[layer]]

    def answered(
        self, frames: Float[Tensor, "batch time channel"]
    ) -> Float[Tensor, "batch time_out channel"]:
        """Drop the past and the future."""
        return frames[:, self.config.past : frames.shape[1] - self.config.look_ahead]

    def check_length(self, time: int) -> None:
        """Ask for at least a receptive field."""
        field = self.config.receptive_field
        if time < field:
            raise ValueError(
                f"keypoints: at least {field} frames (the receptive field) expected, got {time}. "
                f"Repeat the first frame {self.config.past} and the last {self.config.look_ahead} times."
            )
