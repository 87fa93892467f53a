"""Throughput and latency against the receptive field, and throughput and memory against length; printed as JSON.

    python benchmarks/sweeps.py

Networks of the paper's size with random weights, ours in floating point and in 8-bit integers and the bare network in
plain PyTorch, in turns in one process; see offline.py and live.py, whose measures these are. Memory is that of
`kinelift lift KEYPOINTS.npz --only npz` in a process of its own, as disk_to_disk.py has it.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

import kinelift as kl
from disk_to_disk import lift_elsewhere, write_keypoints
from endless_keypoints import FPS, EndlessKeypoints
from kinelift.lifting import Lifter, load_network
from kinelift.training.exporting import export_float32, export_int8
from machine import machine
from offline import lift_plainly
from paper_network import ours, random_network

FIELDS = ((3,) * 3, (3,) * 4, (3,) * 5)
FRAMES = 3000
LENGTHS = (300, 1000, 3000, 10000)
MEMORY_FRAMES = (3000, 30000, 180000)
EXPORTS = {"float32": export_float32, "int8": export_int8}


def spent(call: Callable[[], object]) -> float:
    """Return the seconds a call takes."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def throughput(
    widths: tuple[int, ...], lengths: tuple[int, ...], rounds: int, folder: Path
) -> list[dict[str, float]]:
    """Lift clips of each length in turns; frames a second."""
    plain = random_network(causal=False, widths=widths)
    for name, export in EXPORTS.items():
        export(ours(plain), folder / f"{name}.onnx")
    lifters = {name: Lifter(load_network(folder / f"{name}.onnx")) for name in EXPORTS}
    source = EndlessKeypoints()
    camera = kl.Camera.assumed(source.image_size)
    found = []
    for frames in lengths:
        seconds: dict[str, list[float]] = {name: [] for name in ("pytorch", *EXPORTS)}
        for _ in range(rounds):
            keypoints = source.take(frames)
            rows = source.rows(keypoints)
            seconds["pytorch"].append(spent(lambda rows=rows: lift_plainly(plain, rows)))
            for name, lifter in lifters.items():
                lift = lifter.lift
                seconds[name].append(spent(lambda k=keypoints, lift=lift: lift(k, camera)))
        rates = {name: round(frames / float(np.median(each))) for name, each in seconds.items()}
        found.append({"receptive_field": math.prod(widths), "frames": frames, **rates})
    return found


def latency(widths: tuple[int, ...], frames: int, folder: Path) -> dict[str, float]:
    """Push frames live in turns with the window in PyTorch; median milliseconds a frame."""
    plain, field = random_network(causal=True, widths=widths), math.prod(widths)
    milliseconds: dict[str, list[float]] = {"pytorch": []}
    source = EndlessKeypoints()
    window = torch.from_numpy(source.rows(source.take(field)))[None]
    with torch.inference_mode():
        milliseconds["pytorch"] = [1000 * spent(lambda: plain(window)) for _ in range(frames // 8)]
    for name, export in EXPORTS.items():
        export(ours(plain), folder / f"live_{name}.onnx")
        stream = kl.LiftStream(
            folder / f"live_{name}.onnx", fps=FPS, image_size=source.image_size, skeleton=kl.COCO_17
        )
        fed = source.take(frames)
        milliseconds[name] = [
            1000 * spent(lambda p=points, s=scores, stream=stream: stream.push(p, s))
            for points, scores in zip(fed.points_px, fed.scores, strict=True)
        ][frames // 4 :]
    return {
        "receptive_field": field,
        **{name: round(float(np.median(each)), 3) for name, each in milliseconds.items()},
    }


def memory(folder: Path) -> list[dict[str, float]]:
    """Lift from disk to disk; peak memory by length."""
    found = []
    for frames in MEMORY_FRAMES:
        write_keypoints(folder / "keypoints.npz", frames)
        taken = lift_elsewhere(folder / "keypoints.npz", folder, "default")
        found.append({"frames": frames, "peak_rss_mb": round(taken["peak_rss_mb"], 1)})
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        by_field = [found for w in FIELDS for found in throughput(w, (FRAMES,), rounds, folder)]
        figures = {
            "machine": machine(),
            "throughput_by_receptive_field": by_field,
            "throughput_by_length": throughput(FIELDS[-1], LENGTHS, rounds, folder),
            "latency_by_receptive_field": [latency(w, 200, folder) for w in FIELDS],
            "memory_by_length": memory(folder),
        }
    json.dump(figures, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
