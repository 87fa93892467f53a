"""State dictionaries of the reference implementation, read by the shapes of their tensors."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from kinelift.model.temporal_config import TemporalConfig, centred
from kinelift.model.temporal_config import causal as causal_taps

_NORM = ("weight", "bias", "running_mean", "running_var")
_COUNTED = "num_batches_tracked"
"""Of a batch norm too, but files of torch before 0.4.1 lack it."""


def config_of_reference(state: Mapping[str, Tensor], *, causal: bool, dense: bool) -> TemporalConfig:
    """Read the sizes off the tensors: (out, in, taps) for filters, two features a keypoint."""
    blocks = _count_blocks(state)
    channels, flat, _ = _shape(state, "expand_conv.weight", 3)
    outputs = _shape(state, "shrink.weight", 3)[0]
    if flat % 2 or outputs % 3:
        raise ValueError(
            "reference state: 2 numbers a keypoint in and 3 a joint out expected, "
            f"got {flat} in and {outputs} out."
        )
    taps = [
        _shape(state, name, 3)[2]
        for name in ["expand_conv.weight", *(f"layers_conv.{2 * block}.weight" for block in range(blocks))]
    ]
    widths = _widths_of_dense(taps) if dense else tuple(taps)
    config = TemporalConfig(
        joints_in=flat // 2,
        joints_out=outputs // 3,
        filter_widths=widths,
        channels=channels,
        future_taps=causal_taps(widths) if causal else centred(widths),
        dense=dense,
    )
    _check_shapes(state, config)
    return config


def state_from_reference(state: Mapping[str, Tensor], config: TemporalConfig) -> dict[str, Tensor]:
    """Rename the reference's tensors to ours; filters turn from (out, in, taps) to (out, taps, in)."""
    ours = {"shrink.weight": state["shrink.weight"].flatten(1), "shrink.bias": state["shrink.bias"]}
    for layer, (conv, norm) in _layer_names(len(config.filter_widths) - 1).items():
        ours[f"{layer}.weight"] = state[f"{conv}.weight"].transpose(1, 2)
        for part in _NORM:
            ours[f"{layer}.norm.{part}"] = state[f"{norm}.{part}"]
        ours[f"{layer}.norm.{_COUNTED}"] = state.get(f"{norm}.{_COUNTED}", torch.tensor(0))
    return ours


def _layer_names(blocks: int) -> dict[str, tuple[str, str]]:
    """Our name of each filter layer -> the reference's convolution and batch norm."""
    names = {"expand": ("expand_conv", "expand_bn")}
    for block in range(blocks):
        for place, part in enumerate(("over_time", "over_channels"), start=2 * block):
            names[f"blocks.{block}.{part}"] = (f"layers_conv.{place}", f"layers_bn.{place}")
    return names


def _count_blocks(state: Mapping[str, Tensor]) -> int:
    """Count residual blocks, having checked that exactly the tensors of such a network are there."""
    blocks = sum(name.startswith("layers_conv.") for name in state) // 2
    expected, optional = {"shrink.weight", "shrink.bias"}, set[str]()
    for conv, norm in _layer_names(blocks).values():
        expected |= {f"{conv}.weight", *(f"{norm}.{part}" for part in _NORM)}
        optional.add(f"{norm}.{_COUNTED}")
    missing, odd = sorted(expected - state.keys()), sorted(state.keys() - expected - optional)
    if missing or odd:
        lists = {"missing": missing, "unknown": odd}
        found = "; ".join(f"{what} {', '.join(names)}" for what, names in lists.items() if names)
        raise ValueError(
            f"reference state: {found}. Expected expand_conv, expand_bn, shrink, and layers_conv.N and "
            "layers_bn.N in pairs; a checkpoint file holds this under 'model_pos'."
        )
    return blocks


def _shape(state: Mapping[str, Tensor], name: str, axes: int) -> tuple[int, ...]:
    shape = tuple(state[name].shape)
    if len(shape) != axes:
        raise ValueError(f"reference state: {name} with {axes} axes expected, got {shape}.")
    return shape


def _widths_of_dense(taps: list[int]) -> tuple[int, ...]:
    """Undo taps = (width - 1) * dilation + 1, the dilation being the product of the earlier widths."""
    widths: list[int] = []
    dilation = 1
    for count in taps:
        width, rest = divmod(count - 1, dilation)
        if rest:
            raise ValueError(
                f"reference state: filters of {taps} taps are no dense network's; try dense=False."
            )
        widths.append(width + 1)
        dilation *= width + 1
    return tuple(widths)


def _check_shapes(state: Mapping[str, Tensor], config: TemporalConfig) -> None:
    """Check every tensor against the sizes the others gave."""
    channels, outputs = config.channels, 3 * config.joints_out
    expected: dict[str, tuple[int, ...]] = {
        "shrink.weight": (outputs, channels, 1),
        "shrink.bias": (outputs,),
    }
    taps = iter(config.tap_offsets)
    for layer, (conv, norm) in _layer_names(len(config.filter_widths) - 1).items():
        inputs = config.input_features if layer == "expand" else channels
        count = 1 if layer.endswith("over_channels") else len(next(taps))
        expected[f"{conv}.weight"] = (channels, inputs, count)
        expected |= {f"{norm}.{part}": (channels,) for part in _NORM}
    for name, shape in expected.items():
        if tuple(state[name].shape) != shape:
            got = tuple(state[name].shape)
            raise ValueError(f"reference state: {name} of shape {shape} expected, got {got}.")
