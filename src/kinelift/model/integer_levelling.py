"""What rounding a network to integers adds to its answers on average, taken from its last bias."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from kinelift.model.folded_filters import folded_shrink
from kinelift.model.integer_filters import LARGEST_STEP_COUNT, IntegerFilter, IntegerLayers
from kinelift.model.temporal import TemporalModel
from kinelift.model.temporal_layers import ResidualBlock


@torch.inference_mode()
def levelled(
    layers: IntegerLayers, model: TemporalModel, clips: Float[np.ndarray, "clip frame feature"]
) -> IntegerLayers:
    """Return the layers with a last bias by which the mean of each answer on `clips` is the network's own.

    Cf. Nagel et al., Data-free quantization through weight equalization and bias correction, ICCV 2019; only the last
    layer is corrected, since values cut off in between are not to be made up for.
    """
    frames = torch.from_numpy(clips)
    matrix, bias = (
        torch.from_numpy(each) for each in (folded_shrink(model).matrix, folded_shrink(model).bias)
    )
    exact = _mean(_hidden(model, frames) @ matrix + bias)
    added = _mean(_in_two_parts(layers.shrink, _bytes(layers, model, frames))) - exact
    fine = layers.shrink.scale[len(added) :]
    correction = np.concatenate([np.zeros_like(added), np.rint(added / fine)])
    shrink = replace(layers.shrink, bias=(layers.shrink.bias - correction).astype(np.int32))
    return replace(layers, shrink=shrink)


def _hidden(model: TemporalModel, frames: Tensor) -> Tensor:
    hidden = model.expand(model.gather(frames, 0))
    for layer, block in enumerate(model.blocks, start=1):
        assert isinstance(block, ResidualBlock)
        filtered = block.over_channels(block.over_time(model.gather(hidden, layer)))
        hidden = model.present(hidden, layer) + filtered
    return hidden


def _bytes(layers: IntegerLayers, model: TemporalModel, frames: Tensor) -> Tensor:
    """Return the last hidden values as the graph of integers has them, but for what lies beyond 24 bits."""
    steps = torch.round(frames / torch.from_numpy(layers.read_steps))
    hidden = _to_bytes(_in_two_parts(layers.expand, model.gather(steps, 0).flatten(2)))
    for layer, (over_time, over_channels) in enumerate(
        zip(layers.over_time, layers.over_channels, strict=True), start=1
    ):
        filtered = _to_bytes(_filter(over_time, model.gather(hidden, layer).flatten(2)))
        filtered = _to_bytes(_filter(over_channels, filtered))
        hidden = _to_bytes(model.present(hidden, layer) + filtered)
    return hidden


def _filter(filters: IntegerFilter, rows: Tensor) -> Tensor:
    matrix, bias, scale = (torch.from_numpy(each) for each in (filters.matrix, filters.bias, filters.scale))
    return (rows @ matrix.float() + bias) * scale


def _in_two_parts(filters: IntegerFilter, rows: Tensor) -> Tensor:
    return sum(_filter(filters, rows).chunk(2, dim=-1), start=torch.zeros(()))


def _to_bytes(steps: Tensor) -> Tensor:
    return torch.round(steps).clamp(0, LARGEST_STEP_COUNT)


def _mean(rows: Tensor) -> np.ndarray:
    return rows.mean((0, 1), dtype=torch.float64).numpy()
