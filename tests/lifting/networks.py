"""Small networks with random weights that answer with something like a body."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp

import torch

from kinelift.body import COCO_17, H36M_17, ModelFacts, Skeleton
from kinelift.body.model_facts import NormalisationName
from kinelift.model import TemporalConfig, TemporalModel
from kinelift.model.paired import anchors_of
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
    error_calibration: tuple[float, float] | None = None,
) -> Path:
    """Return a model's file: a walker's mean pose, and what random weights make of the keypoints.

    Where it is given how errors are calibrated it hangs joints on their rays and tells how far each may be off.
    """
    of_joint, of_frame = {"rays": (3, 3), "width": (2, 0)}[normalisation]
    config = TemporalConfig(
        joints_in=len(input_skeleton),
        features=of_joint,
        extra_features=of_frame,
        filter_widths=WIDTHS,
        channels=16,
        future_taps=fixed_lag(WIDTHS, look_ahead),
        anchors=anchors_of(input_skeleton, H36M_17) if error_calibration else None,
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
            if error_calibration is None:
                model.shrink.bias.copy_(pose)
            else:
                depths = slice(2 * len(H36M_17), 3 * len(H36M_17))
                model.shrink.bias.zero_()
                model.shrink.bias[depths] = pose[2::3]
    facts = ModelFacts(
        "random",
        input_skeleton,
        H36M_17,
        fps,
        config.receptive_field,
        look_ahead,
        normalisation,
        "0" * 64,
        error_calibration=error_calibration or (1.0, 1.0),
    )
    path = Path(mkdtemp()) / "random.onnx"
    to_onnx(model.eval(), facts.to_metadata(), path)
    return path
