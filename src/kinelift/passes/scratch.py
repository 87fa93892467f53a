"""Where values a frame wait for the next pass: in memory, or in files that have no name."""

from __future__ import annotations

import os
import tempfile
from types import TracebackType
from typing import Any

import numpy as np

from kinelift.body.rows import RowShape

IN_MEMORY_FRAMES = 4096
"""Clips no longer are lifted in one piece, and stand in memory anyway."""


class MemoryScratch:
    """Keeps everything in memory."""

    def __enter__(self) -> MemoryScratch:
        return self

    def __exit__(self, *raised: object) -> None:
        """Leave everything to whoever still holds it."""

    def spool(self, frames: int | None, row: RowShape, dtype: np.dtype[Any]) -> MemorySpool:
        """Make room for rows of one shape and type; without a number of frames there are as many as are written."""
        return MemorySpool(frames, row, dtype)


class MemorySpool:
    """Rows in an array, which grows where it is not known how many they are."""

    def __init__(self, frames: int | None, row: RowShape, dtype: np.dtype[Any]) -> None:
        self._frames, self._written = frames, 0
        self._values = np.empty((frames or 0, *row), dtype)

    @property
    def shape(self) -> tuple[int, ...]:
        """Frames, then the shape of a row."""
        return (self._written if self._frames is None else self._frames, *self._values.shape[1:])

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of every value."""
        return self._values.dtype

    def __getitem__(self, part: slice, /) -> np.ndarray:
        return self._values[: self.shape[0]][part]

    def append(self, values: np.ndarray) -> None:
        """Write the rows that follow."""
        end = self._written + len(values)
        if self._frames is None and end > len(self._values):
            more = np.empty((max(end, 2 * len(self._values)), *self._values.shape[1:]), self.dtype)
            more[: self._written] = self._values[: self._written]
            self._values = more
        self._values[self._written : end] = values
        self._written = end

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

    def spool(self, frames: int | None, row: RowShape, dtype: np.dtype[Any]) -> DiskSpool:
        """Make room for rows of one shape and type; without a number of frames there are as many as are written."""
        self._spools.append(DiskSpool(self._folder, frames, row, dtype))
        return self._spools[-1]


class DiskSpool:
    """Rows in a file."""

    def __init__(
        self, folder: str | os.PathLike[str], frames: int | None, row: RowShape, dtype: np.dtype[Any]
    ) -> None:
        # It outlives this method; `with` stands around the scratch.
        self._file: Any = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115
        self._folder = folder
        self._frames, self._row, self._written = frames, row, 0
        self.dtype = dtype
        self._row_bytes = int(np.prod(row, dtype=int)) * dtype.itemsize

    @property
    def shape(self) -> tuple[int, ...]:
        """Frames, then the shape of a row."""
        return (self._written if self._frames is None else self._frames, *self._row)

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
            self._written += len(values)
        except OSError as error:  # a full disk names no file, and this one has no name
            raise OSError(error.errno, error.strerror, str(self._folder)) from error

    def close(self) -> None:
        """Give the disk's room back."""
        self._file.close()


def scratch_for(frames: int) -> MemoryScratch | DiskScratch:
    """Return where the values of a clip go whose result is wanted in memory: to disk if it is a long one."""
    return MemoryScratch() if frames <= IN_MEMORY_FRAMES else DiskScratch(tempfile.gettempdir())
