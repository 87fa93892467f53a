"""From a checkpoint to one self-describing .onnx file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from torch import Tensor

from kinelift.body.model_facts import ModelFacts, NormalisationName
from kinelift.body.skeleton import COCO_17, COCO_23, H36M_17, H36M_21, Skeleton
from kinelift.interop.keypoint_layouts import LAYOUTS
from kinelift.model.int8_onnx import int8_graph
from kinelift.model.onnx_graph import write_model
from kinelift.model.run_whole import run_whole
from kinelift.model.temporal import TemporalModel
from kinelift.model.temporal_config import TemporalConfig
from kinelift.model.to_onnx import to_onnx
from kinelift.sampling.studio_source import STUDIOS
from kinelift.training.calibration import CALIBRATED_ON, TRIED_ON, calibration_clips, probe_clip
from kinelift.training.checkpoint import Checkpoint, load_checkpoint
from kinelift.training.clips import paired_model


@dataclass(frozen=True, eq=False)
class TrainedNetwork:
    """A network and what its file will say of it."""

    model: TemporalModel
    """In eval mode."""
    facts: ModelFacts


@dataclass(frozen=True)
class OutputChange:
    """How far integers move joints, relative to the root, from where floating point has them."""

    mean_mm: float
    """Over all frames and joints of a clip."""
    max_mm: float
    """The one moved farthest."""


def trained_network(checkpoint: Path, card: Mapping[str, Any] | None = None) -> TrainedNetwork:
    """Read a checkpoint of `kinelift train`; `card` says of its origin what the checkpoint does not."""
    run = load_checkpoint(checkpoint)
    model = _network(run)
    config = json.loads(run.config_json)
    seam = _studio_seam(config["studio"]) if "studio" in config else _mocap_seam(config["data"], model.config)
    facts = ModelFacts(
        name=config["name"],
        input_skeleton=seam.reads,
        output_skeleton=seam.gives,
        fps=seam.fps,
        receptive_field=model.config.receptive_field,
        look_ahead=model.config.look_ahead,
        normalisation=seam.normalisation,
        weights_sha256=weights_checksum(model.state_dict()),
        mirrors_itself=config.get("clips") is not None,
        error_calibration=run.error_calibration,
        card={**(card or {}), "config": config, "epochs_done": run.epochs_done},
    )
    return TrainedNetwork(model, facts)


def trained_trajectory(checkpoint: Path) -> TemporalModel | None:
    """Return the network of the root's place, metres in the camera's frame; None where a run trained none."""
    run = load_checkpoint(checkpoint)
    values = json.loads(run.config_json)
    if values.get("semi") is None:
        return None
    return _part(run, "trajectory", replace(TemporalConfig(**_with_tuples(values["model"])), joints_out=1))


def export_checkpoint(checkpoint: Path, out: Path, card: Mapping[str, Any] | None = None) -> ModelFacts:
    """Write the network of a checkpoint as an .onnx that says what it is; returns the facts it carries."""
    network = trained_network(checkpoint, card)
    export_float32(network, out)
    return network.facts


def export_float32(network: TrainedNetwork, out: Path) -> None:
    """Write a network as it was trained."""
    to_onnx(network.model, network.facts.to_metadata(), out)


def export_int8(network: TrainedNetwork, out: Path) -> OutputChange:
    """Write a network in 8-bit integers, and return what that changes; the file's card says it too.

    About a quarter of the size, and several times as fast where processors multiply bytes.
    """
    graph = int8_graph(network.model, calibration_clips(network.facts))
    change = _output_change(network, graph.model("kinelift_temporal", {}))
    told = {
        "calibrated_on": CALIBRATED_ON,
        "change_mm": {"mean": round(change.mean_mm, 2), "max": round(change.max_mm, 2)},
        "changed_on": TRIED_ON,
    }
    facts = replace(network.facts, card={**network.facts.card, "int8": told})
    write_model(graph.model("kinelift_temporal", facts.to_metadata()), out)
    return change


def _output_change(network: TrainedNetwork, integers: onnx.ModelProto) -> OutputChange:
    config, frames = network.model.config, probe_clip(network.facts)
    keypoints = torch.from_numpy(frames[..., : config.joints_in * config.features])
    extra = torch.from_numpy(frames[..., keypoints.shape[-1] :]) if config.extra_features else None
    with torch.inference_mode():
        exact = network.model(keypoints.unflatten(2, (config.joints_in, config.features)), extra).numpy()
    rounded = run_whole(integers, frames)[:, config.receptive_field - 1 :]
    moved = (rounded - rounded[..., :1, :]) - (exact - exact[..., :1, :])
    millimetres = 1000.0 * np.linalg.norm(moved, axis=-1)
    return OutputChange(float(millimetres.mean()), float(millimetres.max()))


def weights_checksum(state: Mapping[str, Tensor]) -> str:
    """Return the SHA-256 of all weights, in the order of their names."""
    digest = hashlib.sha256()
    for name in sorted(state):
        digest.update(name.encode())
        digest.update(state[name].detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()


@dataclass(frozen=True)
class _Seam:
    """What goes into a network and what comes out, as its training data had it."""

    reads: Skeleton
    gives: Skeleton
    fps: float
    normalisation: NormalisationName


def _mocap_seam(data: Mapping[str, Any], model: TemporalConfig) -> _Seam:
    """Runs from before feet were marked have networks without, which their checkpoints tell by size alone."""
    reads = COCO_23 if model.joints_in == len(COCO_23) else COCO_17
    gives = H36M_21 if model.joints_out == len(H36M_21) else H36M_17
    return _Seam(reads, gives, data["fps"], "rays")


def _studio_seam(data: Mapping[str, Any]) -> _Seam:
    studio = STUDIOS[data["studio"]]
    return _Seam(LAYOUTS[data["layout"]], studio.skeleton, studio.fps / data.get("downsample", 1), "width")


def _network(run: Checkpoint) -> TemporalModel:
    values = json.loads(run.config_json)
    config = TemporalConfig(**_with_tuples(values["model"]))
    if values.get("semi") is not None:
        return _part(run, "pose", config)
    if values.get("clips") is None:
        model = TemporalModel(config)
        model.load_state_dict(run.model)
        return model.eval()
    paired = paired_model(config)
    paired.load_state_dict(run.model)
    return paired.eval().dense()


def _part(run: Checkpoint, name: str, config: TemporalConfig) -> TemporalModel:
    """Return one of the networks that learnt from unlabelled keypoints together."""
    model, start = TemporalModel(config), f"{name}."
    model.load_state_dict(
        {key.removeprefix(start): v for key, v in run.model.items() if key.startswith(start)}
    )
    return model.eval()


def _with_tuples(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()}
