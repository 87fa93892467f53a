"""Networks from a checkpoint, VideoPose3D's or ours. Needs torch."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kinelift.interop.foreign_torch import read_torch_file
from kinelift.interop.keypoint_layouts import LAYOUTS
from kinelift.model.reference import load_checkpoint
from kinelift.model.temporal import TemporalModel
from kinelift.model.temporal_config import TemporalConfig
from kinelift.training.checkpoint import load_checkpoint as load_own


@dataclass(frozen=True, eq=False)
class Networks:
    """What is tested, in eval mode."""

    pose: TemporalModel
    """Keypoints to root-relative joints in metres."""
    trajectory: TemporalModel | None
    """Keypoints to the root in the camera's frame, metres; None where the checkpoint has none."""
    keypoint_sides: tuple[int, ...] | None = None
    """For each keypoint its counterpart as training mirrored it; None is as the file of keypoints pairs them."""


def load_networks(path: Path, *, causal: bool = False, dense: bool = False) -> Networks:
    """Return the networks of either kind; ours says itself whether it is causal or dense."""
    content = read_torch_file(path)
    if not isinstance(content, Mapping) or "config_json" not in content:
        reference = load_checkpoint(path, causal=causal, dense=dense)
        return Networks(reference.pose, reference.trajectory)
    own = load_own(path)
    written = json.loads(own.config_json)
    sizes: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in written["model"].items()
    }
    config = TemporalConfig(**sizes)
    if "studio" not in written:
        raise ValueError(
            f"{path}: this network reads {config.features} numbers a keypoint and {config.extra_features} beside, of "
            "clips of its own kind; this protocol gives 2 and 0. Train a preset such as h36m-243."
        )
    network = TemporalModel(config)
    network.load_state_dict(own.model)
    layout = written["studio"]["layout"]
    return Networks(network.eval(), None, None if layout is None else LAYOUTS[layout].mirrored)
