"""A file of `to_onnx` back to the network it was made from, to be trained further.

Batch norm was folded into the filters, and stays there: what comes back has norms that change nothing in eval mode,
with the folded bias as theirs. Train it in eval mode, so that they keep doing nothing.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor

from kinelift.body.model_facts import ModelFacts
from kinelift.geometry.normalisation import MIRRORS
from kinelift.model.temporal import TemporalModel
from kinelift.model.temporal_config import TemporalConfig, fixed_lag

_Arrays = Mapping[str, np.ndarray]


def from_onnx(path: str | os.PathLike[str]) -> TemporalModel:
    """Return the network of a lifter's .onnx file in eval mode, its weights trainable; it answers as the file does.

    ValueError for files in 8-bit integers, which hold no weights that could be trained, and for those of others.
    """
    path = Path(path)
    facts, arrays = _read(path)
    if any(name.endswith("_kernel") for name in arrays):
        raise ValueError(
            f"{path}: 8-bit integers, which cannot be trained; give the file in floating point it was made from."
        )
    if "layer_0_over_time_matrix" not in arrays or "shrink_matrix" not in arrays:
        raise ValueError(f"{path}: no temporal network of `kinelift export`; it holds none of its filters.")
    filters = _filters_over_time(arrays)
    model = TemporalModel(_config(path, facts, arrays, filters))
    state = dict(model.state_dict())
    _unfold(state, "expand", *filters[0])
    for index, (matrix, bias) in enumerate(filters[1:]):
        _unfold(state, f"blocks.{index}.over_time", matrix, bias)
        name = f"layer_{index + 1}_over_channels"
        _unfold(state, f"blocks.{index}.over_channels", arrays[f"{name}_matrix"], arrays[f"{name}_bias"])
    state["shrink.weight"] = _tensor(arrays["shrink_matrix"].T)
    state["shrink.bias"] = _tensor(arrays["shrink_bias"])
    model.load_state_dict(state)
    return model.eval()


def facts_of(path: str | os.PathLike[str]) -> ModelFacts:
    """Return what a lifter's .onnx file says of itself."""
    return _read(Path(path))[0]


def _read(path: Path) -> tuple[ModelFacts, _Arrays]:
    if not path.is_file():
        raise FileNotFoundError(f"no model at {path}.")
    try:
        model = onnx.load(str(path))
    except Exception as error:  # protobuf raises classes of its own
        raise ValueError(f"{path} cannot be loaded as an .onnx model: {error}") from error
    facts = ModelFacts.from_metadata({entry.key: entry.value for entry in model.metadata_props}, str(path))
    return facts, {each.name: numpy_helper.to_array(each) for each in model.graph.initializer}


def _filters_over_time(arrays: _Arrays) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return matrix and bias of each layer, the earlier and the newest taps of split ones put together again."""
    filters = []
    while True:
        name = f"layer_{len(filters)}_over_time"
        if f"{name}_matrix" in arrays:
            filters.append((arrays[f"{name}_matrix"], arrays[f"{name}_bias"]))
        elif f"{name}_earlier_matrix" in arrays:
            parts = [arrays[f"{name}_earlier_matrix"], arrays[f"{name}_newest_matrix"]]
            filters.append((np.concatenate(parts), arrays[f"{name}_earlier_bias"]))
        else:
            return filters


def _config(
    path: Path, facts: ModelFacts, arrays: _Arrays, filters: list[tuple[np.ndarray, np.ndarray]]
) -> TemporalConfig:
    mirror, channels = MIRRORS[facts.normalisation], filters[0][0].shape[1]
    features, extra = len(mirror.joint), len(mirror.extra)
    read = len(facts.input_skeleton) * features + extra
    taps = [
        len(matrix) // size
        for (matrix, _), size in zip(filters, (read, *[channels] * len(filters)), strict=False)
    ]
    dense = int(np.prod(taps)) != facts.receptive_field
    widths = _widths_of_dense(taps) if dense else tuple(taps)
    try:
        config = TemporalConfig(
            joints_in=len(facts.input_skeleton),
            joints_out=len(facts.output_skeleton),
            features=features,
            extra_features=extra,
            filter_widths=widths,
            channels=channels,
            dropout=0.0,
            future_taps=fixed_lag(widths, facts.look_ahead),
            anchors=_anchors(arrays, features, len(facts.output_skeleton)),
            dense=dense,
        )
    except ValueError as error:
        raise ValueError(f"{path}: its filters do not fit what it says of itself ({error}).") from error
    if config.receptive_field != facts.receptive_field:
        raise ValueError(
            f"{path}: filters of {config.receptive_field} frames, but it says it reads {facts.receptive_field}."
        )
    return config


def _widths_of_dense(taps: list[int]) -> tuple[int, ...]:
    """Return the widths of layers whose every frame is a tap: (width - 1) * dilation + 1 taps each."""
    widths, dilation = [], 1
    for number in taps:
        widths.append((number - 1) // dilation + 1)
        dilation *= widths[-1]
    return tuple(widths)


def _anchors(arrays: _Arrays, features: int, joints: int) -> tuple[int, ...] | None:
    """Read which keypoint marks each joint off the matrix that picks it; None where joints hang on no rays."""
    if "marked_matrix" not in arrays:
        return None
    picked = arrays["marked_matrix"][:, :joints]
    rows = np.where(picked.any(axis=0), picked.argmax(axis=0), -features)
    return tuple(int(row) // features for row in rows)


def _unfold(state: dict[str, Tensor], name: str, matrix: np.ndarray, bias: np.ndarray) -> None:
    """Write a folded filter as one whose batch norm divides by 1 and adds the bias."""
    weight = state[f"{name}.weight"]
    state[f"{name}.weight"] = _tensor(matrix.T).reshape(weight.shape)
    state[f"{name}.norm.weight"] = torch.ones(len(bias))
    state[f"{name}.norm.bias"] = _tensor(bias)
    state[f"{name}.norm.running_mean"] = torch.zeros(len(bias))
    state[f"{name}.norm.running_var"] = torch.full((len(bias),), 1.0 - _EPSILON)


_EPSILON = torch.nn.BatchNorm1d(1).eps
"""What batch norm adds to a variance before it divides."""


def _tensor(values: np.ndarray) -> Tensor:
    return torch.from_numpy(np.array(values, np.float32))
