"""Whether matrix products run in bfloat16: where the processor multiplies it faster, and only there."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import torch

from kinelift.training.config import Precision


@dataclass(frozen=True)
class MatmulPrecision:
    """A resolved precision; weights, statistics and the optimiser stay in fp32 either way."""

    name: Precision
    device_type: str

    def context(self) -> AbstractContextManager[object]:
        """Return the context in which forward passes run."""
        if self.name == "bf16":
            return torch.autocast(self.device_type, dtype=torch.bfloat16)
        return nullcontext()


def matmul_precision(wanted: str, device: torch.device) -> MatmulPrecision:
    """Resolve "auto" by measuring; "fp32" and "bf16" are taken as they are."""
    match wanted:
        case "fp32" | "bf16":
            return MatmulPrecision(wanted, device.type)
        case "auto":
            return MatmulPrecision("bf16" if _bf16_is_faster(device) else "fp32", device.type)
        case _:
            raise ValueError(f'precision: "auto", "fp32" or "bf16" expected, got {wanted!r}.')


def _bf16_is_faster(device: torch.device) -> bool:
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported()
    return _product_seconds(torch.bfloat16, device) < 0.8 * _product_seconds(torch.float32, device)


def _product_seconds(dtype: torch.dtype, device: torch.device) -> float:
    a, b = (
        torch.ones(1024, 1024, dtype=dtype, device=device),
        torch.ones(1024, 512, dtype=dtype, device=device),
    )
    best = float("inf")
    for _ in range(5):
        start = time.perf_counter()
        torch.mm(a, b)
        best = min(best, time.perf_counter() - start)
    return best
