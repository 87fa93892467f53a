"""Values of which each stream has one: numbers of Python's own where there is one stream, else arrays (stream,).

Arithmetic reads alike for both, and a frame of one stream, which has some hundreds of them, takes a fraction of the
time that arrays of one element would.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from jaxtyping import Float

PerStream = Any
"""A float or bool, or an array (stream,) of them."""


def split(values: Float[np.ndarray, "stream column"]) -> list[PerStream]:
    """Return the columns."""
    return values[0].tolist() if len(values) == 1 else [*values.T]


def join(*columns: PerStream) -> Float[np.ndarray, "stream column"]:
    """Lay columns side by side."""
    return np.stack(columns, -1) if isinstance(columns[0], np.ndarray) else np.array([columns])


def where(condition: PerStream, then: PerStream, otherwise: PerStream) -> PerStream:
    """Choose by each stream's condition."""
    if isinstance(condition, np.ndarray):
        return np.where(condition, then, otherwise)
    return then if condition else otherwise


def log(value: PerStream) -> PerStream:
    """Return the natural logarithm."""
    return np.log(value) if isinstance(value, np.ndarray) else math.log(value)


def exp(value: PerStream) -> PerStream:
    """Return e to this power."""
    return np.exp(value) if isinstance(value, np.ndarray) else math.exp(value)


def all_of(condition: PerStream) -> bool:
    """Tell whether it holds for every stream."""
    return bool(condition.all()) if isinstance(condition, np.ndarray) else condition


def any_of(condition: PerStream) -> bool:
    """Tell whether it holds for some stream."""
    return bool(condition.any()) if isinstance(condition, np.ndarray) else condition


def scaled(
    values: Float[np.ndarray, "stream row column"], factor: PerStream
) -> Float[np.ndarray, "stream row column"]:
    """Multiply each stream's by a number of its own."""
    return values * (factor[:, None, None] if isinstance(factor, np.ndarray) else factor)


def product(
    left: Float[np.ndarray, "*stream row inner"], right: Float[np.ndarray, "stream inner column"]
) -> Float[np.ndarray, "stream row column"]:
    """Multiply matrices: one for each stream by one of its own, or by one for all."""
    if len(right) == 1:
        return left.reshape(left.shape[-2:]).dot(right[0])[None]
    return np.matmul(left, right)
