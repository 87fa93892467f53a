"""What a benchmark ran on."""

from __future__ import annotations

import os
from pathlib import Path

import onnxruntime
import torch


def machine() -> dict[str, object]:
    """Name the processor and the libraries."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "torch": f"{torch.__version__}, {torch.get_num_threads()} threads",
        "onnxruntime": onnxruntime.__version__,
    }


def _processor() -> str:
    facts = Path("/proc/cpuinfo")
    lines = facts.read_text().splitlines() if facts.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    vnni = any("vnni" in line for line in lines)
    return f"{names[0] if names else 'unknown'}, {'with' if vnni else 'without'} 8-bit dot products"
