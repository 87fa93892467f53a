"""What the command line's tests share."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from kinelift.cli.main import main
from kinelift.datasets.synthetic import synthetic_trials
from kinelift.datasets.trial import MOCAP_JOINTS
from kinelift.export.keypoints_npz import write_keypoints_npz
from tests.walking import walking_person


@dataclass(frozen=True)
class Outcome:
    """What a command line came to."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """The lines of its standard output."""
        return self.out.splitlines()


@pytest.fixture
def kinelift(capsys: pytest.CaptureFixture[str]) -> Iterator:
    """Run a command line in this process."""
    package = logging.getLogger("kinelift")

    def run(*arguments: object) -> Outcome:
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    yield run
    package.handlers.clear()
    package.setLevel(logging.NOTSET)


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an .onnx of a small network that has learnt nothing."""
    torch = pytest.importorskip("torch", reason="a model is made with torch: pip install '.[train]'")
    from kinelift.training.checkpoint import Checkpoint, save_checkpoint
    from kinelift.training.clips import paired_model
    from kinelift.training.exporting import export_checkpoint
    from kinelift.training.presets import DEBUG

    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("tiny")
    state = paired_model(DEBUG.model).state_dict()
    save_checkpoint(Checkpoint(DEBUG.to_json(), 0, state, [], "fp32"), folder / "checkpoint.pt")
    export_checkpoint(folder / "checkpoint.pt", folder / "tiny.onnx")
    return folder / "tiny.onnx"


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Return a file of keypoints: two seconds of a walk at 30 fps, 1280x720."""
    write_keypoints_npz(walking_person(0, 60).keypoints, tmp_path / "walk.npz")
    return tmp_path / "walk.npz"


@pytest.fixture
def mocap_folder(tmp_path: Path) -> Path:
    """Write synthetic trials as a folder of motion capture; 49_01 belongs to the held-out split."""
    trials = synthetic_trials(3)
    (tmp_path / "mocap").mkdir()
    arrays = {
        "trials": np.array(["07_01", "07_02", "49_01"]),
        "sources": np.array(["test"] * 3),
        "fps": np.array([t.fps for t in trials[:3]]),
        "lengths": np.array([len(t.joints) for t in trials[:3]]),
        "joint_names": np.array(MOCAP_JOINTS),
        "positions": np.concatenate([t.joints for t in trials[:3]]),
        "head_axes": np.concatenate([t.head_axes for t in trials[:3]]),
    }
    np.savez(tmp_path / "mocap" / "positions.npz", **arrays)
    return tmp_path / "mocap"
