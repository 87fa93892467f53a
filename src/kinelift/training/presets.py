"""Named experiments. `dataclasses.replace` makes new ones."""

from __future__ import annotations

from dataclasses import replace

from kinelift.body.skeleton import COCO_23, H36M_21
from kinelift.geometry.normalisation import MIRRORS
from kinelift.model.paired import anchors_of
from kinelift.model.temporal_config import TemporalConfig, causal, fixed_lag
from kinelift.sampling.mocap_engine import MocapConfig
from kinelift.sampling.noise_config import NoiseConfig
from kinelift.sampling.variety import VarietyConfig
from kinelift.sampling.virtual_cameras import CameraConfig
from kinelift.training.config import ClipLearning, TrainConfig
from kinelift.training.paper_presets import PAPER_PRESETS

_RAYS = TemporalConfig(
    joints_in=len(COCO_23),
    joints_out=len(H36M_21),
    features=len(MIRRORS["rays"].joint),
    extra_features=len(MIRRORS["rays"].extra),
    filter_widths=(3, 3, 3),
    channels=512,
    dropout=0.0,
    anchors=anchors_of(COCO_23, H36M_21),
)

_VARIED = MocapConfig(
    clips=16384,
    targets_per_clip=8,
    recombined=0.1,
    tilted=0.07,
    variety=VarietyConfig(turned=0.35),
    cameras=CameraConfig(off_centre=0.5, extreme=0.06, sideways=0.03, cut_off=0.05, roll_sd_degrees=5.0),
    noise=NoiseConfig(
        jitter_range=(0.001, 0.008),
        drift_range=(0.002, 0.009),
        bias_sd=0.007,
        lost_clips=0.25,
        lost_frames=0.15,
        occluded=0.08,
        truncated=0.03,
        leaps=0.03,
    ),
)
"""Any body, any camera, and poses that nobody was captured in."""

DEFAULT = TrainConfig(
    name="default", model=_RAYS, data=_VARIED, clips=ClipLearning(learning_rate=1.5e-3), epochs=180
)
"""The shipped offline lifter: 27 frames at 30 fps, of which 13 lie ahead."""

LAG_SHORT = replace(
    DEFAULT, name="lag_short", model=replace(_RAYS, future_taps=fixed_lag(_RAYS.filter_widths, 4)), epochs=60
)
"""4 frames late."""

CAUSAL = replace(
    DEFAULT, name="causal", model=replace(_RAYS, future_taps=causal(_RAYS.filter_widths)), epochs=110
)
"""Live: nothing ahead."""

ONE_FRAME = replace(CAUSAL, name="one-frame", model=replace(_RAYS, filter_widths=(1, 1, 1)))
"""No time: as wide and as deep, on the same data, with as many targets as `causal`."""

DEBUG = TrainConfig(
    name="debug",
    model=replace(_RAYS, filter_widths=(3, 3), channels=32),
    data=MocapConfig(clips=64, targets_per_clip=8),
    synthetic=True,
    clips=ClipLearning(batch_clips=8, compiled=False),
    epochs=3,
    validation_clips=8,
)
"""Seconds, on synthetic motion: shows that everything runs."""

PRESETS: dict[str, TrainConfig] = {
    **{preset.name: preset for preset in (DEFAULT, LAG_SHORT, CAUSAL, ONE_FRAME, DEBUG)},
    **PAPER_PRESETS,
}


def preset_named(name: str) -> TrainConfig:
    """Return the preset of that name; ValueError listing the choices if there is none."""
    if name not in PRESETS:
        raise ValueError(f"unknown preset {name!r}; choose one of {', '.join(PRESETS)}.")
    return PRESETS[name]
