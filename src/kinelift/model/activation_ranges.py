"""How large what a network reads and its hidden values become.

Of hidden values the rarest are left out: bytes that reach as far as the largest one seen have steps two to three times
as large, and what they add to every frame moves joints more than cutting off a few values does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from kinelift.model.temporal import TemporalModel
from kinelift.model.temporal_layers import ResidualBlock

WITHIN = 0.997
"""Share of a channel's hidden values that its range holds."""


@dataclass(frozen=True, eq=False)
class ActivationRanges:
    """How large values of each channel become; the smallest hidden one is 0, for they are sums of ReLU's outputs."""

    read: Float[np.ndarray, " feature"]
    """The largest that a frame brings, without its sign."""
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
    """Return the most that nearly all values come to."""
    return np.quantile(values.flatten(0, 1).numpy(), WITHIN, axis=0).astype(np.float32)
