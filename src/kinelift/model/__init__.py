"""The network: one temporal model with three clocks, its one-frame training twin, its export, and back."""

from kinelift.model.from_onnx import from_onnx
from kinelift.model.strided import StridedTemporalModel
from kinelift.model.temporal import TemporalModel
from kinelift.model.temporal_config import TemporalConfig, causal, centred, fixed_lag
from kinelift.model.to_onnx import to_onnx

__all__ = [
    "StridedTemporalModel",
    "TemporalConfig",
    "TemporalModel",
    "causal",
    "centred",
    "fixed_lag",
    "from_onnx",
    "to_onnx",
]
