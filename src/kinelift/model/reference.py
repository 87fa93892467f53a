"""Checkpoints of VideoPose3D, made into networks without running what is pickled in them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from kinelift.interop.foreign_torch import read_torch_file
from kinelift.interop.foreign_values import described
from kinelift.model.temporal import TemporalModel


@dataclass(frozen=True, eq=False)
class ReferenceCheckpoint:
    """The networks of a checkpoint, in eval mode."""

    pose: TemporalModel
    """Keypoints to root-relative joints in metres."""
    trajectory: TemporalModel | None
    """Keypoints to the root in the camera's frame, metres; None where the checkpoint has none."""


def load_checkpoint(
    path: str | os.PathLike[str], *, causal: bool = False, dense: bool = False
) -> ReferenceCheckpoint:
    """Read a checkpoint of VideoPose3D (.bin), today's container or the older one.

    Every size is read off the tensors; they do not say whether the network is causal or dense, so the caller does.
    Optimiser and random state are ignored. ValueError names what stands in place of a needed tensor.
    """
    path = Path(path)
    checkpoint = read_torch_file(path)
    if not isinstance(checkpoint, Mapping) or "model_pos" not in checkpoint:
        held = ", ".join(map(str, checkpoint)) if isinstance(checkpoint, Mapping) else described(checkpoint)
        raise ValueError(f"{path}: no 'model_pos' in it, so no checkpoint of VideoPose3D; it holds {held}.")
    try:
        trajectory = checkpoint.get("model_traj")
        return ReferenceCheckpoint(
            pose=_network(checkpoint["model_pos"], "model_pos", causal, dense),
            trajectory=None if trajectory is None else _network(trajectory, "model_traj", causal, dense),
        )
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def _network(state: Any, where: str, causal: bool, dense: bool) -> TemporalModel:
    if not isinstance(state, Mapping):
        raise ValueError(f"{where}: a dictionary of tensors expected, got {described(state)}.")
    tensors = {name: _tensor(value, f"{where}, {name}") for name, value in state.items()}
    return TemporalModel.from_reference_state(tensors, causal=causal, dense=dense)


def _tensor(value: Any, where: str) -> Tensor:
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "fiu":
        raise ValueError(f"{where}: a tensor expected, got {described(value)}.")
    numbers = torch.from_numpy(
        value.astype(value.dtype.newbyteorder("="))
    )  # a copy: what is read is read-only
    return numbers.float() if numbers.is_floating_point() else numbers
