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
from kinelift.model.int8_weights import Int8Weights, whole_steps
from kinelift.model.integer_filters import IntegerFilter, IntegerLayers, integer_layers
from kinelift.model.integer_levelling import levelled
from kinelift.model.onnx_graph import OnnxGraph
from kinelift.model.onnx_head import lay_answer
from kinelift.model.onnx_rings import Clock, Ring, read_ring, write_ring
from kinelift.model.temporal import TemporalModel
from kinelift.model.temporal_config import TemporalConfig
from kinelift.model.to_onnx import LONGEST_BLOCK, blocks_ahead
from kinelift.model.two_digits import multiply_two_digits

LONG_RUN = 64
"""Frames from which a run is long; at least a block."""


def int8_graph(model: TemporalModel, clips: Float[np.ndarray, "clip frame feature"]) -> OnnxGraph:
    """Lay a network's graph in integers that hold the values it takes on `clips`, which are flat as `x` is.

    Inputs and outputs are those of `to_onnx` but for the types of the states.
    """
    graph, config = OnnxGraph(), model.config
    layers = levelled(integer_layers(model, activation_ranges(model, clips)), model, clips)
    frames = graph.input("x", "batch", "time", config.input_features)
    clock = Clock(graph, frames, blocks_ahead(config))
    assert LONG_RUN >= LONGEST_BLOCK, "the block that a long run breaks off must begin in it"
    hidden = _expand(graph, clock, config, frames, layers)
    blocks = _Blocks(graph, clock, config, long_run=clock.runs_at_least(LONG_RUN))
    for layer, filters in enumerate(zip(layers.over_time, layers.over_channels, strict=True), start=1):
        hidden = blocks.lay(layer, hidden, *filters)
    lay_answer(graph, clock, config, _shrink(graph, hidden, layers.shrink))
    return graph


def _expand(
    graph: OnnxGraph, clock: Clock, config: TemporalConfig, frames: str, layers: IntegerLayers
) -> str:
    """Lay the first filter over time, which reads two digits."""
    delays = _delays(config, 0)
    if len(delays) > 1:
        now, features = clock.now(), config.input_features
        history = write_ring(graph, "state_0_history", config.reaches[0], features, now, frames)
        frames = read_ring(graph, history, now, delays)
    flat = _flat(graph, frames, len(layers.expand.matrix))
    steps_a_unit = graph.weight("steps_a_unit", np.tile(1.0 / layers.read_steps, len(delays)))
    parts = multiply_two_digits(
        graph, "expand", graph.node("Mul", [flat, steps_a_unit], "steps_read"), layers.expand
    )
    steps = _added_digits(graph, "expand", parts, config.channels)
    return graph.node("QuantizeLinear", [steps, *whole_steps(graph)], "expanded")


def _shrink(graph: OnnxGraph, hidden: str, filters: IntegerFilter) -> str:
    """Lay the last filter and add up its two digits."""
    parts = Int8Weights.keep(graph, "shrink", filters).multiply_to_float(graph, hidden)
    width = len(filters.bias) // 2
    rows = _added_digits(graph, "shrink", parts, width)
    return _unflatten(graph, rows, "shrink_by_frame", width)


def _added_digits(graph: OnnxGraph, name: str, parts: str, width: int) -> str:
    """Add up what the two digits of weights give, (batch * time, width)."""
    parts = graph.node("Reshape", [parts, graph.integers(-1, 2, width)], f"{name}_digits")
    return graph.node("ReduceSum", [parts, graph.integers(1)], name, keepdims=0)


@dataclass(frozen=True)
class _Blocks:
    """Lays residual blocks over bytes (batch * time, channels)."""

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
        ahead = None if history is None else self._ahead(layer, history, first)
        delay = self.config.reaches[layer] - self.config.pasts[layer]
        present = frames if history is None or not delay else read_ring(graph, history, now, [delay])

        def taps(graph: OnnxGraph) -> str:
            return frames if history is None else read_ring(graph, history, now, delays)

        def many_frames(graph: OnnxGraph) -> str:
            return _flat(graph, second.convolve(graph, first.convolve(graph, taps(graph))), second.channels)

        def few_frames(graph: OnnxGraph) -> str:
            if ahead is None:
                return second.multiply(graph, first.multiply(graph, _flat(graph, taps(graph), first.inputs)))
            sums = read_ring(graph, ahead, now, [0])
            return second.multiply(graph, first.multiply_newest(graph, frames, sums))

        filtered = graph.choose(self.long_run, f"{name}_rows", TensorProto.UINT8, many_frames, few_frames)
        if present != frames:
            present = _flat(graph, present, self.config.channels)
        steps = whole_steps(graph)
        return graph.onnxruntime_node(
            "QLinearAdd", [present, *steps, filtered, *steps, *steps], name, TensorProto.UINT8
        )

    def _history(self, layer: int, frames: str) -> Ring:
        name, reach, channels = f"state_{layer}_history", self.config.reaches[layer], self.config.channels
        rows, now = _unflatten(self.graph, frames, f"layer_{layer}_frames", channels), self.clock.now()
        return write_ring(self.graph, name, reach, channels, now, rows, dtype=TensorProto.UINT8)

    def _ahead(self, layer: int, history: Ring, weights: Int8Weights) -> Ring | None:
        """Multiply the earlier taps of frames to come, where they are known before."""
        blocks = blocks_ahead(self.config).get(layer)
        if blocks is None:
            return None
        *earlier, _ = _delays(self.config, layer)
        coming = self.clock.left_ahead(layer, self.long_run)
        sums = weights.multiply_earlier(self.graph, read_ring(self.graph, history, coming, earlier))
        name, channels = f"state_{layer}_ahead", self.config.channels
        return write_ring(
            self.graph, name, blocks.length - 1, channels, coming, sums, dtype=TensorProto.INT32
        )


def _delays(config: TemporalConfig, layer: int) -> list[int]:
    """Return how many frames before the newest one each tap reads, the newest last."""
    return [config.reaches[layer] - offset for offset in config.tap_offsets[layer]]


def _flat(graph: OnnxGraph, rows: str, channels: int) -> str:
    """Lay rows as (batch * time, channels)."""
    return graph.node("Reshape", [rows, graph.integers(-1, channels)], f"{rows}_flat")


def _unflatten(graph: OnnxGraph, rows: str, name: str, *sizes: int) -> str:
    """Lay (batch * time, ...) as (batch, time, ...) of this run, which may have no frame."""
    batch_time = graph.node("Shape", ["x"], "batch_time", end=2)
    sizes_name = f"batch_time_{'_'.join(map(str, sizes))}"
    shape = graph.node("Concat", [batch_time, graph.integers(*sizes)], sizes_name, axis=0)
    return graph.node("Reshape", [rows, shape], name, allowzero=1)
