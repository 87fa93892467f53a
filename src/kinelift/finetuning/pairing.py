"""Weights kept such that a mirrored body is answered with the mirrored answer, as `PairedTemporalModel` has them."""

from __future__ import annotations

import torch
from torch import Tensor

from kinelift.body.skeleton import Skeleton
from kinelift.geometry.normalisation import Mirror
from kinelift.model.paired import reflection_of_input, reflection_of_rows
from kinelift.model.temporal import TemporalModel
from kinelift.model.temporal_layers import FilterLayer, ResidualBlock


@torch.no_grad()
def keep_paired(model: TemporalModel, reads: Skeleton, answers: Skeleton, mirror: Mirror) -> None:
    """Replace weights by their mean with what they are for the mirrored body.

    The second half of the hidden channels is what the first would be were the body mirrored.
    """
    of_input, of_rows = reflection_of_input(reads, mirror), reflection_of_rows(answers)
    _average(model.expand.weight, of_input(_other_half(model.expand.weight, 0)))
    _average_norm(model.expand)
    for block in model.blocks:
        assert isinstance(block, ResidualBlock)
        for layer in (block.over_time, block.over_channels):
            _average(layer.weight, _other_half(_other_half(layer.weight, 0), 2))
            _average_norm(layer)
    _average(model.shrink.weight, _other_half(of_rows(model.shrink.weight.T).T, 1))
    _average(model.shrink.bias, of_rows(model.shrink.bias))


def _average_norm(layer: FilterLayer) -> None:
    for values in (layer.norm.weight, layer.norm.bias):
        _average(values, _other_half(values, 0))


def _average(values: Tensor, mirrored: Tensor) -> None:
    values.copy_((values + mirrored) / 2)


def _other_half(values: Tensor, axis: int) -> Tensor:
    return values.roll(values.shape[axis] // 2, axis)
