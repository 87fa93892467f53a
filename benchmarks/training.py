"""How fast a paper preset trains, against the same network in plain PyTorch; printed as JSON.

    python benchmarks/training.py
    python benchmarks/training.py --steps 500 --seeds 3     # losses instead: how far both come; half an hour

Both train the paper's network of 1024 channels (batch norm, dropout 0.25, Adam with AMSGrad) on the same windows, one
frame each, in turns in one process: ours as `kinelift train` does, data and optimiser included; the baseline as
convolutions in fp32, channels first, its batches stacked window by window before each step. Rates are medians of the
rounds; the fraction is of what the measured matrix products of fp32 would allow.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor, nn

from kinelift.body import COCO_17, H36M_17
from kinelift.geometry.normalisation import MIRRORS
from kinelift.sampling.sequences import Sequences
from kinelift.training.batches import Awaited
from kinelift.training.paper_presets import H36M_27, H36M_243
from kinelift.training.precision import matmul_precision
from kinelift.training.windows import WindowLearner
from machine import machine

PRESETS = {27: replace(H36M_27, batch_size=512), 243: replace(H36M_243, batch_size=64)}
"""By window, with batches that keep the benchmark short."""
DROPOUT = 0.25
CLIP_FRAMES, CLIPS = 1000, 8


class PlainNetwork(nn.Module):
    """(window, frame, joint, 2) -> (window, joint, 3), strided as for training; Pavllo et al. 2019, section 3."""

    def __init__(self, widths: int, channels: int) -> None:
        super().__init__()
        shapes = [(34, channels, 3), *[(channels, channels, k) for _ in range(widths - 1) for k in (3, 1)]]
        self.convolutions = nn.ModuleList(nn.Conv1d(*s, stride=s[2], bias=False) for s in shapes)
        self.norms = nn.ModuleList(nn.BatchNorm1d(channels) for _ in shapes)
        self.dropout = nn.Dropout(DROPOUT)
        self.shrink = nn.Conv1d(channels, 51, 1)

    def forward(self, keypoints: Tensor) -> Tensor:
        """Lift the middle frames."""
        x = self._layer(0, keypoints.flatten(2).transpose(1, 2))
        for over_time in range(1, len(self.convolutions), 2):
            x = x[:, :, 1::3] + self._layer(over_time + 1, self._layer(over_time, x))
        return self.shrink(x).view(len(x), 17, 3)

    def _layer(self, index: int, x: Tensor) -> Tensor:
        return self.dropout(torch.relu(self.norms[index](self.convolutions[index](x))))


@dataclass
class Run:
    """One of the two on its way."""

    step: Callable[[], Tensor]
    """Learn from the next batch; returns its loss."""
    awaited: Awaited | None = None
    """Ours only: its batches."""


def made_up(seed: int) -> Sequences:
    """Make bodies that sway, and their pictures: something to learn, the same for both."""
    rng = np.random.default_rng(seed)
    times = np.arange(CLIP_FRAMES * CLIPS)[:, None, None] / 25.0
    rest = rng.normal(0, 0.4, (1, 17, 3))
    waves = rng.normal(0, 0.15, (6, 1, 17, 3)) * np.sin(
        2 * np.pi * rng.uniform(0.2, 1.5, (6, 1, 1, 1)) * times + rng.uniform(0, 6.3, (6, 1, 17, 3))
    )
    poses = rest + waves.sum(0)
    poses = (poses - poses[:, :1]).astype(np.float32)
    seen = (poses + (0, 0, 4.0)).astype(np.float32)
    noise = rng.normal(0, 0.01, (*seen.shape[:2], 2))
    pixels = (seen[..., :2] / seen[..., 2:] + noise).astype(np.float32)
    none = np.zeros((len(poses), 0), np.float32)
    lengths = np.full(CLIPS, CLIP_FRAMES)
    return Sequences(pixels, none, poses, lengths, COCO_17, H36M_17, MIRRORS["width"])


def ours(window: int, batch: int, seed: int) -> Run:
    """Train as `kinelift train` does."""
    torch.manual_seed(seed)
    config = replace(PRESETS[window], batch_size=batch, mirrored=False, edges="skip", seed=seed)
    learner = WindowLearner(config, torch.device("cpu"))
    precision = matmul_precision(config.precision, torch.device("cpu"))
    learner.model.train()
    learner.schedule(0, 0.0)
    sequences, order = made_up(seed), np.random.default_rng(seed)

    def endless() -> Iterator:
        while True:
            yield from (b for b in learner.batches(sequences, order) if len(b.targets) == batch)

    awaited = Awaited(endless())

    def step() -> Tensor:
        loss = learner.loss(next(awaited), precision)
        for optimiser in learner.optimisers:
            optimiser.zero_grad(set_to_none=True)
        loss.total.backward()
        learner.step()
        return loss.mpjpe.detach()

    return Run(step, awaited)


def plain(window: int, batch: int, seed: int) -> Run:
    """Train plainly."""
    torch.manual_seed(seed)
    config = PRESETS[window]
    network = PlainNetwork(len(config.model.filter_widths), config.model.channels).train()
    optimiser = torch.optim.Adam(network.parameters(), lr=config.optimiser.learning_rate, amsgrad=True)
    sequences, rng = made_up(seed), np.random.default_rng(seed)
    starts = np.concatenate([c * CLIP_FRAMES + np.arange(CLIP_FRAMES - window + 1) for c in range(CLIPS)])

    def step() -> Tensor:
        chosen = rng.choice(starts, batch, replace=False)
        joints = torch.from_numpy(np.stack([sequences.joints[at : at + window] for at in chosen]))
        targets = torch.from_numpy(np.stack([sequences.targets[at + window // 2] for at in chosen]))
        optimiser.zero_grad()
        loss = torch.linalg.norm(network(joints) - targets, dim=-1).mean()
        loss.backward()
        optimiser.step()
        return loss.detach()

    return Run(step)


def rates(window: int, rounds: int) -> dict[str, object]:
    """Step in turns."""
    batch = PRESETS[window].batch_size
    runs = {"ours": ours(window, batch, 0), "pytorch": plain(window, batch, 0)}
    for run in runs.values():
        run.step()
        run.step()
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    awaited = runs["ours"].awaited
    assert awaited is not None
    awaited.seconds = 0.0
    for _ in range(rounds):
        for name, run in runs.items():
            start = time.perf_counter()
            run.step()
            seconds[name].append(time.perf_counter() - start)
    rate = {name: batch / float(np.median(each)) for name, each in seconds.items()}
    limit = matmul_flops(torch.float32) / flops_per_window(window)
    return {
        "batch": batch,
        **{
            name: {
                "windows_per_second": round(rate[name], 1),
                "spread": [round(batch / max(each), 1), round(batch / min(each), 1)],
                "of_fp32_products": round(rate[name] / limit, 2),
            }
            for name, each in seconds.items()
        },
        "times_faster": round(rate["ours"] / rate["pytorch"], 2),
        "waiting_for_data": round(awaited.seconds / sum(seconds["ours"]), 4),
    }


def losses(steps: int, seeds: int) -> dict[str, object]:
    """Train both from several seeds, and say what loss the last tenth of the steps has, in millimetres."""
    last: dict[str, list[float]] = {"ours": [], "pytorch": []}
    for seed in range(seeds):
        for name, run in {"ours": ours(27, 64, seed), "pytorch": plain(27, 64, seed)}.items():
            errors = [float(run.step()) for _ in range(steps)]
            last[name].append(round(1000.0 * float(np.mean(errors[-steps // 10 :])), 2))
    differences = np.subtract(last["ours"], last["pytorch"])
    return {
        "steps": steps,
        "mm": last,
        "mean_difference_mm": round(float(differences.mean()), 2),
        "sd_of_seeds_mm": {name: round(float(np.std(each, ddof=1)), 2) for name, each in last.items()},
    }


def flops_per_window(window: int) -> float:
    """Count the multiplications and additions of a step's matrix products: there, and back twice."""
    channels, frames, total = PRESETS[window].model.channels, window // 3, 0.0
    total += frames * 3 * 34 * channels
    while frames > 1:
        frames //= 3
        total += frames * 4 * channels * channels
    return 3 * 2 * (total + 51 * channels)


def matmul_flops(dtype: torch.dtype) -> float:
    """Measure what large matrix products reach, per second."""
    a, b = torch.ones(2048, 3072, dtype=dtype), torch.ones(3072, 1024, dtype=dtype)
    best = float("inf")
    for _ in range(5):
        start = time.perf_counter()
        torch.mm(a, b)
        best = min(best, time.perf_counter() - start)
    return 2 * 2048 * 3072 * 1024 / best


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--steps", type=int, default=0, help="compare losses after so many steps")
    parser.add_argument("--seeds", type=int, default=3)
    arguments = parser.parse_args()
    figures: dict[str, object]
    if arguments.steps:
        figures = losses(arguments.steps, arguments.seeds)
    else:
        figures = {
            "rounds": arguments.rounds,
            "bf16_over_fp32_products": round(matmul_flops(torch.bfloat16) / matmul_flops(torch.float32), 2),
            **{str(window): rates(window, arguments.rounds) for window in PRESETS},
        }
    json.dump({"machine": machine(), **figures}, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
