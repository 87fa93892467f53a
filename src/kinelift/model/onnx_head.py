"""What a graph does with its last layer's rows: joints as they are, or hung on rays as `AnchoredHead` does."""

from __future__ import annotations

import numpy as np

from kinelift.geometry.normalisation import TYPICAL_LOG_SIZE
from kinelift.model.anchored_head import TYPICAL_ERROR, TYPICAL_SPAN, AnchoredHead
from kinelift.model.onnx_graph import OnnxGraph
from kinelift.model.onnx_rings import Clock, read_ring, write_ring
from kinelift.model.temporal_config import TemporalConfig
from kinelift.model.temporal_layers import head_of


def lay_answer(graph: OnnxGraph, clock: Clock, config: TemporalConfig, rows: str) -> None:
    """Make output `y` (batch, time, joint, number) of rows (batch, time, row) of the last layer."""
    graph.output("y", "batch", "time", config.joints_out, config.numbers_out)
    head = head_of(config)
    if head is None:
        graph.node("Reshape", [rows, graph.integers(0, 0, config.joints_out, 3)], "y")
        return
    joints = len(head.anchors)
    marked = _marked(graph, clock, config, head)
    p, log_size = _part(graph, marked, 0, 2 * joints), _part(graph, marked, 2 * joints, 2 * joints + 1)
    beside, depth = _part(graph, rows, 0, 2 * joints), _part(graph, rows, 2 * joints, 3 * joints)
    log_error, log_span = (
        _part(graph, rows, 3 * joints, 4 * joints),
        _part(graph, rows, 4 * joints, 4 * joints + 1),
    )
    size = _exponential(graph, log_size, np.exp(TYPICAL_LOG_SIZE), "size")
    deeper = graph.node("Mul", [depth, size], "deeper")
    span = graph.node("Add", [deeper, _exponential(graph, log_span, TYPICAL_SPAN, "span")], "span_at_depth")
    spans = graph.node("Concat", [span, span], "spans_at_depth", axis=2)
    across = graph.node("Add", [graph.node("Mul", [p, spans], "on_rays"), beside], "across")
    error = _exponential(graph, log_error, TYPICAL_ERROR, "expected_error")
    planes = graph.node("Concat", [across, depth, error], "planes", axis=2)
    shape = graph.integers(0, 0, config.numbers_out, joints)
    graph.node("Transpose", [graph.node("Reshape", [planes, shape], "by_number")], "y", perm=[0, 1, 3, 2])


def _marked(graph: OnnxGraph, clock: Clock, config: TemporalConfig, head: AnchoredHead) -> str:
    """Take p of every joint and the log size from the frames answered for."""
    size = np.zeros((config.input_features, 1), np.float32)
    size[head.size_at] = 1.0
    picked = np.concatenate([head.picked(config.input_features).numpy(), size], axis=1)
    marked = graph.node("MatMul", ["x", graph.weight("marked_matrix", picked)], "marked")
    if not config.look_ahead:
        return marked
    now = clock.now()
    ring = write_ring(graph, "state_marked", config.look_ahead, picked.shape[1], now, marked)
    return read_ring(graph, ring, now, [config.look_ahead])


def _part(graph: OnnxGraph, rows: str, start: int, stop: int) -> str:
    bounds = [graph.integers(number) for number in (start, stop, 2)]
    return graph.node("Slice", [rows, *bounds], f"{rows}_{start}_{stop}")


def _exponential(graph: OnnxGraph, log: str, factor: float, name: str) -> str:
    scale = graph.weight(f"typical_{name}", np.array(factor, np.float32))
    return graph.node("Mul", [graph.node("Exp", [log], f"{name}_over_typical"), scale], name)
