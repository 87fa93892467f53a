"""Named experiments. `dataclasses.replace` makes new ones."""

from __future__ import annotations

from dataclasses import replace

from kinelift.geometry.normalisation import MIRRORS
from kinelift.model.temporal_config import TemporalConfig
from kinelift.sampling.mocap_engine import MocapConfig
from kinelift.training.config import OptimiserConfig, TrainConfig

_RAYS = TemporalConfig(
    features=len(MIRRORS["rays"].joint),
    extra_features=len(MIRRORS["rays"].extra),
    filter_widths=(3, 3, 3),
    channels=512,
)

DEFAULT = TrainConfig(
    name="default",
    model=replace(_RAYS, dropout=0.1),
    optimiser=OptimiserConfig(learning_rate_decay=0.80),
    epochs=16,
    batch_size=512,
)
"""The shipped offline lifter: 27 frames at 30 fps."""

ONE_FRAME = replace(
    DEFAULT, name="one-frame", model=replace(DEFAULT.model, filter_widths=(1, 1, 1)),
)
"""The default without time: the same width, depth, data and number of windows."""

DEBUG = TrainConfig(
    name="debug",
    model=replace(_RAYS, filter_widths=(3, 3), channels=32),
    data=MocapConfig(clips=64, targets_per_clip=8),
    synthetic=True,
    epochs=3,
    batch_size=128,
    validation_clips=8,
)
"""Seconds, on synthetic motion: shows that everything runs."""

PRESETS: dict[str, TrainConfig] = {preset.name: preset for preset in (DEFAULT, ONE_FRAME, DEBUG)}


def preset_named(name: str) -> TrainConfig:
    """Return the preset of that name; ValueError listing the choices if there is none."""
    if name not in PRESETS:
        raise ValueError(f"unknown preset {name!r}; choose one of {', '.join(PRESETS)}.")
    return PRESETS[name]
