"""The recipe of the shipped weights learns, on the motion capture they were made from."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from kinelift.sampling.sequences import Sequences
from kinelift.training.loop import METRICS_NAME, train
from kinelift.training.presets import DEFAULT
from kinelift.training.run import StagedEngine, trials_for

EPOCHS = 3
LOSS_MM = 180.0
"""After as many epochs of 262,144 frames; 160 is usual."""


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
    assert DEFAULT.clips is not None
    recipe = replace(DEFAULT, clips=replace(DEFAULT.clips, compiled=False))  # shapes are checked under pytest
    source = FirstEpochs(StagedEngine(recipe, trials_for(recipe, shared / "mocap", cache=tmp_path)))
    with pytest.raises(EnoughError):
        train(recipe, source, tmp_path / "run")
    metrics = [json.loads(line) for line in (tmp_path / "run" / METRICS_NAME).read_text().splitlines()]
    assert [line["epoch"] for line in metrics] == list(range(EPOCHS))
    assert metrics[-1]["loss_mm"] < LOSS_MM
    assert sum(line["waiting_seconds"] for line in metrics[1:]) < 0.1 * sum(
        line["seconds"] for line in metrics
    )
