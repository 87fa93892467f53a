"""Taps of a dilated layer over whole sequences that lie frame after frame, clips side by side in each."""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor

from kinelift.model.temporal_config import TemporalConfig


def gather_taps(
    frames: Float[Tensor, "*half time clip channel"], offsets: tuple[int, ...]
) -> Float[Tensor, "*half time_out clip tap_channel"]:
    """Lay copies of sequences, so many frames ahead each, side by side; the last offset is the largest."""
    length = frames.shape[-3] - offsets[-1]
    return torch.cat([frames[..., offset : offset + length, :, :] for offset in offsets], dim=-1)


def present_tap(
    frames: Float[Tensor, "*half time clip channel"], config: TemporalConfig, layer: int
) -> Float[Tensor, "*half time_out clip channel"]:
    """Drop a layer's past from the sequences' start and its future from their end."""
    past = config.pasts[layer]
    return frames[..., past : past + frames.shape[-3] - config.reaches[layer], :, :]
