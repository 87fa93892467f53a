"""A small run for torchrun: python -m tests.training.learning_together FOLDER.

Batch norms keep their statistics and nothing is dropped out, so that what several processes learn is what one learns.
"""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from kinelift.body.skeleton import H36M_17
from kinelift.geometry.normalisation import MIRRORS
from kinelift.model.temporal_config import TemporalConfig
from kinelift.sampling.sequences import Sequences
from kinelift.sampling.studio_source import StaticSource
from kinelift.training.config import TrainConfig
from kinelift.training.loop import train
from kinelift.training.windows import WindowLearner

CONFIG = TrainConfig(
    name="together",
    model=TemporalConfig(filter_widths=(3, 3), channels=16, dropout=0.0),
    epochs=2,
    batch_size=32,
    edges="pad",
    precision="fp32",
)


class SteadyLearner(WindowLearner):
    """The paper's learner, but for batch norm."""

    def __init__(self, config: TrainConfig, device: torch.device) -> None:
        super().__init__(config, device)
        self.model.train = lambda mode=True: type(self.model).train(self.model, False)


def source() -> StaticSource:
    """Return clips of noise: 83 windows, 166 with the mirrored ones, so that the last batch is a small one."""
    rng = np.random.default_rng(0)
    lengths = np.array([50, 33])
    frames = int(lengths.sum())
    sequences = Sequences(
        joints=rng.normal(size=(frames, 17, 2)).astype(np.float32),
        extra=np.zeros((frames, 0), np.float32),
        targets=rng.normal(size=(frames, 17, 3)).astype(np.float32),
        lengths=lengths,
        input_skeleton=H36M_17,
        output_skeleton=H36M_17,
        mirror=MIRRORS["width"],
    )
    return StaticSource(sequences, "h36m")


if __name__ == "__main__":
    torch.set_num_threads(1)
    train(replace(CONFIG), source(), Path(sys.argv[1]), make_learner=SteadyLearner)
