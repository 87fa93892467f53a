"""The forms of a shipped lifter: floating point and 8-bit integers, and which one a processor is best served with."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from kinelift.weights import find_model, shipped_models

_BYTE_PRODUCTS = frozenset({"avx512_vnni", "avx_vnni"})
"""What Linux calls the instructions that add up products of bytes, of the processors where integers were measured to
gain (docs/performance.md)."""


def find_lifter(model: str | Path, providers: Sequence[str] | None = None) -> Path:
    """Return the file to lift with: of a shipped name the form that is fastest here.

    That is integers on the processor where it adds up products of bytes, floating point elsewhere and for other
    execution providers. `<name>_float32` and `<name>_int8` are always the form they say, and a path is that file.
    Raises as `find_model` does.
    """
    path = find_model(model)
    on_processor = providers is None or list(providers) == ["CPUExecutionProvider"]
    integers = path.with_stem(f"{path.stem}_int8")
    if model in shipped_models() and integers.is_file() and on_processor and adds_up_bytes():
        return integers
    return path


@cache
def adds_up_bytes(processor: Path = Path("/proc/cpuinfo")) -> bool:
    """Tell whether the processor has instructions for products of bytes; where it does not say, it is taken not to."""
    try:
        lines = processor.read_text("ascii", "replace").splitlines()
    except OSError:
        return False
    flags = next((line.partition(":")[2] for line in lines if line.startswith("flags")), "")
    return not _BYTE_PRODUCTS.isdisjoint(flags.split())
