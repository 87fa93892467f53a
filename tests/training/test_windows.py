"""Learning from windows, compiled and not."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import torch

from kinelift.sampling.sequences import cut_windows
from kinelift.training.batches import Awaited, Gatherer, shuffled_batches
from tests.sampling.test_sequences import sequences_of


def test_batches_gathered_ahead_are_those_gathered_in_turn() -> None:
    numbers = np.random.default_rng(0).random((21, 17, 5)).astype(np.float32)
    sequences = sequences_of(numbers[..., :2], numbers[..., 2:], [8, 13])
    windows = cut_windows(sequences.lengths, past=1, look_ahead=1, mirrored=True)
    gather = Gatherer(sequences, windows, torch.device("cpu"))
    batches = list(shuffled_batches(gather, len(windows), 4, np.random.default_rng(3)))
    order = np.random.default_rng(3).permutation(len(windows))
    for number, batch in enumerate(batches):
        assert torch.equal(batch.joints, gather(order[4 * number : 4 * number + 4]).joints)
    assert sum(len(batch.targets) for batch in batches) == len(windows) - (len(windows) % 4 == 1)


def test_what_is_waited_for_is_counted() -> None:
    awaited = Awaited(iter([1, 2]))
    assert list(awaited) == [1, 2]
    assert 0 < awaited.seconds < 1


@pytest.mark.slow
def test_compiled_networks_keep_the_laws_of_networks_as_they_stand() -> None:
    """In a process of its own: what checks shapes under pytest cannot be compiled."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.training.compiled_laws"], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr[-2000:]
