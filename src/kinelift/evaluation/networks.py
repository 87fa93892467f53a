"""Networks from a checkpoint, VideoPose3D's or ours, or from an exported file. Needs torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kinelift.interop.foreign_torch import read_torch_file
from kinelift.lifting.network import Network, load_network
from kinelift.model.reference import load_checkpoint
from kinelift.model.temporal import TemporalModel
from kinelift.training.exporting import trained_network, trained_trajectory


@dataclass(frozen=True, eq=False)
class Networks:
    """What is tested, in eval mode."""

    pose: TemporalModel | Network
    """Keypoints to root-relative joints in metres."""
    trajectory: TemporalModel | None
    """Keypoints to the root in the camera's frame, metres; None where the checkpoint has none."""
    keypoint_sides: tuple[int, ...] | None = None
    """For each keypoint its counterpart as training mirrored it; None is as the file of keypoints pairs them."""


def load_networks(path: Path, *, causal: bool = False, dense: bool = False) -> Networks:
    """Return the networks of any of these; all but VideoPose3D's say themselves whether they are causal or dense."""
    if path.suffix == ".onnx":
        return _exported(path, causal=causal, dense=dense)
    content = read_torch_file(path)
    if isinstance(content, Mapping) and "config_json" in content:
        return _ours(path, causal=causal, dense=dense)
    reference = load_checkpoint(path, causal=causal, dense=dense)
    return Networks(reference.pose, reference.trajectory)


def _exported(path: Path, *, causal: bool, dense: bool) -> Networks:
    network = load_network(path)
    facts = network.facts
    if facts.normalisation != "width":
        raise ValueError(
            f"{path}: this network reads {facts.normalisation}; this protocol gives keypoints normalised to the "
            "image's width. Export a preset such as h36m-243, or a checkpoint of VideoPose3D."
        )
    if (causal and facts.look_ahead) or dense:
        raise ValueError(
            f"{path}: looks {facts.look_ahead} frames ahead, as it says itself; leave --causal and --dense out."
        )
    return Networks(network, None, facts.input_skeleton.mirrored)


def _ours(path: Path, *, causal: bool, dense: bool) -> Networks:
    trained = trained_network(path)
    config, facts = trained.model.config, trained.facts
    if facts.normalisation != "width":
        raise ValueError(
            f"{path}: this network reads {config.features} numbers a keypoint and {config.extra_features} beside "
            f"({facts.normalisation}); this protocol gives 2 and 0. Train a preset such as h36m-243."
        )
    if (causal and config.look_ahead) or (dense and not config.dense):
        raise ValueError(
            f"{path}: looks {config.look_ahead} frames ahead and is {'dense' if config.dense else 'not dense'}, as it "
            "says itself; leave --causal and --dense out."
        )
    return Networks(trained.model, trained_trajectory(path), facts.input_skeleton.mirrored)
