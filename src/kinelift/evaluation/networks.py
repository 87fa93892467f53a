"""Networks from a checkpoint, VideoPose3D's or ours. Needs torch."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kinelift.interop.foreign_torch import read_torch_file
from kinelift.model.reference import ReferenceCheckpoint, load_checkpoint
from kinelift.model.temporal import TemporalModel
from kinelift.model.temporal_config import TemporalConfig
from kinelift.training.checkpoint import load_checkpoint as load_own


def load_networks(path: Path, *, causal: bool = False, dense: bool = False) -> ReferenceCheckpoint:
    """Return the networks of either kind, in eval mode; ours says itself whether it is causal or dense."""
    content = read_torch_file(path)
    if not isinstance(content, Mapping) or "config_json" not in content:
        return load_checkpoint(path, causal=causal, dense=dense)
    own = load_own(path)
    written = json.loads(own.config_json)["model"]
    sizes: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in written.items()
    }
    config = TemporalConfig(**sizes)
    if config.extra_features or config.features != 2:
        raise ValueError(
            f"{path}: this network reads {config.features} numbers a keypoint and {config.extra_features} beside; "
            "this protocol gives 2 and 0. Train a preset such as h36m-243."
        )
    network = TemporalModel(config)
    network.load_state_dict(own.model)
    return ReferenceCheckpoint(network.eval(), None)
