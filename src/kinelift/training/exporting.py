"""From a finished run to one self-describing .onnx file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from torch import Tensor

from kinelift.body.model_facts import ModelFacts
from kinelift.body.skeleton import COCO_17, H36M_17
from kinelift.model.temporal import TemporalModel
from kinelift.model.temporal_config import TemporalConfig
from kinelift.model.to_onnx import to_onnx
from kinelift.training.checkpoint import Checkpoint, load_checkpoint


def export_checkpoint(checkpoint: Path, out: Path, card: Mapping[str, Any] | None = None) -> ModelFacts:
    """Write the network of a checkpoint as an .onnx that says what it is; returns the facts it carries."""
    run = load_checkpoint(checkpoint)
    model = _network(run)
    config = json.loads(run.config_json)
    facts = ModelFacts(
        name=config["name"],
        input_skeleton=COCO_17,
        output_skeleton=H36M_17,
        fps=config["data"]["fps"],
        receptive_field=model.config.receptive_field,
        look_ahead=model.config.look_ahead,
        normalisation="rays",
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


def _network(run: Checkpoint) -> TemporalModel:
    fields = json.loads(run.config_json)["model"]
    config = TemporalConfig(**{k: tuple(v) if isinstance(v, list) else v for k, v in fields.items()})
    model = TemporalModel(config)
    model.load_state_dict(run.model)
    return model.eval()
