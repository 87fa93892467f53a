"""The arrays of an .npz or .npy, pickled ones among them, read without running any code."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from kinelift.interop.foreign_expectations import expect_file
from kinelift.interop.foreign_pickle import read_pickle
from kinelift.interop.foreign_values import array_from_bytes, dtype_of_text

LARGEST_UNPACKED_BYTES = 2 << 30
"""More than any data set's file; a small file can promise far more."""

_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError)


def read_foreign_npz(path: Path) -> Mapping[str, Any]:
    """Return an .npz's arrays by name; a pickled array of no axes is given as the value it holds."""
    expect_file(path)
    try:
        return {
            name.removesuffix(".npy"): _npy(content)
            for name, content in unpack(path).items()
            if name.endswith(".npy")
        }
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def unpack(path: Path) -> dict[str, bytes]:
    """Return the members of a zip file; ValueError where it is damaged or holds more than could be meant."""
    try:
        with zipfile.ZipFile(path) as archive:
            promised = sum(member.file_size for member in archive.infolist())
            if promised > LARGEST_UNPACKED_BYTES:
                raise ValueError(f"unpacks to {promised} bytes, more than {LARGEST_UNPACKED_BYTES} are read.")
            return {member.filename: archive.read(member) for member in archive.infolist()}
    except PermissionError:
        raise
    except _DAMAGED as error:
        raise ValueError(
            f"not a readable zip file, as .npz and .bin are ({error}); it is cut short, damaged or something else."
        ) from error


def _npy(content: bytes) -> Any:
    stream = BytesIO(content)
    try:
        shape, fortran, dtype = _header(stream)
    except Exception as error:  # numpy's parser of headers raises whatever Python's does
        raise ValueError(f"not a readable array ({type(error).__name__}: {error}).") from error
    if dtype.hasobject:
        value = read_pickle(stream)
        return value[()] if isinstance(value, np.ndarray) and value.shape == () else value
    size = prod(shape) * dtype.itemsize
    return array_from_bytes(content[stream.tell() :][:size], dtype, shape, "F" if fortran else "C")


def _header(stream: BytesIO) -> tuple[tuple[int, ...], bool, np.dtype]:
    version = np.lib.format.read_magic(stream)
    if version not in ((1, 0), (2, 0)):
        raise ValueError(f"version {version}")
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, fortran, dtype = read(stream)
    plain = dtype_of_text("O" if dtype.hasobject else dtype.str)
    if not isinstance(plain, np.dtype) or dtype.names:
        raise ValueError(f"numbers, text or objects expected, got {dtype}")
    return shape, fortran, plain
