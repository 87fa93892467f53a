"""Small networks with random weights that answer with something like a body."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp

import torch

from kinelift.body import COCO_17, H36M_17, ModelFacts, Skeleton
from kinelift.body.model_facts import NormalisationName
from kinelift.model import TemporalConfig, TemporalModel
from kinelift.model.temporal_config import fixed_lag
from kinelift.model.to_onnx import to_onnx
from tests.walking import walking_joints

WIDTHS = (3, 3, 3)
LOOK_AHEADS = (0, 1, 4, 13)
"""Causal, two fixed lags, and centred."""


@lru_cache
def random_lifter(
    look_ahead: int,
    normalisation: NormalisationName = "rays",
    input_skeleton: Skeleton = COCO_17,
    fps: float | None = 30.0,
    liveliness: float = 0.2,
) -> Path:
    """Return a model's file: a walker's mean pose, and what random weights make of the keypoints."""
    of_joint, of_frame = {"rays": (3, 3), "width": (2, 0)}[normalisation]
    config = TemporalConfig(
        joints_in=len(input_skeleton),
        features=of_joint,
        extra_features=of_frame,
        filter_widths=WIDTHS,
        channels=16,
        future_taps=fixed_lag(WIDTHS, look_ahead),
    )
    with torch.random.fork_rng():
        torch.manual_seed(look_ahead)
        model = TemporalModel(config)
        for name, buffer in model.named_buffers():
            if name.endswith("running_mean"):
                buffer.normal_()
        joints = walking_joints(60)
        pose = torch.from_numpy((joints - joints[:, :1]).mean(0)).float().flatten()
        with torch.no_grad():
            model.shrink.weight *= liveliness
            model.shrink.bias.copy_(pose)
    facts = ModelFacts(
        "random", input_skeleton, H36M_17, fps, config.receptive_field, look_ahead, normalisation, "0" * 64
    )
    path = Path(mkdtemp()) / "random.onnx"
    to_onnx(model.eval(), facts.to_metadata(), path)
    return path
