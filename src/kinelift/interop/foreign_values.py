"""What comes out of a foreign pickle beside plain containers: arrays, and placeholders for whatever is not built."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np

_PLAIN_DTYPE = re.compile(r"[<>=|]?(\?|[bhilqBHILQefd]|[biufc](1|2|4|8|16)|[SU]\d{1,6})")
MOST_AXES = 32


@dataclass(frozen=True)
class Name:
    """A global's name as a pickle spells it, such as "numpy.dtype". Nothing has been imported."""

    name: str


@dataclass(frozen=True, eq=False)
class Placeholder:
    """Stands, inert, where a pickle wanted an object of a kind that is not built here."""

    name: str
    """The global that was to build it, or words in brackets."""


@dataclass(frozen=True, eq=False)
class Unfinished:
    """A numpy array or dtype between its construction and its state; `finish` makes it of the state."""

    name: str
    finish: Callable[[Any], Any]
    memo_keys: list[int] = field(default_factory=list)
    """Where the pickle's memo holds it."""


@dataclass(frozen=True, eq=False)
class Storage:
    """The numbers behind tensors, of one type, from a torch file."""

    numbers: np.ndarray


def dtype_of_text(text: Any) -> np.dtype | Placeholder:
    """Return a dtype of plain numbers, text or objects; a placeholder for any other."""
    if text in ("O", "O8", "|O"):
        return np.dtype(object)
    if isinstance(text, str) and _PLAIN_DTYPE.fullmatch(text):
        return np.dtype(text)
    return Placeholder("numpy.dtype")


def array_from_bytes(
    data: bytes | bytearray, dtype: np.dtype, shape: Sequence[int], order: str
) -> np.ndarray:
    """Lay an array over bytes that must be exactly as many as it needs."""
    shape = tuple(map(whole_number, shape))
    if len(shape) > MOST_AXES or dtype.itemsize * prod(shape) != len(data):
        raise ValueError(f"an array of shape {shape} and {dtype} does not fit its {len(data)} bytes")
    if dtype.itemsize == 0:
        return np.zeros(shape, dtype)
    return np.frombuffer(data, dtype).reshape(shape, order="F" if order == "F" else "C")


def array_of_objects(values: list[Any], shape: Sequence[int], order: str) -> np.ndarray:
    """Lay out a list of whatever it is, which must be exactly as many as the array needs."""
    shape = tuple(map(whole_number, shape))
    if len(shape) > MOST_AXES or prod(shape) != len(values):
        raise ValueError(f"an array of shape {shape} does not fit its {len(values)} objects")
    objects = np.empty(len(values), object)
    for index, value in enumerate(values):
        objects[index] = value
    return objects.reshape(shape, order="F" if order == "F" else "C")


def plain_key(key: Any) -> Any:
    """Return a key that is quick to hash and compare: text, bytes, a number, None; else a placeholder for it.

    Nested tuples and whole numbers without bound are how a small file keeps a dictionary busy for hours.
    """
    if isinstance(key, int):
        return key if abs(key) < 1 << 60 else Placeholder("(a very large number)")
    if key is None or isinstance(key, str | bytes | float | np.generic | Placeholder):
        return key
    return Placeholder(f"(a {type(key).__name__} as a key)")


def whole_number(value: Any) -> int:
    """Return a size; ValueError where anything else stands."""
    if not isinstance(value, int) or value < 0:
        raise ValueError(f"{value!r:.40} where a size belongs")
    return value


def described(value: Any) -> str:
    """Say what a value is, for errors; a placeholder by the global that was to build it."""
    match value:
        case Placeholder(name) | Name(name) | Unfinished(name):
            return f"{name}, which is not built here"
        case np.ndarray():
            return f"an array of shape {value.shape} and {value.dtype}"
        case _:
            return (
                f"{type(value).__name__} {value!r:.60}"
                if isinstance(value, int | float | str)
                else type(value).__name__
            )
