"""What a lifter should read, by measurement: rays turned and scaled, a box, or the image's width; printed as JSON.

    python benchmarks/normalisation.py development.npz --data DIR --epochs 5 > normalisation.json

rays   of the known camera, turned to the person and scaled by his angular size, with bearing and size beside them; the
       answer is in the turned frame. What the shipped models read.
box    of the known camera as they are, moved to their middle and scaled by their spread, with nothing beside them
width  of the known camera as they are: the normalisation of Pavllo et al. (CVPR 2019) to the image's width, under one
       lens whatever the camera's

The same network, as wide and long as `default`'s but answering with joints as they are, learns from the same views as
briefly. Errors are those of development_set.py, of the network's own answer: without settling and without mirroring.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

import kinelift as kl
from development_set import KINDS, MEASURES, Clip, read_clips
from kinelift.body.mapping import map_skeleton
from kinelift.geometry.edges import repeat_edges
from kinelift.geometry.normalisation import TYPICAL_LOG_SIZE, normalise_rays, turn_to
from kinelift.geometry.projection import unproject
from kinelift.model.temporal import TemporalModel
from kinelift.sampling.sequences import Sequences
from short_training import like_default, train_briefly

HALF_WIDTH = 0.58
"""Tangent of half the angle of a lens of 60 degrees."""


@dataclass(frozen=True)
class Way:
    """One way to read a frame."""

    read: Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
    """From turned joints and what stands beside them, as the shipped models read them, to the like of this way."""
    turned: bool = False
    """Whether the answer is in the turned frame and not the camera's."""


def to_camera(extra: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Turn points from the turned frame to the camera's."""
    return np.einsum("fji,fkj->fki", turn_to(extra[:, :2].astype(float)), points).astype(np.float32)


def width(joints: np.ndarray, extra: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Turn and scale back: rays through the camera as it stands."""
    size = np.exp(extra[:, 2] + TYPICAL_LOG_SIZE)[:, None, None]
    rays = to_camera(extra, np.concatenate([joints[..., :2] * size, np.ones_like(joints[..., :1])], -1))
    flat = rays[..., :2] / np.maximum(rays[..., 2:], 0.05) / HALF_WIDTH
    seen = joints[..., 2:]
    return np.concatenate([flat * (seen > 0), seen], -1), np.zeros((len(joints), 0), np.float32)


def box(joints: np.ndarray, extra: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Move what `width` gives to its middle and scale it by its spread."""
    features, nothing = width(joints, extra)
    flat, seen = features[..., :2], features[..., 2:]
    count = np.maximum((seen > 0).sum(1, keepdims=True), 1).astype(np.float32)
    centred = (flat - flat.sum(1, keepdims=True) / count) * (seen > 0)
    spread = np.sqrt((centred**2).sum((1, 2), keepdims=True) / count)
    return np.concatenate([centred / np.maximum(spread, 1e-3), seen], -1), nothing


WAYS = {"rays": Way(lambda joints, extra: (joints, extra), turned=True), "box": Way(box), "width": Way(width)}


def distance(answer: Tensor, sequences: Sequences, frames: Tensor) -> Tensor:
    """Return the mean distance between joints relative to the root."""
    relative = answer - answer[..., :1, :]
    return torch.linalg.vector_norm(relative - torch.from_numpy(sequences.targets)[frames], dim=-1).mean()


def seen_by(way: Way, drawn: Sequences) -> Sequences:
    """Put what was drawn as this way reads it and answers."""
    joints, extra = way.read(drawn.joints, drawn.extra)
    targets = drawn.targets if way.turned else to_camera(drawn.extra, drawn.targets)
    return replace(drawn, joints=joints, extra=extra, targets=targets)


def errors_of(clip: Clip, kind: str, model: TemporalModel, way: Way, names: list[str]) -> dict[str, float]:
    """Return the errors of the network's own answer, mm."""
    mapped = map_skeleton(clip.keypoints[kind], kl.COCO_23)
    read = normalise_rays(unproject(clip.camera, mapped.points_px.astype(float)), mapped.scores)
    past, ahead = model.config.past, model.config.look_ahead
    given = [
        torch.from_numpy(repeat_edges(values.reshape(1, len(values), -1), past, ahead)).unflatten(
            -1, values.shape[1:]
        )
        for values in way.read(read.joints, read.extra)
    ]
    with torch.inference_mode():
        answer = model(*given)[0].numpy()
    answer = to_camera(read.extra, answer) if way.turned else answer
    lifted = answer[:, [kl.H36M_21.index(name) for name in names]].astype(float)
    hips = [names.index("left_hip"), names.index("right_hip")]
    lifted, truth = (each - each[:, hips].mean(1, keepdims=True) for each in (lifted, clip.truth))
    return {name: 1000.0 * float(measure(lifted, truth)) for name, measure in MEASURES.items()}


def main() -> None:
    """Train each way and measure it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=6)
    arguments = parser.parse_args()
    clips, names = read_clips(arguments.file)
    measured = {}
    for name, way in WAYS.items():
        config = like_default(joints_out=len(kl.H36M_21), extra_features=3 if way.turned else 0)
        model = train_briefly(config, arguments.data, arguments.epochs, distance, partial(seen_by, way))
        errors = {kind: [errors_of(clip, kind, model, way, names) for clip in clips] for kind in KINDS}
        measured[name] = {
            kind: {measure: float(np.mean([each[measure] for each in of_kind])) for measure in MEASURES}
            for kind, of_kind in errors.items()
        }
        print(name, measured[name]["noisy"], file=sys.stderr)
    json.dump({"epochs": arguments.epochs, "ways": measured}, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
