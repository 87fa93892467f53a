"""Taps of a dilated layer over whole sequences, with gradients that cost one pass."""

from __future__ import annotations

from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from kinelift.model.temporal_config import TemporalConfig


def gather_taps(
    frames: Float[Tensor, "*batch time channel"], config: TemporalConfig, layer: int
) -> Float[Tensor, "*batch time_out tap_channel"]:
    """Lay delayed copies of sequences side by side, as a layer of this number reads them."""
    return _Gather.apply(frames, config.tap_offsets[layer])


def present_tap(
    frames: Float[Tensor, "*batch time channel"], config: TemporalConfig, layer: int
) -> Float[Tensor, "*batch time_out channel"]:
    """Drop a layer's past from the sequences' start and its future from their end."""
    past = config.pasts[layer]
    return frames[..., past : past + frames.shape[-2] - config.reaches[layer], :]


class _Gather(torch.autograd.Function):
    """Slices and concatenation, whose own backward pass would write a sequence of zeros for every tap."""

    @staticmethod
    def forward(ctx: Any, frames: Tensor, offsets: tuple[int, ...]) -> Tensor:
        ctx.offsets, ctx.shape = offsets, frames.shape
        length = frames.shape[-2] - offsets[-1]
        return torch.cat([frames[..., offset : offset + length, :] for offset in offsets], dim=-1)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        (gradient,) = gradients
        total, length, channels = gradient.new_zeros(ctx.shape), gradient.shape[-2], ctx.shape[-1]
        for tap, offset in enumerate(ctx.offsets):
            total[..., offset : offset + length, :] += gradient[..., tap * channels : (tap + 1) * channels]
        return total, None
