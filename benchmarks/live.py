"""What a frame costs live, against running the paper's window in plain PyTorch; printed as JSON.

    python benchmarks/live.py

A causal network of the paper's size with random weights, without mirror averaging: `LiftStream.push` from pixels to a
placed body, in floating point and in 8-bit integers, against the bare network over the last 243 frames. All in one run,
in turns, on as many cores as onnxruntime and PyTorch take by default; every call sees new keypoints, and what is
compared is computed on the same ones. Times are in milliseconds a frame; quotients are of medians. Wants cores that
nothing else uses: what threads share out waits for the slower core.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

import kinelift as kl
from endless_keypoints import FPS, EndlessKeypoints
from kinelift.lifting import load_network
from kinelift.training.exporting import export_float32, export_int8
from machine import machine
from paper_network import RECEPTIVE_FIELD, file_size_mb, ours, random_network, undilated

ROUND = 81
"""Frames of each stream in turn: every block of frames multiplied ahead ends with it."""
WINDOWS = 8
"""Windows in turn."""
STREAMS = 32
PAUSE_SECONDS = 0.25
"""Between turns: threads of one library go on waiting for work a while, which would slow the other."""


class Timed:
    """Calls something again and again and keeps how long it took."""

    def __init__(self, call: Callable[..., Any]) -> None:
        self._call = call
        self.milliseconds: list[float] = []

    def __call__(self, *arguments: np.ndarray) -> Any:
        start = time.perf_counter()
        answer = self._call(*arguments)
        self.milliseconds.append(1000.0 * (time.perf_counter() - start))
        return answer

    @property
    def median(self) -> float:
        """Median of the calls."""
        return float(np.median(self.milliseconds))

    def summary(self) -> dict[str, float]:
        """Return the median, the 95th percentile, and one over the other."""
        late = float(np.percentile(self.milliseconds, 95))
        return {
            "median_ms": round(self.median, 3),
            "p95_ms": round(late, 3),
            "p95_over_median": round(late / self.median, 2),
        }


def stream(model: Path, source: EndlessKeypoints, streams: int = 1) -> kl.LiftStream:
    """Open a stream on a model."""
    return kl.LiftStream(model, fps=FPS, image_size=source.image_size, skeleton=kl.COCO_17, streams=streams)


class BareGraph:
    """A model's graph a frame at a time, its states in place, with nothing around it."""

    def __init__(self, model: Path) -> None:
        network = load_network(model)
        features = 2 * len(network.facts.input_skeleton)
        self._x = np.zeros((1, 1, features), np.float32)
        self._y = np.zeros((1, 1, len(network.facts.output_skeleton), 3), np.float32)
        self._states = network.initial_states(1, 1)
        self._session, self._binding = network.session, network.session.io_binding()
        for name, value in {"x": self._x, "y": self._y, **self._states.values}.items():
            place = ("cpu", 0, value.dtype.type, value.shape, value.ctypes.data)
            if name != "y":
                self._binding.bind_input(name, *place)
            if name != "x":
                self._binding.bind_output(name if name == "y" else f"{name}_out", *place)

    def answer(self, row: np.ndarray) -> np.ndarray:
        """Return the pose of one frame, (joint, 3)."""
        self._x[0, 0] = row.ravel()
        self._session.run_with_iobinding(self._binding)
        return self._y[0, 0].copy()


def measure(rounds: int, folder: Path) -> dict[str, object]:
    """Run everything in turns."""
    plain = random_network(causal=True)
    files = {name: folder / f"{name}.onnx" for name in ("float32", "int8", "undilated")}
    export_float32(ours(plain), files["float32"])
    export_float32(undilated(plain), files["undilated"])
    export_int8(ours(plain), files["int8"])
    source = EndlessKeypoints()
    pushes = {name: Timed(stream(file, source).push) for name, file in files.items()}
    # Each stream's keypoints go on where they were, as a person does; else each turn began with a leap.
    own = {name: EndlessKeypoints(seed) for seed, name in enumerate((*files, "many"), start=1)}
    many = Timed(stream(files["float32"], source, STREAMS).push)
    bare = {name: Timed(BareGraph(files[name]).answer) for name in ("float32", "int8")}
    window = Timed(lambda rows: plain(torch.from_numpy(rows)).numpy())
    differences: dict[str, list[float]] = {name: [] for name in bare}
    for _ in range(rounds):
        rows = source.rows(source.take(RECEPTIVE_FIELD - 1 + WINDOWS))
        time.sleep(PAUSE_SECONDS)
        with torch.inference_mode():
            exact = [window(rows[None, at : at + RECEPTIVE_FIELD])[0, 0] for at in range(WINDOWS)]
        for name, graph in bare.items():
            time.sleep(PAUSE_SECONDS)
            answers = np.array([graph(row) for row in rows])[RECEPTIVE_FIELD - 1 :]
            moved = np.linalg.norm(answers - np.array(exact), axis=-1)
            differences[name].append(float(moved.max() if name == "float32" else moved.mean()))
        for name, push in pushes.items():
            time.sleep(PAUSE_SECONDS)
            fed = own[name].take(ROUND)
            for points, scores in zip(fed.points_px, fed.scores, strict=True):
                push(points, scores)
        time.sleep(PAUSE_SECONDS)
        fed = own["many"].take(ROUND)
        for points, scores in zip(fed.points_px, fed.scores, strict=True):
            many(*(np.repeat(each[None], STREAMS, 0) for each in (points, scores)))
    figures: dict[str, object] = {"pytorch_window": window.summary()}
    for name, graph in bare.items():
        figures[name] = {
            **pushes[name].summary(),
            "times_faster": round(window.median / pushes[name].median, 1),
            "network_alone": {
                **graph.summary(),
                "times_faster": round(window.median / graph.median, 1),
            },
            "file_mb": file_size_mb(files[name]),
        }
    return figures | {
        "largest_difference_of_float32_before_placing_m": max(differences["float32"]),
        "mean_difference_of_int8_before_placing_m": round(float(np.mean(differences["int8"])), 5),
        "float32_32_streams": {
            **many.summary(),
            "over_one_stream": round(many.median / pushes["float32"].median, 2),
        },
        "float32_undilated": {
            **pushes["undilated"].summary(),
            "dilated_over_undilated": round(pushes["float32"].median / pushes["undilated"].median, 2),
        },
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=12)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(rounds, Path(folder))
    json.dump({"machine": machine(), "rounds": rounds, **figures}, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
