"""The shipped networks, each an .onnx file with its card beside it."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Any


def shipped_models() -> dict[str, Path]:
    """Return the shipped lifters by name; one file may serve under several, of which each has a card of its own.

    <name>_int8 is the lifter of that name in 8-bit integers.
    """
    folder = Path(str(resources.files("kinelift.weights")))
    named = {path.stem: path for path in sorted(folder.glob("*.onnx"))}
    return named | {
        name: folder / file for name, file in ALSO_NAMED.items() if file in {p.name for p in named.values()}
    }


ALSO_NAMED = {"lag": "default.onnx"}
"""The default looks 13 frames ahead, so that live it is the lifter that answers 0.43 s late."""


def find_model(model: str | Path) -> Path:
    """Return the file of a shipped name or of a path to an .onnx; an error that lists the choices otherwise."""
    shipped = shipped_models()
    if isinstance(model, str) and (name := model.removesuffix("_float32")) in shipped:
        return shipped[name]
    path = Path(model)
    if path.is_file():
        return path
    if path.suffix == ".onnx":
        raise FileNotFoundError(f"no model at {path}.")
    names = ", ".join(shipped) or "none"
    raise ValueError(
        f"unknown model {str(model)!r}; choose a shipped one ({names}) or a path to an .onnx file."
    )


def find_footing() -> Path:
    """Return the file of the network that tells when feet stand and which way is up."""
    return Path(str(resources.files("kinelift.weights"))) / FOOTING


FOOTING = "footing/footing.onnx"
"""Beside the lifters, of which it is none."""


def shipped_networks() -> dict[str, Path]:
    """Return everything that was trained and ships, by name: the lifters, and what tells how bodies stand."""
    return {**shipped_models(), find_footing().stem: find_footing()}


def read_card(name: str) -> dict[str, Any]:
    """Return the card of a shipped network: data, licence, split, recipe, figures, checksum."""
    path = shipped_networks().get(name)
    if path is None:
        raise ValueError(f"unknown model {name!r}; shipped: {', '.join(shipped_networks())}.")
    return json.loads(path.with_name(f"{name}.json").read_text("utf-8"))
