"""From a finished run to one self-describing .onnx file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor

from kinelift.body.model_facts import ModelFacts, NormalisationName
from kinelift.body.skeleton import COCO_17, H36M_17, Skeleton
from kinelift.interop.keypoint_layouts import LAYOUTS
from kinelift.model.temporal import TemporalModel
from kinelift.model.temporal_config import TemporalConfig
from kinelift.model.to_onnx import to_onnx
from kinelift.sampling.studio_source import STUDIOS
from kinelift.training.checkpoint import Checkpoint, load_checkpoint


def export_checkpoint(checkpoint: Path, out: Path, card: Mapping[str, Any] | None = None) -> ModelFacts:
    """Write the network of a checkpoint as an .onnx that says what it is; returns the facts it carries."""
    run = load_checkpoint(checkpoint)
    model = _network(run)
    config = json.loads(run.config_json)
    seam = _studio_seam(config["studio"]) if "studio" in config else _mocap_seam(config["data"])
    facts = ModelFacts(
        name=config["name"],
        input_skeleton=seam.reads,
        output_skeleton=seam.gives,
        fps=seam.fps,
        receptive_field=model.config.receptive_field,
        look_ahead=model.config.look_ahead,
        normalisation=seam.normalisation,
        weights_sha256=weights_checksum(model.state_dict()),
        card={**(card or {}), "config": config, "epochs_done": run.epochs_done},
    )
    to_onnx(model, facts.to_metadata(), out)
    return facts


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


def _mocap_seam(data: Mapping[str, Any]) -> _Seam:
    return _Seam(COCO_17, H36M_17, data["fps"], "rays")


def _studio_seam(data: Mapping[str, Any]) -> _Seam:
    studio = STUDIOS[data["studio"]]
    return _Seam(LAYOUTS[data["layout"]], studio.skeleton, studio.fps, "width")


def _network(run: Checkpoint) -> TemporalModel:
    fields = json.loads(run.config_json)["model"]
    sizes: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in fields.items()}
    model = TemporalModel(TemporalConfig(**sizes))
    model.load_state_dict(run.model)
    return model.eval()
