"""Three ways to tell where the body is, compared on the development set's noisy keypoints; printed as JSON.

    python benchmarks/trajectory_network.py development.npz --data DIR --epochs 6 > trajectory_network.json

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
import math
import sys
import time
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
from kinelift.model.temporal import TemporalConfig, TemporalModel
from kinelift.sampling.sequences import Sequences
from kinelift.training.precision import matmul_precision
from kinelift.training.presets import DEFAULT
from kinelift.training.run import StagedEngine, trials_for

CLIPS_A_BATCH = 128
LEARNING_RATE = 1e-3
TYPICAL_SPAN = -1.0
"""Log of depth times size: some 0.4 m, the spread of a person's keypoints about their middle."""


def root_of(answer: Tensor, extra: Tensor) -> Tensor:
    """Turn the network's bearing and log span into metres in the turned frame, (clip, frame, 3)."""
    depth = torch.exp(answer[..., 2] + TYPICAL_SPAN - extra[..., 2] - TYPICAL_LOG_SIZE)
    return torch.stack([answer[..., 0] * depth, answer[..., 1] * depth, depth], -1)


def train_network(data: Path, epochs: int) -> TemporalModel:
    """Train the network of the root on the views that `default` learns from."""
    torch.manual_seed(0)
    model = TemporalModel(_config())
    optimiser = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE)
    engine, precision = StagedEngine(DEFAULT, trials_for(DEFAULT, data)), matmul_precision("auto", _CPU)
    for epoch in range(epochs):
        started, losses = time.perf_counter(), []
        for share, batch in _batches(engine.epoch(epoch), epoch):
            for group in optimiser.param_groups:
                group["lr"] = LEARNING_RATE * 0.5 * (1.0 + math.cos(math.pi * (epoch + share) / epochs))
            optimiser.zero_grad()
            loss = _loss(model, batch, precision)
            loss.backward()
            optimiser.step()
            losses.append(loss.item())
        seconds = time.perf_counter() - started
        print(f"epoch {epoch}: {np.mean(losses):.4f} of the depth, {seconds:.0f} s", file=sys.stderr)
    return model.eval()


def _config() -> TemporalConfig:
    like = DEFAULT.model
    return TemporalConfig(
        joints_in=like.joints_in,
        joints_out=1,
        features=like.features,
        extra_features=like.extra_features,
        filter_widths=like.filter_widths,
        channels=like.channels,
        dropout=0.0,
    )


_CPU = torch.device("cpu")


def _batches(sequences: Sequences, seed: int):
    clips = len(sequences.lengths)
    parts = [
        torch.from_numpy(values).unflatten(0, (clips, -1))
        for values in (sequences.joints, sequences.extra, sequences.roots)
    ]
    order = np.random.default_rng(seed).permutation(clips)
    for start in range(0, clips, CLIPS_A_BATCH):
        rows = torch.from_numpy(order[start : start + CLIPS_A_BATCH])
        yield start / clips, [part[rows] for part in parts]


def _loss(model: TemporalModel, batch: list[Tensor], precision) -> Tensor:
    joints, extra, roots = batch
    with precision.context():
        answer = model(joints, extra)
    config = model.config
    kept = slice(config.past, joints.shape[1] - config.look_ahead)
    off = torch.linalg.vector_norm(
        root_of(answer[..., 0, :].float(), extra[:, kept]) - roots[:, kept], dim=-1
    )
    return (off / roots[:, kept, 2].clamp_min(0.3)).mean()


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
    motion = kl.lift(keypoints, camera=clip.camera)
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
    parser.add_argument("--epochs", type=int, default=6)
    arguments = parser.parse_args()
    clips, names = read_clips(arguments.file)
    model = train_network(arguments.data, arguments.epochs)
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
