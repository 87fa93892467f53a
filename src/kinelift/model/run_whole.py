"""A graph tried on whole sequences, before it is written."""

from __future__ import annotations

import numpy as np
import onnx
import onnxruntime
from jaxtyping import Float
from onnx import helper


def run_whole(
    model: onnx.ModelProto, x: Float[np.ndarray, "batch frame feature"]
) -> Float[np.ndarray, "batch frame joint number"]:
    """Feed a graph of `to_onnx` or `int8_graph` all frames in one run; its first receptive_field - 1 are no poses."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    ports = [port for port in model.graph.input if port.name != "x"]
    states = {port.name: _zeros(port.type.tensor_type, *x.shape[:2]) for port in ports}
    return np.asarray(session.run(["y"], {"x": x, **states})[0])


def _zeros(port: onnx.TypeProto.Tensor, batch: int, frames: int) -> np.ndarray:
    """Make a state for one run; the graph spells the axes it leaves open "batch" and "time + rows"."""
    sizes = []
    for axis in port.shape.dim:
        match axis.dim_param:
            case "":
                sizes.append(axis.dim_value)
            case "batch":
                sizes.append(batch)
            case spelt:
                sizes.append(frames + int(spelt.removeprefix("time + ")))
    return np.zeros(sizes, helper.tensor_dtype_to_np_dtype(port.elem_type))
