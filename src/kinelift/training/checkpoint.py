"""Checkpoints: plain tensors, written atomically, from which a killed run goes on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from kinelift.whole_files import replacing


@dataclass(frozen=True)
class Checkpoint:
    """A run between two epochs."""

    config_json: str
    """The run's TrainConfig."""
    epochs_done: int
    model: dict[str, torch.Tensor]
    optimisers: list[dict[str, Any]]
    """Their state dictionaries: tensors and numbers."""
    precision: str
    error_calibration: tuple[float, float] = (1.0, 1.0)
    """See `ModelFacts`; fitted when a run is finished."""


def save_checkpoint(checkpoint: Checkpoint, path: Path) -> None:
    """Write a checkpoint so that a kill at any moment leaves the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Handed an open file, torch does not write the temporary's name, which differs each time, into the archive.
    with replacing(path) as temporary, temporary.open("wb") as file:
        torch.save(vars(checkpoint), file)


def load_checkpoint(path: Path) -> Checkpoint:
    """Read a checkpoint of ours; nothing but tensors and plain containers is built."""
    if not path.exists():
        raise FileNotFoundError(f"no checkpoint at {path}.")
    try:
        return Checkpoint(**torch.load(path, map_location="cpu", weights_only=True))
    except Exception as error:
        raise ValueError(f"{path} is not a kinelift checkpoint ({type(error).__name__}).") from error
