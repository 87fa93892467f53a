"""A run learns, reports, and goes on from where it was killed."""

import errno
import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from kinelift.body.skeleton import COCO_23, H36M_21
from kinelift.model import TemporalConfig
from kinelift.model.paired import anchors_of
from kinelift.sampling.mocap_engine import MocapConfig
from kinelift.training.batches import epochs_ahead
from kinelift.training.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from kinelift.training.clips import scheduled_rate
from kinelift.training.config import ClipLearning, OptimiserConfig, TrainConfig
from kinelift.training.loop import CHECKPOINT_NAME, METRICS_NAME, train
from kinelift.training.windows import batch_norm_momentum
from tests.moving_bodies import small_engine

MODEL = TemporalConfig(23, 21, features=3, extra_features=3, filter_widths=(3, 3), channels=24)
CONFIG = TrainConfig(
    name="tiny", model=MODEL, data=MocapConfig(clips=24), epochs=3, batch_size=64, precision="fp32"
)


class KilledError(Exception):
    """Stands for the power going off."""


class DyingSource:
    """An engine that dies when asked for an epoch."""

    def __init__(self, last: int) -> None:
        self._last, self._engine = last, small_engine()

    def epoch(self, index):
        """Return an epoch's sequences, up to the last."""
        if index > self._last:
            raise KilledError
        return self._engine.epoch(index)


def lines(folder):
    """Read the metrics file."""
    return [json.loads(line) for line in (folder / METRICS_NAME).read_text().splitlines()]


def test_a_killed_and_resumed_run_ends_bit_equal(tmp_path):
    whole = train(CONFIG, small_engine(), tmp_path / "whole")
    with pytest.raises(KilledError):
        train(CONFIG, DyingSource(1), tmp_path / "killed")
    assert load_checkpoint(tmp_path / "killed" / CHECKPOINT_NAME).epochs_done == 2
    torch.manual_seed(99)
    resumed = train(CONFIG, small_engine(), tmp_path / "killed")
    for name, values in whole.state_dict().items():
        assert torch.equal(values, resumed.state_dict()[name]), name
    assert [m["loss_mm"] for m in lines(tmp_path / "whole")] == [
        m["loss_mm"] for m in lines(tmp_path / "killed")
    ]


def test_the_loss_falls_on_whole_unseen_clips_too(tmp_path):
    config = replace(CONFIG, epochs=12, optimiser=OptimiserConfig(learning_rate=3e-3))
    train(config, small_engine(), tmp_path, validation=small_engine(clips=6, seed=99).epoch(0))
    metrics = lines(tmp_path)
    assert metrics[-1]["loss_mm"] < 0.5 * metrics[0]["loss_mm"]
    assert metrics[-1]["validation_mm"] < 0.75 * metrics[0]["validation_mm"]
    assert [m["epoch"] for m in metrics] == list(range(12))
    assert metrics[0]["windows"] == 24 * 6 * 2


def test_schedules_are_the_papers(tmp_path):
    optimiser = OptimiserConfig(learning_rate_decay=0.9)
    assert batch_norm_momentum(optimiser, 0, 80) == pytest.approx(0.1)
    assert batch_norm_momentum(optimiser, 40, 80) == pytest.approx(0.1 * np.exp(-0.5 * np.log(100)))
    assert batch_norm_momentum(optimiser, 80, 80) == pytest.approx(0.001)
    train(replace(CONFIG, optimiser=optimiser, epochs=2), small_engine(), tmp_path)
    assert [m["learning_rate"] for m in lines(tmp_path)] == pytest.approx([1e-3, 0.9e-3])


def test_a_folder_of_another_configuration_is_refused(tmp_path):
    train(replace(CONFIG, epochs=1), small_engine(), tmp_path)
    with pytest.raises(ValueError, match="another configuration"):
        train(replace(CONFIG, epochs=1, seed=5), small_engine(), tmp_path)


