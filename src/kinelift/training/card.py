"""The card of a trained lifter: where it comes from, in words and figures, beside its .onnx."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kinelift.body.model_facts import ModelFacts
from kinelift.datasets.mocap import HELD_OUT_SUBJECTS, SET_ASIDE_TRIALS, MocapTrial
from kinelift.training.config import TrainConfig
from kinelift.weights.checksum import file_sha256
from kinelift.whole_files import write_whole

ACKNOWLEDGEMENT = (
    "The data used in this project was obtained from mocap.cs.cmu.edu. "
    "The database was created with funding from NSF EIA-0196217."
)


def provenance(config: TrainConfig, trials: Sequence[MocapTrial]) -> dict[str, Any]:
    """Say what a network is trained on and how to do it again."""
    minutes = sum(trial.seconds for trial in trials) / 60.0
    amount = f"{len({trial.trial for trial in trials})} trials, {minutes:.1f} minutes"
    if config.synthetic:
        return {
            "command": f"kinelift train {config.name}",
            "data": f"motion made up by a formula ({amount}); shows that everything runs, and nothing else",
            "licence": "Apache-2.0",
            "seed": config.seed,
        }
    return {
        "command": f"kinelift train {config.name} --data DIR",
        "data": f"CMU Graphics Lab Motion Capture Database, {amount}, seen by virtual cameras and a noisy detector",
        "acknowledgement": ACKNOWLEDGEMENT,
        "licence": "Apache-2.0",
        "split": f"held out: subjects {', '.join(HELD_OUT_SUBJECTS)} and trials 14_01 to 14_10; "
        f"set aside for expected errors: {', '.join(sorted(SET_ASIDE_TRIALS))}",
        "seed": config.seed,
    }


def write_card(facts: ModelFacts, model: Path) -> Path:
    """Write what a model's facts say, and its file's checksum, as JSON beside it."""
    card = {
        "name": facts.name,
        "sha256": file_sha256(model),
        "weights_sha256": facts.weights_sha256,
        "input_skeleton": facts.input_skeleton.name,
        "output_skeleton": facts.output_skeleton.name,
        "fps": facts.fps,
        "receptive_field": facts.receptive_field,
        "look_ahead": facts.look_ahead,
        "normalisation": facts.normalisation,
        "error_calibration": facts.error_calibration,
        **facts.card,
    }
    path = model.with_suffix(".json")
    write_whole(path, json.dumps(card, indent=2) + "\n")
    return path
