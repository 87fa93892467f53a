"""An integer filter inside a graph, laid as a convolution or as a matrix product; both round alike.

onnxruntime's convolution rounds its sums to bytes while they are in registers, which is the faster way for many rows;
its matrix product shares out the channels of a single row among processors, and adds to sums that are there already.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from onnx import TensorProto

from kinelift.model.integer_filters import IntegerFilter
from kinelift.model.onnx_graph import OnnxGraph


@dataclass(frozen=True)
class Int8Weights:
    """The names under which a graph holds an IntegerFilter."""

    name: str
    """Where the names of its nodes begin."""
    kernel: str
    """As a convolution over one frame has it, (channel, tap_channel, 1); loading a file makes matrices of it."""
    bias: str
    scale: str
    inputs: int
    """Bytes that a row brings, tap by tap."""
    channels: int
    """Bytes that come of it."""

    @classmethod
    def keep(cls, graph: OnnxGraph, name: str, filters: IntegerFilter) -> Int8Weights:
        """Put the arrays into the file."""
        return cls(
            name,
            graph.weight(f"{name}_kernel", np.ascontiguousarray(filters.matrix.T[..., None])),
            graph.weight(f"{name}_bias", filters.bias),
            graph.weight(f"{name}_scale", filters.scale),
            *filters.matrix.shape,
        )

    def convolve(self, graph: OnnxGraph, rows: str) -> str:
        """Filter rows as one long sequence, to bytes (1, batch * time, channels)."""
        rows = graph.node("Reshape", [rows, graph.integers(1, -1, self.inputs)], f"{self.name}_sequence")
        steps = whole_steps(graph)
        return graph.onnxruntime_node(
            "QLinearConv",
            [rows, *steps, self.kernel, self.scale, self._zeros(graph), *steps, self.bias],
            f"{self.name}_convolved",
            TensorProto.UINT8,
            channels_last=1,
            kernel_shape=[1],
        )

    def multiply(self, graph: OnnxGraph, rows: str) -> str:
        """Filter rows (batch * time, inputs), to bytes (batch * time, channels)."""
        return self._product(graph, rows, 0, self.bias, *whole_steps(graph))

    def multiply_to_float(self, graph: OnnxGraph, rows: str) -> str:
        """Filter rows (batch * time, inputs) without rounding what comes out, (batch * time, channels)."""
        return self._product(graph, rows, 0, self.bias)

    def multiply_digits_to_float(self, graph: OnnxGraph, high: str, low: str, base: int) -> str:
        """Filter base * high + low, both rows (batch * time, inputs) of bytes, without rounding what comes out."""
        products = [high, self._rows(graph, 0, self.inputs)]
        sums = graph.node("MatMulInteger", products, f"{self.name}_high_products")
        sums = graph.node(
            "Mul", [sums, graph.weight(f"times_{base}", np.array(base, np.int32))], f"{self.name}_high_sums"
        )
        sums = graph.node("Add", [sums, self.bias], f"{self.name}_high_biased")
        return self._product(graph, low, 0, sums)

    def multiply_earlier(self, graph: OnnxGraph, taps: str) -> str:
        """Multiply all taps but the newest, to sums (batch, time, channels) that hold the bias."""
        matrix = self._rows(graph, 0, self.inputs - self.channels)
        sums = graph.node("MatMulInteger", [taps, matrix], f"{self.name}_earlier")
        return graph.node("Add", [sums, self.bias], f"{self.name}_earlier_biased")

    def multiply_newest(self, graph: OnnxGraph, frames: str, sums: str) -> str:
        """Add the newest tap (batch * time, channels) to the sums of the others, to bytes of that shape."""
        sums = graph.node("Reshape", [sums, graph.integers(-1, self.channels)], f"{self.name}_sums")
        return self._product(graph, frames, self.inputs - self.channels, sums, *whole_steps(graph))

    def _product(self, graph: OnnxGraph, rows: str, first: int, addend: str, *steps_out: str) -> str:
        """Multiply by the matrix from a row on."""
        matrix, zeros = self._rows(graph, first, self.inputs), self._zeros(graph)
        return graph.onnxruntime_node(
            "QGemm",
            [rows, *whole_steps(graph), matrix, self.scale, zeros, addend, *steps_out],
            f"{self.name}_multiplied",
            TensorProto.UINT8 if steps_out else TensorProto.FLOAT,
        )

    def _rows(self, graph: OnnxGraph, first: int, end: int) -> str:
        """Cut rows from the matrix; onnxruntime does it once, when it loads the file."""
        flat = graph.node("Squeeze", [self.kernel, graph.integers(2)], f"{self.name}_rows")
        matrix = graph.node("Transpose", [flat], f"{self.name}_matrix", perm=[1, 0])
        ends = [graph.integers(first), graph.integers(end), graph.integers(0)]
        return graph.node("Slice", [matrix, *ends], f"{self.name}_matrix_{first}_{end}")

    def _zeros(self, graph: OnnxGraph) -> str:
        """Keep the zero points of the weights."""
        return graph.weight(f"zeros_{self.channels}", np.zeros(self.channels, np.int8))


def whole_steps(graph: OnnxGraph) -> tuple[str, str]:
    """Keep the scale and the zero point of bytes that count steps."""
    return graph.weight("one", np.array(1, np.float32)), graph.weight("zero", np.array(0, np.uint8))
