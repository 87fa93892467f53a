"""A graph under construction: nodes, weights and ports, in the order in which they are laid."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from jaxtyping import Float, Integer
from onnx import TensorProto, helper, numpy_helper

from kinelift.whole_files import replacing

_OPSET = 17
_IR_VERSION = 8
"""Both read by every onnxruntime since 1.12."""

_ONNXRUNTIME = "com.microsoft"
"""The domain of operators that onnxruntime adds to the standard's."""


class OnnxGraph:
    """Lays nodes named after their one output; laying the same node again only gives its name."""

    def __init__(self, around: OnnxGraph | None = None) -> None:
        """Begin a graph, or a branch of the graph `around` it, whose nodes and weights it may name."""
        self._around: dict[str, onnx.NodeProto] = {} if around is None else around._nodes
        self._nodes: dict[str, onnx.NodeProto] = {}
        self._weights: dict[str, onnx.TensorProto] = {} if around is None else around._weights
        self._types: list[onnx.ValueInfoProto] = []
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
        laid = self._around.get(name) or self._nodes.setdefault(name, node)
        assert laid == node, f"{name} names two different nodes"
        return name

    def onnxruntime_node(
        self, operator: str, inputs: Sequence[str], name: str, dtype: int, **attributes: Any
    ) -> str:
        """Lay a node that only onnxruntime knows, so that its output's type must be said."""
        self._types.append(helper.make_tensor_value_info(name, dtype, None))
        return self.node(operator, inputs, name, domain=_ONNXRUNTIME, **attributes)

    def choose(
        self,
        condition: str,
        name: str,
        dtype: int,
        then: Callable[[OnnxGraph], str],
        otherwise: Callable[[OnnxGraph], str],
    ) -> str:
        """Lay two branches, of which a run takes the one that a truth value without an axis says.

        Each lays its nodes in the graph it is handed and returns the name of its output.
        """
        branches = {}
        for attribute, lay in (("then_branch", then), ("else_branch", otherwise)):
            inner = OnnxGraph(around=self)
            inner._outputs.append(helper.make_tensor_value_info(lay(inner), dtype, None))
            branches[attribute] = inner._close(f"{name}_{attribute}")
        return self.node("If", [condition], name, **branches)

    def integers(self, *values: int) -> str:
        """Keep a list of integers."""
        return self.weight("integers_" + "_".join(map(str, values)), np.array(values, dtype=np.int64))

    def integer(self, value: int) -> str:
        """Keep a single integer, without an axis."""
        return self.weight(f"integer_{value}", np.array(value, dtype=np.int64))

    def weight(self, name: str, values: Float[np.ndarray, " *shape"] | Integer[np.ndarray, " *shape"]) -> str:
        """Keep an array inside the file."""
        self._weights[name] = numpy_helper.from_array(values, name)
        return name

    def model(self, name: str, facts: Mapping[str, str]) -> onnx.ModelProto:
        """Close the graph, check it and give it the facts about itself."""
        graph = self._close(name)
        graph.initializer.extend(self._weights.values())
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_ONNXRUNTIME, 1)]
        if all(node.domain != _ONNXRUNTIME for node in _all_nodes(graph)):
            del opsets[1:]
        model = helper.make_model(
            graph, opset_imports=opsets, ir_version=_IR_VERSION, producer_name="kinelift"
        )
        helper.set_model_props(model, dict(facts))
        onnx.checker.check_model(model, full_check=True)
        return model

    def _close(self, name: str) -> onnx.GraphProto:
        return helper.make_graph(
            [*self._nodes.values()], name, self._inputs, self._outputs, value_info=self._types
        )


def write_model(model: onnx.ModelProto, path: Path) -> None:
    """Put the whole file in place at once, or leave what was there."""
    with replacing(path) as unfinished:
        unfinished.write_bytes(model.SerializeToString(deterministic=True))


def _all_nodes(graph: onnx.GraphProto) -> Iterator[onnx.NodeProto]:
    for node in graph.node:
        yield node
        for attribute in node.attribute:
            if attribute.HasField("g"):
                yield from _all_nodes(attribute.g)
