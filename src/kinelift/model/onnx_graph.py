"""A graph under construction: nodes, weights and ports, in the order in which they are laid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
from jaxtyping import Float, Int
from onnx import TensorProto, helper, numpy_helper

_OPSET = 17
_IR_VERSION = 8
"""Both read by every onnxruntime since 1.12."""


class OnnxGraph:
    """Lays nodes named after their one output; laying the same node again only gives its name."""

    def __init__(self) -> None:
        self._nodes: dict[str, onnx.NodeProto] = {}
        self._weights: dict[str, onnx.TensorProto] = {}
        self._inputs: list[onnx.ValueInfoProto] = []
        self._outputs: list[onnx.ValueInfoProto] = []

    def input(self, name: str, *shape: int | str, dtype: int = TensorProto.FLOAT) -> str:
        """Declare an input; a string names an axis of free length."""
        self._inputs.append(helper.make_tensor_value_info(name, dtype, shape))
        return name

    def output(self, name: str, *shape: int | str, dtype: int = TensorProto.FLOAT) -> str:
        """Declare an output; a node must be laid under its name."""
        self._outputs.append(helper.make_tensor_value_info(name, dtype, shape))
        return name

    def node(self, operator: str, inputs: Sequence[str], name: str, **attributes: Any) -> str:
        """Lay a node and return the name of its output."""
        node = helper.make_node(operator, inputs, [name], name=name, **attributes)
        assert self._nodes.setdefault(name, node) == node, f"{name} names two different nodes"
        return name

    def integers(self, *values: int) -> str:
        """Keep a list of integers."""
        return self.weight("integers_" + "_".join(map(str, values)), np.array(values, dtype=np.int64))

    def integer(self, value: int) -> str:
        """Keep a single integer, without an axis."""
        return self.weight(f"integer_{value}", np.array(value, dtype=np.int64))

    def weight(self, name: str, values: Float[np.ndarray, " *shape"] | Int[np.ndarray, " *shape"]) -> str:
        """Keep an array inside the file."""
        self._weights[name] = numpy_helper.from_array(values, name)
        return name

    def model(self, name: str, facts: Mapping[str, str]) -> onnx.ModelProto:
        """Close the graph, check it and give it the facts about itself."""
        graph = helper.make_graph(
            [*self._nodes.values()], name, self._inputs, self._outputs, [*self._weights.values()]
        )
        opsets = [helper.make_opsetid("", _OPSET)]
        model = helper.make_model(
            graph, opset_imports=opsets, ir_version=_IR_VERSION, producer_name="kinelift"
        )
        helper.set_model_props(model, dict(facts))
        onnx.checker.check_model(model, full_check=True)
        return model
