"""What fine-tuning starts from."""

from pathlib import Path

import pytest
import torch

from kinelift.training.checkpoint import Checkpoint, save_checkpoint
from kinelift.training.clips import paired_model
from kinelift.training.exporting import export_checkpoint
from kinelift.training.presets import DEBUG


@pytest.fixture(scope="session")
def tiny_lifter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an .onnx of a small network that has learnt nothing."""
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("tiny")
    state = paired_model(DEBUG.model).state_dict()
    save_checkpoint(Checkpoint(DEBUG.to_json(), 0, state, [], "fp32"), folder / "checkpoint.pt")
    export_checkpoint(folder / "checkpoint.pt", folder / "tiny.onnx")
    return folder / "tiny.onnx"
