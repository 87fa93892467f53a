"""What a graph reads, in two digits of a byte each, multiplied by a filter in integers.

A number of steps s, from -2**15 to 2**15, is 256 * high + (low - 128) - 2**15 with high and low from 0 to 255. So a
filter gives 256 * (high @ matrix) + low @ matrix less the same for every row, which its bias takes over.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kinelift.model.int8_weights import Int8Weights
from kinelift.model.integer_filters import IntegerFilter
from kinelift.model.onnx_graph import OnnxGraph

_BASE = 256
_MIDDLE = 2**15


def multiply_two_digits(graph: OnnxGraph, name: str, steps: str, filters: IntegerFilter) -> str:
    """Filter rows (batch * time, inputs) of steps, not yet whole, without rounding what comes out."""
    counted = graph.node(
        "Add", [steps, graph.weight("middle", np.array(_MIDDLE, np.float32))], f"{name}_counted"
    )
    base, one = (
        graph.weight("base", np.array(_BASE, np.float32)),
        graph.weight("one", np.array(1, np.float32)),
    )
    none, half = (graph.weight(n, np.array(v, np.uint8)) for n, v in (("zero", 0), ("half", _BASE // 2)))
    high = graph.node("QuantizeLinear", [counted, base, none], f"{name}_high")
    rest = graph.node(
        "Sub",
        [counted, graph.node("DequantizeLinear", [high, base, none], f"{name}_of_high")],
        f"{name}_rest",
    )
    low = graph.node("QuantizeLinear", [rest, one, half], f"{name}_low")
    offset = (_MIDDLE + _BASE // 2) * filters.matrix.astype(np.int64).sum(0)
    weights = Int8Weights.keep(graph, name, replace(filters, bias=(filters.bias - offset).astype(np.int32)))
    return weights.multiply_digits_to_float(graph, high, low, _BASE)
