"""How fast whole clips are lifted, against the paper's network in plain PyTorch; printed as JSON.

    python benchmarks/offline.py

A centred network of the paper's size with random weights, averaged with the answer for the mirrored body: `Lifter` from
pixels to joints relative to the root, in floating point and in 8-bit integers, against the bare network over the whole
sequence and its mirror image at once. All in one run, in turns, on as many cores as onnxruntime and PyTorch take by
default; every call lifts new keypoints, and what is compared is computed on the same ones. Rates are medians of the
rounds. `default` is the shipped lifter in both of its forms, by the same keypoints: the network alone on the rows it
reads, and everything that `kinelift.lift` does.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch

import kinelift as kl
from endless_keypoints import EndlessKeypoints
from kinelift.geometry.edges import repeat_edges
from kinelift.lifting import Lifter, load_network
from kinelift.training.exporting import export_float32, export_int8
from kinelift.weights import find_model
from machine import machine
from paper_network import PaperNetwork, ours, random_network

PAUSE_SECONDS = 0.25
"""Between turns: threads of one library go on waiting for work a while, which would slow the other."""


def lift_plainly(network: PaperNetwork, rows: np.ndarray) -> np.ndarray:
    """Lift (frame, joint, 2) with mirror averaging, ends repeated; root-relative joints (frame, joint, 3)."""
    signs = np.array((-1.0, 1.0), np.float32)
    both = np.stack([rows, rows[:, list(kl.COCO_17.mirrored)] * signs])
    around = (math.prod(network.widths) - 1) // 2
    padded = repeat_edges(both.reshape(2, len(rows), -1), around, around)
    with torch.inference_mode():
        seen, mirrored = network(torch.from_numpy(padded).unflatten(2, rows.shape[1:])).numpy()
    mirrored = mirrored[:, list(kl.H36M_17.mirrored)] * np.array((-1.0, 1.0, 1.0), np.float32)
    joints = (seen + mirrored) / 2.0
    return joints - joints[:, :1]


def measure(rounds: int, frames: int, folder: Path) -> dict[str, object]:
    """Lift in turns."""
    plain = random_network(causal=False)
    network = ours(plain)
    exports = {"float32": export_float32, "int8": export_int8}
    for name, export in exports.items():
        export(network, folder / f"{name}.onnx")
    lifters = {name: Lifter(load_network(folder / f"{name}.onnx")) for name in exports}
    source = EndlessKeypoints()
    camera = kl.Camera.assumed(source.image_size)
    seconds: dict[str, list[float]] = {name: [] for name in ("pytorch", *lifters)}
    differences: dict[str, list[float]] = {name: [] for name in lifters}
    for _ in range(rounds):
        keypoints = source.take(frames)
        rows = source.rows(keypoints)
        time.sleep(PAUSE_SECONDS)
        start = time.perf_counter()
        exact = lift_plainly(plain, rows)
        seconds["pytorch"].append(time.perf_counter() - start)
        for name, lifter in lifters.items():
            time.sleep(PAUSE_SECONDS)
            start = time.perf_counter()
            lifted = lifter.lift(keypoints, camera)
            seconds[name].append(time.perf_counter() - start)
            moved = np.linalg.norm(lifted.joints - exact, axis=-1)
            differences[name].append(float(moved.max() if name == "float32" else moved.mean()))
    rate = {name: frames / float(np.median(each)) for name, each in seconds.items()}
    return {
        "frames": frames,
        "pytorch": {"frames_per_second": round(rate["pytorch"])},
        "float32": {
            "frames_per_second": round(rate["float32"]),
            "over_pytorch": round(rate["float32"] / rate["pytorch"], 2),
            "largest_difference_m": max(differences["float32"]),
        },
        "int8": {
            "frames_per_second": round(rate["int8"]),
            "over_pytorch": round(rate["int8"] / rate["pytorch"], 2),
            "mean_difference_m": round(float(np.mean(differences["int8"])), 5),
        },
    }


def measure_shipped(rounds: int, frames: int) -> dict[str, object]:
    """Lift with the shipped default in floating point and in integers, in turns."""
    names = ("default_float32", "default_int8")
    networks = {name: load_network(find_model(name)) for name in names}
    source, rng = EndlessKeypoints(), np.random.default_rng(0)
    camera = kl.Camera.assumed(source.image_size)
    features = networks[names[0]].session.get_inputs()[0].shape[2]
    seconds: dict[str, dict[str, list[float]]] = {
        road: {name: [] for name in names} for road in ("network", "lift")
    }
    for _ in range(rounds):
        keypoints = source.take(frames)
        rows = rng.normal(0.0, 0.3, (1, frames, features)).astype(np.float32)
        for name in names:
            for road, lift in (
                ("network", lambda name=name, rows=rows: networks[name].run_whole(rows)),
                (
                    "lift",
                    lambda name=name, keypoints=keypoints: kl.lift(keypoints, camera=camera, model=name),
                ),
            ):
                time.sleep(PAUSE_SECONDS)
                start = time.perf_counter()
                lift()
                seconds[road][name].append(time.perf_counter() - start)
    return {
        road: {
            **{name: {"frames_per_second": round(frames / float(np.median(each[name])))} for name in names},
            "int8_over_float32": round(float(np.median(each[names[0]]) / np.median(each[names[1]])), 2),
        }
        for road, each in seconds.items()
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--frames", type=int, default=6000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(arguments.rounds, arguments.frames, Path(folder))
    figures["default"] = measure_shipped(arguments.rounds, arguments.frames)
    json.dump({"machine": machine(), "rounds": arguments.rounds, **figures}, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
