"""A network's filters as they are used after training: with batch norm folded in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float

from kinelift.model.temporal_layers import FilterLayer, TemporalLayers


@dataclass(frozen=True)
class FoldedFilter:
    """row @ matrix + bias, in place of filter and batch norm."""

    matrix: Float[np.ndarray, "tap_channel channel"]
    """Weights; the rows go tap by tap in order of time, channels within a tap."""

    bias: Float[np.ndarray, " channel"]
    """Added to every row."""

    def split(self, rows: int) -> tuple[FoldedFilter, Float[np.ndarray, "tap_channel channel"]]:
        """Split into the filter of the first `rows` inputs, with the bias, and the matrix of the others."""
        first, others = np.split(self.matrix, [rows])
        return FoldedFilter(first, self.bias), others


def fold(layer: FilterLayer) -> FoldedFilter:
    """Fold a layer's running statistics into its filter, in double precision."""
    norm = layer.norm
    if norm.running_mean is None or norm.running_var is None:
        raise ValueError("batch norm: running statistics expected; this layer keeps none.")
    weight, gain, shift, mean, variance = (
        tensor.detach().cpu().double()
        for tensor in (layer.weight.flatten(1), norm.weight, norm.bias, norm.running_mean, norm.running_var)
    )
    scale = gain / torch.sqrt(variance + norm.eps)
    return FoldedFilter(_float32((weight * scale[:, None]).T), _float32(shift - mean * scale))


def folded_shrink(model: TemporalLayers) -> FoldedFilter:
    """Return the last layer, which has no batch norm."""
    weight, bias = (tensor.detach().cpu() for tensor in (model.shrink.weight, model.shrink.bias))
    return FoldedFilter(_float32(weight.T), _float32(bias))


def _float32(tensor: torch.Tensor) -> Float[np.ndarray, "*shape"]:
    return np.ascontiguousarray(tensor.numpy(), dtype=np.float32)
