"""How large what a network reads and its hidden values become."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from kinelift.model.temporal import TemporalModel
from kinelift.model.temporal_layers import ResidualBlock


@dataclass(frozen=True, eq=False)
class ActivationRanges:
    """The largest value of each channel; the smallest hidden one is 0, for they are sums of ReLU's outputs."""

    read: Float[np.ndarray, " feature"]
    """What a frame brings, without its sign."""
    stream: Float[np.ndarray, " channel"]
    """What goes from block to block, over all of them."""
    inner: tuple[Float[np.ndarray, " channel"], ...]
    """What each block's filter over time gives to its filter over channels."""


def activation_ranges(
    model: TemporalModel, frames: Float[np.ndarray, "clip frame feature"]
) -> ActivationRanges:
    """Run clips of at least a receptive field, flat as `to_onnx` says, through a network in eval mode."""
    stream, inner = [], []
    with torch.inference_mode():
        hidden = model.expand(model.gather(torch.from_numpy(frames), 0))
        stream.append(_largest(hidden))
        for layer, block in enumerate(model.blocks, start=1):
            assert isinstance(block, ResidualBlock)
            filtered = block.over_time(model.gather(hidden, layer))
            inner.append(_largest(filtered))
            hidden = model.present(hidden, layer) + block.over_channels(filtered)
            stream.append(_largest(hidden))
    return ActivationRanges(np.abs(frames).max((0, 1)), np.maximum.reduce(stream), tuple(inner))


def _largest(values: Tensor) -> Float[np.ndarray, " channel"]:
    return values.flatten(0, 1).amax(0).numpy()
