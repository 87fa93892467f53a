"""Where values a frame wait for the next pass: in memory, or in files that have no name."""

from __future__ import annotations

import os
import tempfile
from types import TracebackType
from typing import Any

import numpy as np

from kinelift.body.rows import RowShape


class MemoryScratch:
    """Keeps everything in memory."""

    def spool(self, frames: int, row: RowShape, dtype: np.dtype[Any]) -> MemorySpool:
        """Make room for rows of one shape and type."""
        return MemorySpool(np.empty((frames, *row), dtype))


class MemorySpool:
    """Rows in an array."""

    def __init__(self, values: np.ndarray) -> None:
        self._values, self._written = values, 0

    @property
    def shape(self) -> tuple[int, ...]:
        """Frames, then the shape of a row."""
        return self._values.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of every value."""
        return self._values.dtype

    def __getitem__(self, part: slice, /) -> np.ndarray:
        return self._values[part]

    def append(self, values: np.ndarray) -> None:
        """Write the rows that follow."""
        self._values[self._written : self._written + len(values)] = values
        self._written += len(values)

    def close(self) -> None:
        """Give the memory back."""
        self._values = self._values[:0]


class DiskScratch:
    """Keeps values in temporary files in a folder; memory holds no more than what is being read or written.

    The files have no names where the system allows it (elsewhere they are deleted when they are closed), so that
    nothing is left behind however the process ends.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self._folder = folder
        self._spools: list[DiskSpool] = []

    def __enter__(self) -> DiskScratch:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for spool in self._spools:
            spool.close()

    def spool(self, frames: int, row: RowShape, dtype: np.dtype[Any]) -> DiskSpool:
        """Make room for rows of one shape and type."""
        self._spools.append(DiskSpool(self._folder, (frames, *row), dtype))
        return self._spools[-1]


class DiskSpool:
    """Rows in a file."""

    def __init__(self, folder: str | os.PathLike[str], shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
        # It outlives this method; `with` stands around the scratch.
        self._file: Any = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115
        self._folder = folder
        self.shape, self.dtype = shape, dtype
        self._row_bytes = int(np.prod(shape[1:], dtype=int)) * dtype.itemsize

    def __getitem__(self, part: slice, /) -> np.ndarray:
        start, stop, _ = part.indices(self.shape[0])
        values = np.empty((max(stop - start, 0), *self.shape[1:]), self.dtype)
        self._file.seek(start * self._row_bytes)
        read = self._file.readinto(values.reshape(-1).view(np.uint8))
        assert read == values.nbytes, "rows were read before they were written"
        return values

    def append(self, values: np.ndarray) -> None:
        """Write the rows that follow."""
        try:
            self._file.seek(0, os.SEEK_END)
            self._file.write(np.ascontiguousarray(values, self.dtype).reshape(-1).view(np.uint8).data)
        except OSError as error:  # a full disk names no file, and this one has no name
            raise OSError(error.errno, error.strerror, str(self._folder)) from error

    def close(self) -> None:
        """Give the disk's room back."""
        self._file.close()
