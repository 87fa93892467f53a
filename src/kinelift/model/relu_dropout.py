"""ReLU and dropout as one, because on a processor drawing a number for each value is a third of training."""

from __future__ import annotations

from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

_LEVELS = 256
_INT64_MIN = -(2**63)


def relu_dropout(values: Float[Tensor, "*shape"], share: float) -> Float[Tensor, "*shape"]:
    """Zero what is negative and a random share of the rest, and scale so that the mean stays.

    On a processor the share is rounded to a multiple of 1/256, one random byte deciding for each value.
    """
    if values.device.type != "cpu":
        return F.dropout(F.relu(values), share)
    return _ReluByteDropout.apply(values, min(round(share * _LEVELS), _LEVELS - 1))


class _ReluByteDropout(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, values: Tensor, dropped_levels: int) -> Tensor:
        # Not `values > 0` kept: a NaN must come out as NaN, so that a diverged run shows.
        ctx.zeroed = (_random_bytes(values) < dropped_levels).logical_or_(values <= 0)
        ctx.scale = _LEVELS / (_LEVELS - dropped_levels)
        return torch.where(ctx.zeroed, 0, values).mul_(ctx.scale)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        (gradient,) = gradients
        return torch.where(ctx.zeroed, 0, gradient).mul_(ctx.scale), None


def _random_bytes(like: Tensor) -> Tensor:
    """Draw a uniform byte for each value, eight from each number of torch's generator."""
    count = like.numel()
    words = torch.empty(-(-count // 8), dtype=torch.int64).random_(_INT64_MIN, None)
    return words.view(torch.uint8)[:count].view(like.shape)
