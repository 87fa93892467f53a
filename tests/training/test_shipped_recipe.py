"""The recipe of the shipped weights learns, on the motion capture they were made from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kinelift.sampling.sequences import Sequences
from kinelift.training.loop import METRICS_NAME, train
from kinelift.training.presets import DEFAULT
from kinelift.training.run import StagedEngine, trials_for

EPOCHS = 8
LOSS_MM = 160.0
"""After as many epochs of 131,072 frames; 142 is usual."""


class EnoughError(Exception):
    """Enough epochs have been drawn."""


class FirstEpochs:
    """The recipe's own epochs, up to the last one wanted."""

    def __init__(self, engine: StagedEngine) -> None:
        self._engine = engine

    def epoch(self, index: int) -> Sequences:
        """Return an epoch's sequences."""
        if index >= EPOCHS:
            raise EnoughError
        return self._engine.epoch(index)


@pytest.mark.slow
def test_a_run_of_minutes_reaches_the_stated_loss_by_the_stated_epoch(shared: Path, tmp_path: Path) -> None:
    source = FirstEpochs(StagedEngine(DEFAULT, trials_for(DEFAULT, shared / "mocap", cache=tmp_path)))
    with pytest.raises(EnoughError):
        train(DEFAULT, source, tmp_path / "run")
    metrics = [json.loads(line) for line in (tmp_path / "run" / METRICS_NAME).read_text().splitlines()]
    assert [line["epoch"] for line in metrics] == list(range(EPOCHS))
    assert metrics[-1]["loss_mm"] < LOSS_MM
    assert sum(line["waiting_seconds"] for line in metrics[1:]) < 0.1 * sum(
        line["seconds"] for line in metrics
    )
