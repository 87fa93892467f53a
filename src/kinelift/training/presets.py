"""Named experiments. `dataclasses.replace` makes new ones."""

from __future__ import annotations

from dataclasses import replace

from kinelift.body.skeleton import COCO_23, H36M_21
from kinelift.geometry.normalisation import MIRRORS
from kinelift.model.temporal_config import TemporalConfig
from kinelift.sampling.bodies import BodyConfig
from kinelift.sampling.mocap_engine import MocapConfig
from kinelift.sampling.noise_config import NoiseConfig
from kinelift.sampling.virtual_cameras import CameraConfig
from kinelift.training.config import OptimiserConfig, Stage, TrainConfig
from kinelift.training.paper_presets import PAPER_PRESETS

_RAYS = TemporalConfig(
    joints_in=len(COCO_23),
    joints_out=len(H36M_21),
    features=len(MIRRORS["rays"].joint),
    extra_features=len(MIRRORS["rays"].extra),
    filter_widths=(3, 3, 3),
    channels=512,
)

_TYPICAL = MocapConfig(
    recombined=0.2,
    tilted=0.06,
    cameras=CameraConfig(focal_range=(0.5, 1.7), filled_range=(0.15, 0.9), off_centre=0.4, focal_error=0.05),
    noise=NoiseConfig(lost_clips=0.2, lost_frames=0.12, exchanged=0.03),
)
"""Mostly whole bodies, mostly seen."""

_ANY_TRUNK = replace(_TYPICAL, bodies=BodyConfig(trunk=1.1, trunk_sd=0.08))
"""And trunks from where joint centres lie to where detectors mark shoulders and hips."""

DEFAULT = TrainConfig(
    name="default",
    model=replace(_RAYS, dropout=0.1),
    optimiser=OptimiserConfig(learning_rate_decay=0.80),
    stages=(
        Stage(9, _TYPICAL, learning_rate=4e-4, learning_rate_decay=0.7),
        Stage(13, _ANY_TRUNK, learning_rate=4e-4, learning_rate_decay=0.4),
    ),
    epochs=16,
    batch_size=512,
)
"""The shipped offline lifter: 27 frames at 30 fps; hard cases first, then mostly typical ones."""

ONE_FRAME = replace(
    DEFAULT,
    name="one-frame",
    model=replace(DEFAULT.model, filter_widths=(1, 1, 1)),
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

PRESETS: dict[str, TrainConfig] = {
    **{preset.name: preset for preset in (DEFAULT, ONE_FRAME, DEBUG)},
    **PAPER_PRESETS,
}


def preset_named(name: str) -> TrainConfig:
    """Return the preset of that name; ValueError listing the choices if there is none."""
    if name not in PRESETS:
        raise ValueError(f"unknown preset {name!r}; choose one of {', '.join(PRESETS)}.")
    return PRESETS[name]
