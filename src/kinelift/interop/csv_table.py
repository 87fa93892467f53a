"""A CSV with a line of names: columns found by the names they go by, numbers read where they must be."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

Row = Mapping[str, str]
MOST_SAID = 8
"""Columns that an error lists."""


def read_table(path: Path) -> tuple[tuple[str, ...], Sequence[Row]]:
    """Return the columns' names, in small letters with underscores, and the rows by them."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.reader(file)
            columns = tuple(re.sub(r"[\s./-]+", "_", name.strip().lower()) for name in next(lines, []))
            rows = [dict(zip(columns, line, strict=False)) for line in lines if line]
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"not readable as a CSV ({error}).") from error
    if not rows:
        raise ValueError("a line of names and then rows expected; there are none.")
    return columns, rows


def one_of(names: Sequence[str], columns: Sequence[str]) -> str | None:
    """Return the first of these names that is a column."""
    return next((name for name in names if name in columns), None)


def needed(names: Sequence[str], columns: Sequence[str], called: str | None = None) -> str:
    """Return the first of these names that is a column; ValueError where none is."""
    found = one_of(names, columns)
    if found is None:
        raise ValueError(
            f"a column {called or names[0]} expected, or one called {', '.join(names)}; "
            f"got {', '.join(columns[:MOST_SAID])}."
        )
    return found


def number(text: str, column: str) -> float:
    """Read a number; nothing is NaN."""
    try:
        return float(text) if text.strip() else np.nan
    except ValueError as error:
        raise ValueError(f"{column}: numbers expected, got {text!r}.") from error


def told(text: str, column: str) -> float:
    """Read a number that each row must have."""
    value = number(text, column)
    if not np.isfinite(value):
        raise ValueError(f"{column}: a number in each row expected, got {text!r}.")
    return value
