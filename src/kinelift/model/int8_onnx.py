"""The graph of to_onnx in 8-bit integers, whose states are bytes and sums of products.

Scales are fixed, not measured on what a run brings, so that a sequence gives the same however it is cut. There are two
roads through a residual block, which give the same numbers. Runs of few frames multiply earlier taps ahead, as the
graph in floating point does, because a frame costs what it takes to read weights. Long runs are bound by arithmetic
instead: they take all taps at once, and multiply ahead only for the block of frames that they break off, so that a
short run can follow.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from onnx import TensorProto

from kinelift.model.activation_ranges import activation_ranges
from kinelift.model.folded_filters import FoldedFilter
from kinelift.model.int8_weights import Int8Weights, whole_steps
from kinelift.model.integer_filters import IntegerFilter, integer_layers
from kinelift.model.onnx_graph import OnnxGraph
from kinelift.model.onnx_rings import Clock, Ring, read_ring, write_ring
from kinelift.model.temporal import TemporalModel
from kinelift.model.temporal_config import TemporalConfig
from kinelift.model.to_onnx import LONGEST_BLOCK

LONG_RUN = 64
"""Frames from which a run is long; at least a block."""


def int8_graph(model: TemporalModel, clips: Float[np.ndarray, "clip frame feature"]) -> OnnxGraph:
    """Lay a network's graph in integers that hold the values it takes on `clips`, which are flat as `x` is.

    Inputs and outputs are those of `to_onnx` but for the types of the states.
    """
    graph, config = OnnxGraph(), model.config
    layers = integer_layers(model, activation_ranges(model, clips))
    frames = graph.input("x", "batch", "time", config.input_features)
    graph.output("y", "batch", "time", config.joints_out, 3)
    clock = Clock(graph, frames)
    assert LONG_RUN >= LONGEST_BLOCK, "the block that a long run breaks off must begin in it"
    hidden = _expand(graph, clock, config, frames, layers.expand)
    blocks = _Blocks(graph, clock, config, long_run=clock.runs_at_least(LONG_RUN))
    for layer, filters in enumerate(zip(layers.over_time, layers.over_channels, strict=True), start=1):
        hidden = blocks.lay(layer, hidden, *filters)
    steps = graph.node("DequantizeLinear", [hidden, *whole_steps(graph)], "hidden_steps")
    joints = _affine(graph, "shrink", steps, layers.shrink)
    _unflatten(graph, joints, "y", config.joints_out, 3)
    return graph


def _expand(graph: OnnxGraph, clock: Clock, config: TemporalConfig, frames: str, folded: FoldedFilter) -> str:
    """Lay the first filter over time, in floating point: what it reads needs more than a byte."""
    delays = _delays(config, 0)
    if len(delays) > 1:
        now, features = clock.now(), config.input_features
        history = write_ring(graph, "state_0_history", config.reaches[0], features, now, frames)
        frames = read_ring(graph, history, now, delays)
    steps = _affine(graph, "expand", frames, folded)
    rounded = graph.node("QuantizeLinear", [steps, *whole_steps(graph)], "expand_rounded")
    return _unflatten(graph, rounded, "layer_0", config.channels)


@dataclass(frozen=True)
class _Blocks:
    """Lays residual blocks over bytes (batch, time, channels)."""

    graph: OnnxGraph
    clock: Clock
    config: TemporalConfig
    long_run: str
    """Whether a run takes the road for many frames."""

    def lay(self, layer: int, frames: str, over_time: IntegerFilter, over_channels: IntegerFilter) -> str:
        """Lay one block."""
        graph, delays, now = self.graph, _delays(self.config, layer), self.clock.now()
        name = f"layer_{layer}"
        first = Int8Weights.keep(graph, f"{name}_over_time", over_time)
        second = Int8Weights.keep(graph, f"{name}_over_channels", over_channels)
        history = self._history(layer, frames) if len(delays) > 1 else None
        ahead = self._ahead(layer, history, first) if history is not None and delays[-2] > 1 else None

        delay = self.config.reaches[layer] - self.config.pasts[layer]
        present = frames if history is None or not delay else read_ring(graph, history, now, [delay])

        def taps(graph: OnnxGraph) -> str:
            return frames if history is None else read_ring(graph, history, now, delays)

        def many_frames(graph: OnnxGraph) -> str:
            filtered = second.convolve(graph, first.convolve(graph, taps(graph)))
            return graph.node("Reshape", [filtered, graph.integers(-1, second.channels)], f"{name}_many")

        def few_frames(graph: OnnxGraph) -> str:
            if ahead is None:
                return second.multiply(graph, first.multiply(graph, taps(graph)))
            sums = read_ring(graph, ahead, now, [0])
            return second.multiply(graph, first.multiply_newest(graph, frames, sums))

        rows = graph.choose(self.long_run, f"{name}_rows", TensorProto.UINT8, many_frames, few_frames)
        filtered = _unflatten(graph, rows, f"{name}_filtered", self.config.channels)
        steps = whole_steps(graph)
        return graph.onnxruntime_node(
            "QLinearAdd", [present, *steps, filtered, *steps, *steps], name, TensorProto.UINT8
        )

    def _history(self, layer: int, frames: str) -> Ring:
        name, reach, now = f"state_{layer}_history", self.config.reaches[layer], self.clock.now()
        return write_ring(self.graph, name, reach, self.config.channels, now, frames, dtype=TensorProto.UINT8)

    def _ahead(self, layer: int, history: Ring, weights: Int8Weights) -> Ring:
        """Multiply the earlier taps of frames to come."""
        *earlier, _ = _delays(self.config, layer)
        block = min(earlier[-1], LONGEST_BLOCK)
        coming = self.clock.left_ahead(block, self.long_run)
        sums = weights.multiply_earlier(self.graph, read_ring(self.graph, history, coming, earlier))
        name, channels = f"state_{layer}_ahead", self.config.channels
        return write_ring(self.graph, name, block - 1, channels, coming, sums, dtype=TensorProto.INT32)


def _delays(config: TemporalConfig, layer: int) -> list[int]:
    """Return how many frames before the newest one each tap reads, the newest last."""
    return [config.reaches[layer] - offset for offset in config.tap_offsets[layer]]


def _affine(graph: OnnxGraph, name: str, rows: str, folded: FoldedFilter) -> str:
    """Lay one matrix product and its bias in floating point, (batch * time, channels)."""
    matrix = graph.weight(f"{name}_matrix", folded.matrix)
    bias = graph.weight(f"{name}_bias", folded.bias)
    flat = graph.node("Reshape", [rows, graph.integers(-1, len(folded.matrix))], f"{name}_flat")
    return graph.node("Gemm", [flat, matrix, bias], name)


def _unflatten(graph: OnnxGraph, rows: str, name: str, *sizes: int) -> str:
    """Lay (batch * time, ...) as (batch, time, ...) of this run, which may have no frame."""
    batch_time = graph.node("Shape", ["x"], "batch_time", end=2)
    sizes_name = f"batch_time_{'_'.join(map(str, sizes))}"
    shape = graph.node("Concat", [batch_time, graph.integers(*sizes)], sizes_name, axis=0)
    return graph.node("Reshape", [rows, shape], name, allowzero=1)
