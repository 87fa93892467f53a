"""A plain network taught briefly on the views that the shipped recipe draws, for the benchmarks that compare ways."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from kinelift.model.temporal import TemporalConfig, TemporalModel
from kinelift.sampling.sequences import Sequences
from kinelift.training.precision import matmul_precision
from kinelift.training.presets import DEFAULT
from kinelift.training.run import StagedEngine, trials_for

CLIPS_A_BATCH = 32
LEARNING_RATE = 1e-3
Loss = Callable[[Tensor, Sequences, Tensor], Tensor]
"""Of the answer (clip, frame, joint, 3), given the sequences and which frames (clip, frame) of them are answered."""


def like_default(joints_out: int, extra_features: int) -> TemporalConfig:
    """Return a network as wide and long as `default`'s, that answers with joints as they are."""
    like = DEFAULT.model
    return TemporalConfig(
        joints_in=like.joints_in,
        joints_out=joints_out,
        features=like.features,
        extra_features=extra_features,
        filter_widths=like.filter_widths,
        channels=like.channels,
        dropout=0.0,
    )


def train_briefly(
    config: TemporalConfig,
    data: Path,
    epochs: int,
    loss: Loss,
    seen_as: Callable[[Sequences], Sequences] = lambda drawn: drawn,
) -> TemporalModel:
    """Train with AdamW down a cosine; `seen_as` puts what is drawn into the features the network reads."""
    torch.manual_seed(0)
    model = TemporalModel(config)
    optimiser = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE)
    precision = matmul_precision("auto", torch.device("cpu"))
    engine = StagedEngine(DEFAULT, trials_for(DEFAULT, data))
    for epoch in range(epochs):
        started, losses = time.perf_counter(), []
        sequences = seen_as(engine.epoch(epoch))
        for share, frames in _batches(sequences, epoch):
            for group in optimiser.param_groups:
                group["lr"] = LEARNING_RATE * 0.5 * (1.0 + math.cos(math.pi * (epoch + share) / epochs))
            optimiser.zero_grad()
            with precision.context():
                answer = model(
                    torch.from_numpy(sequences.joints)[frames], torch.from_numpy(sequences.extra)[frames]
                )
            answered = frames[:, config.past : frames.shape[1] - config.look_ahead]
            off = loss(answer.float(), sequences, answered)
            off.backward()
            optimiser.step()
            losses.append(off.item())
        seconds = time.perf_counter() - started
        print(f"epoch {epoch}: loss {np.mean(losses):.4f}, {seconds:.0f} s", file=sys.stderr)
    return model.eval()


def _batches(sequences: Sequences, seed: int) -> Iterator[tuple[float, Tensor]]:
    clips, frames = len(sequences.lengths), int(sequences.lengths[0])
    order = np.random.default_rng(seed).permutation(clips)
    for start in range(0, clips, CLIPS_A_BATCH):
        rows = order[start : start + CLIPS_A_BATCH]
        yield start / clips, torch.from_numpy(rows[:, None] * frames + np.arange(frames))