def test_a_damaged_checkpoint_is_named(tmp_path):
    path = tmp_path / CHECKPOINT_NAME
    path.write_bytes(b"PK\x03\x04 not a checkpoint")
    with pytest.raises(ValueError, match="not a kinelift checkpoint"):
        load_checkpoint(path)
    with pytest.raises(FileNotFoundError, match="no checkpoint"):
        load_checkpoint(tmp_path / "none.pt")


def test_a_full_disk_names_the_checkpoint_and_leaves_the_last_one(tmp_path, monkeypatch):
    path = tmp_path / CHECKPOINT_NAME
    save_checkpoint(Checkpoint("{}", 1, {}, [], "fp32"), path)

    def fill(content, file):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(torch, "save", fill)
    with pytest.raises(OSError, match="No space left") as failed:
        save_checkpoint(Checkpoint("{}", 2, {}, [], "fp32"), path)
    assert failed.value.filename == str(path)
    assert load_checkpoint(path).epochs_done == 1
    assert list(tmp_path.iterdir()) == [path]


def test_progress_tells_windows_and_loss(tmp_path):
    seen = []
    config = replace(CONFIG, epochs=1, batch_size=8)
    train(config, small_engine(), tmp_path, on_progress=seen.append)
    assert [p.windows_done for p in seen] == sorted(p.windows_done for p in seen)
    assert seen[-1].windows_done == seen[-1].windows == 24 * 6 * 2
    assert all(np.isfinite(p.loss_mm) for p in seen)


def test_epochs_are_drawn_in_order_and_errors_come_through():
    firsts = [s.joints[0, 0, 0] for s in epochs_ahead(DyingSource(2), 0, 3)]
    assert firsts == [small_engine().epoch(i).joints[0, 0, 0] for i in range(3)]
    with pytest.raises(KilledError):
        list(epochs_ahead(DyingSource(0), 0, 2))


def test_bf16_runs_and_stays_near_fp32(tmp_path):
    config = replace(CONFIG, epochs=2)
    train(config, small_engine(), tmp_path / "fp32")
    train(replace(config, precision="bf16"), small_engine(), tmp_path / "bf16")
    full, half = lines(tmp_path / "fp32")[-1]["loss_mm"], lines(tmp_path / "bf16")[-1]["loss_mm"]
    assert half == pytest.approx(full, rel=0.05)


def test_learning_from_clips_goes_on_bit_equal_and_its_loss_falls(tmp_path):
    model = replace(
        MODEL,
        joints_in=len(COCO_23),
        joints_out=len(H36M_21),
        anchors=anchors_of(COCO_23, H36M_21),
        dropout=0.0,
    )
    learning = ClipLearning(compiled=False, batch_clips=4, learning_rate=3e-3, velocity_from=(0.2, 0.4))
    config = replace(CONFIG, model=model, clips=learning, epochs=12)
    whole = train(config, small_engine(), tmp_path / "whole")
    with pytest.raises(KilledError):
        train(config, DyingSource(3), tmp_path / "killed")
    torch.manual_seed(99)
    resumed = train(config, small_engine(), tmp_path / "killed")
    for name, values in whole.state_dict().items():
        assert torch.equal(values, resumed.state_dict()[name]), name
    metrics = lines(tmp_path / "whole")
    assert metrics[-1]["loss_mm"] < 0.7 * metrics[0]["loss_mm"]
    assert metrics[0]["windows"] == learning.passes * 24 * 6


def test_the_learning_rate_of_clips_rises_and_falls_as_a_cosine():
    learning = ClipLearning(warm_up=0.1, last_learning_rate=0.02)
    assert scheduled_rate(learning, 0.05) == pytest.approx(0.5, rel=0.01)
    assert scheduled_rate(learning, 0.5) == pytest.approx(0.51)
    assert scheduled_rate(learning, 1.0) == pytest.approx(0.02)
