"""From a checkpoint of VideoPose3D to a network that can be exported like ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from kinelift.body.model_facts import ModelFacts
from kinelift.body.skeleton import H36M_17, Skeleton
from kinelift.interop.foreign_torch import read_torch_file
from kinelift.model.reference import load_checkpoint
from kinelift.model.temporal import TemporalModel
from kinelift.model.temporal_config import fixed_lag
from kinelift.training.exporting import TrainedNetwork, weights_checksum


def is_reference(path: Path) -> bool:
    """Tell a checkpoint of VideoPose3D from one of ours; ValueError where it is neither."""
    try:
        content = read_torch_file(path)
    except ValueError as error:
        raise ValueError(f"{path} is not a kinelift checkpoint, nor one of VideoPose3D: {error}") from error
    return isinstance(content, Mapping) and "model_pos" in content


def reference_network(
    path: Path, *, look_ahead: int | None = None, dense: bool = False, keypoints: Skeleton = H36M_17
) -> TrainedNetwork:
    """Read the pose network of a checkpoint, and say of it what VideoPose3D's are like.

    The file does not tell: keypoints of the skeleton given and H36M_17 joints, each clip at its own rate, screens
    normalised to their width, centred unless `look_ahead` says how many frames ahead it was trained to look.
    """
    trained = load_checkpoint(path, dense=dense).pose
    config = trained.config
    if (config.joints_in, config.joints_out) != (len(keypoints), len(H36M_17)):
        raise ValueError(
            f"{path}: {len(keypoints)} keypoints ({keypoints.name}) in and {len(H36M_17)} joints (h36m_17) out "
            f"expected, got {config.joints_in} and {config.joints_out}."
        )
    if look_ahead is not None:
        config = replace(config, future_taps=fixed_lag(config.filter_widths, look_ahead))
    model = TemporalModel(config).eval()
    model.load_state_dict(trained.state_dict())
    facts = ModelFacts(
        name=path.stem,
        input_skeleton=keypoints,
        output_skeleton=H36M_17,
        fps=None,
        receptive_field=config.receptive_field,
        look_ahead=config.look_ahead,
        normalisation="width",
        weights_sha256=weights_checksum(model.state_dict()),
    )
    return TrainedNetwork(model, facts)
