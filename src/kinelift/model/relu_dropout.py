"""ReLU and dropout as one, because on a processor drawing a number for each value is a third of training."""

from __future__ import annotations

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
    dropped_levels = min(round(share * _LEVELS), _LEVELS - 1)
    dropped = _random_bytes(values.numel()).view(values.shape) < dropped_levels
    # Not `values > 0` kept: a NaN must come out as NaN, so that a diverged run shows.
    return torch.where(dropped | (values <= 0), 0, values * (_LEVELS / (_LEVELS - dropped_levels)))


def _random_bytes(count: int) -> Tensor:
    """Draw uniform bytes, eight from each number of torch's generator."""
    words = torch.empty(-(-count // 8), dtype=torch.int64)
    _fill_randomly(words)
    return words.view(torch.uint8)[:count]


# It fills what it is given, for a compiler would draw what has no arguments once for all layers of a size.
@torch.library.custom_op(
    "kinelift::fill_randomly",
    mutates_args=("words",),
    schema="(Tensor(a!) words) -> ()",
    tags=(torch.Tag.nondeterministic_seeded,),
)
def _fill_randomly(words: Tensor) -> None:
    words.random_(_INT64_MIN, None)


@_fill_randomly.register_fake
def _(words: Tensor) -> None:
    pass
