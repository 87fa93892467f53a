"""The shipped lifters, each an .onnx file with its card beside it."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Any


def shipped_models() -> dict[str, Path]:
    """Return the shipped lifters by name."""
    folder = Path(str(resources.files("kinelift.weights")))
    return {path.stem: path for path in sorted(folder.glob("*.onnx"))}


def find_model(model: str | Path) -> Path:
    """Return the file of a shipped name or of a path to an .onnx; an error that lists the choices otherwise."""
    shipped = shipped_models()
    if isinstance(model, str) and model in shipped:
        return shipped[model]
    path = Path(model)
    if path.is_file():
        return path
    if path.suffix == ".onnx":
        raise FileNotFoundError(f"no model at {path}.")
    names = ", ".join(shipped) or "none"
    raise ValueError(
        f"unknown model {str(model)!r}; choose a shipped one ({names}) or a path to an .onnx file."
    )


def read_card(name: str) -> dict[str, Any]:
    """Return the card of a shipped lifter: data, licence, split, recipe, figures, checksum."""
    path = shipped_models().get(name)
    if path is None:
        raise ValueError(f"unknown model {name!r}; shipped: {', '.join(shipped_models()) or 'none'}.")
    return json.loads(path.with_suffix(".json").read_text("utf-8"))
