"""What must stand at a place of a foreign file, checked: anything else is an error that says what was found."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kinelift.interop.foreign_values import described


def expect_file(path: Path) -> None:
    """Raise FileNotFoundError where nothing is there, ValueError where a folder is."""
    if not path.exists():
        raise FileNotFoundError(f"{path}: no such file.")
    if path.is_dir():
        raise ValueError(f"{path}: is a folder; name the file in it.")


def expect_dict(value: Any, where: str) -> dict[Any, Any]:
    """Return a dictionary."""
    if not isinstance(value, dict):
        raise ValueError(f"{where}: a dictionary expected, got {described(value)}.")
    return value


def expect_items(value: Any, where: str) -> Sequence[Any]:
    """Return a list, a tuple, or an array by its first axis."""
    if isinstance(value, np.ndarray) and value.ndim:
        return list(value)
    if not isinstance(value, list | tuple):
        raise ValueError(f"{where}: a list expected, got {described(value)}.")
    return value


def expect_text(value: Any, where: str) -> str:
    """Return text."""
    if not isinstance(value, str):
        raise ValueError(f"{where}: text expected, got {described(value)}.")
    return str(value)


def expect_whole(value: Any, where: str) -> int:
    """Return a whole number."""
    if not isinstance(value, int | np.integer):
        raise ValueError(f"{where}: a whole number expected, got {described(value)}.")
    return int(value)


def expect_image_size(value: Any, where: str) -> tuple[int, int]:
    """Return width and height from a dictionary of w and h."""
    size = expect_dict(value, where)
    return expect_whole(size.get("w"), f"{where}, w"), expect_whole(size.get("h"), f"{where}, h")


def expect_array(value: Any, shape: tuple[int | None, ...], where: str) -> np.ndarray:
    """Return numbers as float32; None is an axis of any length."""
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "fiu":
        raise ValueError(f"{where}: an array of numbers expected, got {described(value)}.")
    fits = value.ndim == len(shape) and all(
        wanted in (None, length) for wanted, length in zip(shape, value.shape, strict=True)
    )
    if not fits:
        wanted = ", ".join("any" if length is None else str(length) for length in shape)
        raise ValueError(f"{where}: an array of shape ({wanted}) expected, got {value.shape}.")
    return value.astype(np.float32)
