"""Three ways to tell where the body is, compared on the development set's noisy keypoints; printed as JSON.

    python benchmarks/trajectory_network.py development.npz --data DIR --epochs 10 > trajectory_network.json

least squares  the root that brings the lifted joints onto the rays of their keypoints, as `kinelift.lift` places it
network        a temporal network of the root alone, as wide and as long as `default`'s and trained on the same views,
               by the loss of Pavllo et al. (CVPR 2019): distance over depth. It answers with bearing and log depth,
               the latter beside the log of the size in the image, without which it would learn perspective by heart.
blend          the geometric mean of both depths, at the bearing of the first

Depths are of the middle of the hips, no height is given and nothing smoothed. A clip's error is the median over its
frames of the relative error of depth; `scaled` is the same after the clip's depths have been scaled to the true median,
which is what is left once a height is given; `flicker_mm` the median error of its change from frame to frame. Figures
are medians over clips.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

import kinelift as kl
from development_set import Clip, read_clips
from kinelift.body.mapping import map_skeleton
from kinelift.geometry.edges import repeat_edges
from kinelift.geometry.normalisation import TYPICAL_LOG_SIZE, normalise_rays
from kinelift.geometry.projection import unproject
from kinelift.model.temporal import TemporalModel
from kinelift.sampling.sequences import Sequences
from kinelift.training.presets import DEFAULT
from short_training import like_default, train_briefly

TYPICAL_SPAN = -1.0
"""Log of depth times size: some 0.4 m, the spread of a person's keypoints about their middle."""


def root_of(answer: Tensor, extra: Tensor) -> Tensor:
    """Turn the network's bearing and log span into metres in the turned frame, (clip, frame, 3)."""
    depth = torch.exp(answer[..., 2] + TYPICAL_SPAN - extra[..., 2] - TYPICAL_LOG_SIZE)
    return torch.stack([answer[..., 0] * depth, answer[..., 1] * depth, depth], -1)


def distance_over_depth(answer: Tensor, sequences: Sequences, frames: Tensor) -> Tensor:
    """Return the loss of Pavllo et al. for trajectories."""
    roots = torch.from_numpy(sequences.roots)[frames]
    off = torch.linalg.vector_norm(
        root_of(answer[..., 0, :], torch.from_numpy(sequences.extra)[frames]) - roots, dim=-1
    )
    return (off / roots[..., 2].clamp_min(0.3)).mean()


def depths_of(clip: Clip, model: TemporalModel, names: list[str]) -> dict[str, np.ndarray]:
    """Return the depth of the hips' middle by each way, and the true one, metres."""
    keypoints = clip.keypoints["noisy"]
    mapped = map_skeleton(keypoints, kl.COCO_23)
    read = normalise_rays(unproject(clip.camera, mapped.points_px.astype(float)), mapped.scores)
    config = model.config
    joints, extra = (
        torch.from_numpy(repeat_edges(values.reshape(1, len(values), -1), config.past, config.look_ahead))
        for values in (read.joints, read.extra)
    )
    with torch.inference_mode():
        answer = model(joints.unflatten(-1, read.joints.shape[1:]), extra)[..., 0, :]
        turned = root_of(answer, torch.from_numpy(read.extra[None]))[0].double().numpy()
    by_network = np.einsum("fij,fj->fi", read.camera_from_turned, turned)[:, 2]
    motion = kl.lift(keypoints, camera=clip.camera, lock_feet=False)
    middle = [motion.skeleton.index(f"{side}_hip") for side in ("left", "right")]
    by_squares = motion.joints[:, middle, 2].mean(1).astype(float)
    hips = clip.truth[:, [names.index("left_hip"), names.index("right_hip")], 2].mean(1)
    return {
        "least squares": by_squares,
        "network": by_network,
        "blend": np.sqrt(np.maximum(by_squares, 0.0) * by_network),
        "true": hips,
    }


def figures_of(depth: np.ndarray, true: np.ndarray) -> list[float]:
    """Return a clip's error of depth, the same scaled, both in percent, and the flicker in millimetres."""
    scaled = depth * np.median(true) / np.median(depth)
    return [
        100.0 * float(np.median(np.abs(depth / true - 1.0))),
        100.0 * float(np.median(np.abs(scaled / true - 1.0))),
        1000.0 * float(np.median(np.abs(np.diff(depth) - np.diff(true)))),
    ]


def main() -> None:
    """Train and compare."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=10)
    arguments = parser.parse_args()
    clips, names = read_clips(arguments.file)
    config = like_default(joints_out=1, extra_features=DEFAULT.model.extra_features)
    model = train_briefly(config, arguments.data, arguments.epochs, distance_over_depth)
    found: dict[str, list[list[float]]] = {}
    for clip in clips:
        depths = depths_of(clip, model, names)
        true = depths.pop("true")
        for way, depth in depths.items():
            found.setdefault(way, []).append(figures_of(depth, true))
    named = ("depth_error_percent", "scaled_depth_error_percent", "flicker_mm")
    ways = {
        way: {
            name: round(float(value), 2) for name, value in zip(named, np.median(rows, axis=0), strict=True)
        }
        for way, rows in found.items()
    }
    json.dump({"epochs": arguments.epochs, "ways": ways}, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
