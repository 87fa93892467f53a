"""Arrays of an .npz read a stretch at a time, from the first row to the last."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from zipfile import ZipFile

import numpy as np


@dataclass(frozen=True)
class NpzArray:
    """An array in an .npz, of which only the header has been read."""

    archive: ZipFile
    member: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    def __len__(self) -> int:
        return self.shape[0]

    def stretches(self, most: int) -> Iterator[np.ndarray]:
        """Read on, at most so many rows at a time; ValueError where the array ends early.

        Damage that the archive's checksum shows is noticed with the last rows.
        """
        row, rows = self.shape[1:], self.shape[0]
        with self.archive.open(self.member) as file:
            _read_header(file)
            for start in range(0, rows, most):
                count = min(most, rows - start)
                values = np.frombuffer(_read(file, count * math.prod(row) * self.dtype.itemsize), self.dtype)
                if start + count == rows:
                    file.read(1)  # the checksum is looked at where the member ends
                yield values.reshape(count, *row)


def open_array(archive: ZipFile, name: str) -> NpzArray | None:
    """Return an array of an .npz, or None if it has no rows that lie one after the other (as in Fortran's order).

    Objects, which are pickled, are a ValueError.
    """
    member = f"{name}.npy"
    with archive.open(member) as file:
        shape, fortran, dtype = _read_header(file)
    if dtype.hasobject:
        raise ValueError("Object arrays cannot be loaded when allow_pickle=False")
    if not shape or (fortran and len(shape) > 1):
        return None
    return NpzArray(archive, member, shape, dtype)


def _read_header(file: Any) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    version = np.lib.format.read_magic(file)
    if version == (1, 0):
        return np.lib.format.read_array_header_1_0(file)
    return np.lib.format.read_array_header_2_0(file)


def _read(file: Any, size: int) -> bytes:
    """Read so many bytes; archives may give fewer at a time."""
    read = file.read(size)
    while len(read) < size:
        more = file.read(size - len(read))
        if not more:
            raise ValueError(f"EOF: reading array data, expected {size} bytes got {len(read)}")
        read += more
    return read
