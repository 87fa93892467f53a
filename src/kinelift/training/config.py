"""An experiment as one frozen value."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Literal

from kinelift.model.temporal_config import TemporalConfig
from kinelift.sampling.mocap_engine import MocapConfig
from kinelift.sampling.sequences import Edges

Precision = Literal["auto", "fp32", "bf16"]


@dataclass(frozen=True)
class OptimiserConfig:
    """Adam as the paper uses it, and the batch-norm momentum that goes with its decay."""

    learning_rate: float = 1e-3
    learning_rate_decay: float = 0.95
    """Factor an epoch."""
    amsgrad: bool = True
    weight_decay: float = 0.0
    batch_norm_momentum: tuple[float, float] = (0.1, 0.001)
    """At the first epoch and after the last; exponential between (PyTorch's: weight of the new batch)."""


@dataclass(frozen=True)
class Stage:
    """A later part of a run, on other data and with a learning rate of its own."""

    from_epoch: int
    data: MocapConfig
    learning_rate: float
    """At its first epoch."""
    learning_rate_decay: float
    """Factor an epoch."""


@dataclass(frozen=True)
class ClipLearning:
    """Learning from whole clips: paired channels, joints hung on rays, losses over time, a cosine.

    The matrices of hidden layers are moved by Muon (Jordan et al., 2024), everything else by AdamW.

    Each frame of a clip that has its receptive field is a target. The paper's windows, optimiser and schedules are not
    used.
    """

    batch_clips: int = 128
    passes: int = 2
    """Times each drawn clip is learnt from: drawing one takes a third as long as learning from it."""
    compiled: bool = True
    """Fuse the network's work between matrix products where a compiler is found; takes half a minute to start."""
    learning_rate: float = 1e-3
    """The highest."""
    hidden_rate: float = 2.0
    """Learning rate of the matrices of hidden layers over that of everything else."""
    warm_up: float = 0.01
    """Share of the run in which the learning rate rises."""
    last_learning_rate: float = 0.01
    """Share of the highest that the cosine ends at."""
    weight_decay: float = 1e-4
    hidden_weight_decay: float = 0.01
    """Of the matrices of hidden layers."""
    gradient_norm: float = 1.0
    """Gradients longer than this are cut to it."""
    velocity: float = 2.0
    """Weight of the error of velocities (metres a frame) beside that of positions (metres), in the end."""
    velocity_from: tuple[float, float] = (0.4, 0.7)
    """Shares of the run between which that weight rises from 0: learnt early, velocities hold up positions."""
    expected_error: float = 0.005
    """Weight of the negative log likelihood of errors, exponentially distributed about those expected."""
    foot_weight: float = 0.5
    """Weight of toes and heels, which most detectors do not mark, beside other joints."""
    batch_norm_momentum: tuple[float, float] = (0.1, 0.003)
    """At the start and the end; exponential between."""


@dataclass(frozen=True)
class TrainConfig:
    """Everything a run depends on beside its data folder."""

    name: str
    model: TemporalConfig
    data: MocapConfig = field(default_factory=MocapConfig)
    synthetic: bool = False
    """Whether the motion is made up by a formula, so that no data folder is needed."""
    optimiser: OptimiserConfig = field(default_factory=OptimiserConfig)
    stages: tuple[Stage, ...] = ()
    """What changes as the run goes on, in order of epochs: a curriculum."""
    clips: ClipLearning | None = None
    """Learn from whole clips; None learns from windows, as the paper does."""
    epochs: int = 60
    batch_size: int = 1024
    mirrored: bool = True
    """Whether every window is also seen with left and right exchanged."""
    edges: Edges = "skip"
    precision: Precision = "auto"
    """bf16 matrix products where the processor multiplies them faster, or as named."""
    validation_clips: int = 0
    """Clips, drawn apart from training's, on which each epoch is tried whole with mirror averaging."""
    seed: int = 1234

    def __post_init__(self) -> None:
        if self.epochs < 1:
            raise ValueError(f"epochs: {self.name} needs at least one epoch, got {self.epochs}.")
        if self.batch_size < 2:
            raise ValueError(
                f"batch_size: {self.name} needs batches of two windows or more, which batch norm compares, "
                f"got {self.batch_size}."
            )

    def stage(self, epoch: int) -> Stage:
        """Return the stage an epoch belongs to; the first is what `data` and `optimiser` say."""
        first = Stage(0, self.data, self.optimiser.learning_rate, self.optimiser.learning_rate_decay)
        return [stage for stage in (first, *self.stages) if stage.from_epoch <= epoch][-1]

    def learning_rate(self, epoch: int) -> float:
        """Return an epoch's learning rate."""
        stage = self.stage(epoch)
        return stage.learning_rate * stage.learning_rate_decay ** (epoch - stage.from_epoch)

    def to_json(self) -> str:
        """Write out every value, for checkpoints and cards."""
        return json.dumps(asdict(self), sort_keys=True)
