"""A trained network in bytes: filters whose products are added up exactly, whatever the order.

Hidden values are at least 0, so a value is kept as an unsigned byte that counts steps, each channel having steps of
its own size; weights are signed bytes. Their products fill 32 bits at most, and what comes out is rounded to steps
again, values below 0 to 0: that is the ReLU. What the network reads needs more than a byte and has two digits; so have
the weights of the first and the last filter, whose errors nothing evens out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Int8, Int32

from kinelift.model.activation_ranges import ActivationRanges
from kinelift.model.folded_filters import FoldedFilter, fold, folded_shrink
from kinelift.model.temporal_layers import ResidualBlock, TemporalLayers

LARGEST_STEP_COUNT = 255

READ_HEADROOM = 4.0
"""How far beyond the largest value seen the steps of what the network reads go on, of which there are enough."""

_SMALLEST_SHARE = 1e-3
"""A channel's range is at least this share of the largest one, so that silent channels have steps too."""

_LARGEST_PAIR = 127
"""Largest sum of two neighbouring weights of a filter. Processors without 8-bit dot products (AVX2 and older) add
their two products in 16 bits, which must hold 255 * (127 + 1), the 1 being what rounding may add."""

_LARGEST_SUM = 2**30
"""Largest sum of products and bias; half of what 32 bits hold, for what rounding adds."""


@dataclass(frozen=True, eq=False)
class IntegerFilter:
    """(row @ matrix + bias) * scale; of bytes, and rounded to bytes where more filters follow."""

    matrix: Int8[np.ndarray, "tap_channel channel"]
    """Weights; rows as in a FoldedFilter."""
    bias: Int32[np.ndarray, " channel"]
    """In units of the products."""
    scale: Float[np.ndarray, " channel"]
    """Steps of the output in a unit of the products."""


@dataclass(frozen=True, eq=False)
class IntegerLayers:
    """A whole network."""

    read_steps: Float[np.ndarray, " feature"]
    """Size of the steps that what a frame brings is counted in, from -2**15 on."""
    expand: IntegerFilter
    """Takes those steps, which have two digits of a byte; gives steps in two parts to be added: weights of two
    digits."""
    over_time: tuple[IntegerFilter, ...]
    over_channels: tuple[IntegerFilter, ...]
    """One of each for every block; both give steps of one size, so that they can be added."""
    shrink: IntegerFilter
    """Gives metres, each in two parts to be added: weights of two digits."""


def integer_layers(model: TemporalLayers, ranges: ActivationRanges) -> IntegerLayers:
    """Round a trained network to integers that hold values of these ranges."""
    stream, inner = _steps(ranges.stream), [_steps(largest) for largest in ranges.inner]
    read = READ_HEADROOM / 2**15 * np.maximum(ranges.read, 1e-6)
    over_time, over_channels = [], []
    for block, between in zip(model.blocks, inner, strict=True):
        assert isinstance(block, ResidualBlock)
        taps = block.over_time.weight.shape[1]
        over_time.append(_rounded(fold(block.over_time), np.tile(stream, taps), between))
        over_channels.append(_rounded(fold(block.over_channels), between, stream))
    taps = len(model.config.tap_offsets[0])
    expand = _in_two_digits(fold(model.expand), np.tile(read, taps), largest=2**16)
    return IntegerLayers(
        read.astype(np.float32),
        replace(expand, scale=expand.scale / np.tile(stream, 2)),
        tuple(over_time),
        tuple(over_channels),
        _in_two_digits(folded_shrink(model), stream),
    )


def _steps(largest: Float[np.ndarray, " channel"]) -> Float[np.ndarray, " channel"]:
    """Choose the size of each channel's steps: the geometric mean of its own and of the largest channel's.

    With its own, the weights behind small channels shrink to where 8 bits cannot tell them apart; with the largest
    one, small channels have few steps (Xiao et al., SmoothQuant, ICML 2023, share the burden in the same way).
    """
    largest = largest.astype(np.float64)
    ceiling = max(largest.max(), 1e-6)
    own = np.maximum(largest, _SMALLEST_SHARE * ceiling)
    return (np.sqrt(own * ceiling) / LARGEST_STEP_COUNT).astype(np.float32)


def _rounded(
    folded: FoldedFilter,
    steps_in: Float[np.ndarray, " tap_channel"],
    steps_out: Float[np.ndarray, " channel"],
) -> IntegerFilter:
    """Round a filter that reads bytes."""
    weights = folded.matrix.astype(np.float64) * steps_in[:, None]
    unit = _units(weights, folded.bias, LARGEST_STEP_COUNT)
    return IntegerFilter(
        np.rint(weights / unit).astype(np.int8),
        np.rint(folded.bias / unit).astype(np.int32),
        (unit / steps_out).astype(np.float32),
    )


def _in_two_digits(
    folded: FoldedFilter,
    steps_in: Float[np.ndarray, " tap_channel"],
    *,
    largest: int = LARGEST_STEP_COUNT,
) -> IntegerFilter:
    """Round the weights of each output, and in a second column what the first leaves over."""
    weights = folded.matrix.astype(np.float64) * steps_in[:, None]
    unit = _units(weights, folded.bias * _LARGEST_PAIR, largest)
    coarse = np.rint(weights / unit)
    fine_unit = unit / _LARGEST_PAIR
    fine = np.rint((weights - coarse * unit) / fine_unit)
    bias = np.concatenate([np.zeros_like(unit), np.rint(folded.bias / fine_unit)])
    return IntegerFilter(
        np.concatenate([coarse, fine], axis=1).astype(np.int8),
        bias.astype(np.int32),
        np.concatenate([unit, fine_unit]).astype(np.float32),
    )


def _units(
    weights: Float[np.ndarray, "tap_channel channel"], bias: Float[np.ndarray, " channel"], largest: int
) -> Float[np.ndarray, " channel"]:
    """Return what 1 stands for in each channel's weights and bias: as little as leaves room for all sums."""
    pairs = np.abs(weights)
    pairs[1:] += np.abs(weights[:-1])
    sums = largest * np.abs(weights).sum(0) + np.abs(bias)
    unit = np.maximum(pairs.max(0) / _LARGEST_PAIR, sums / _LARGEST_SUM)
    return np.maximum(unit, np.finfo(np.float32).tiny)
