"""Files of torch.save, both containers, read without torch and without running any code.

The zip container (torch 1.6 and later) holds a pickle `data.pkl` and a file of numbers for each storage. The legacy
one is a row of pickles (a magic number, a version, facts about the machine, the value, the names of its storages),
then the storages, each after its count of numbers.
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from kinelift.interop.foreign_expectations import expect_file
from kinelift.interop.foreign_npz import LARGEST_UNPACKED_BYTES, unpack
from kinelift.interop.foreign_pickle import read_pickle
from kinelift.interop.foreign_values import Name, Placeholder, Storage

LEGACY_MAGIC = 0x1950A86A20F9469CFC6C
LEGACY_VERSION = 1001

_STORAGE_TYPES = {
    "DoubleStorage": "f8", "FloatStorage": "f4", "HalfStorage": "f2", "LongStorage": "i8",
    "IntStorage": "i4", "ShortStorage": "i2", "CharStorage": "i1", "ByteStorage": "u1", "BoolStorage": "?",
}  # fmt: skip


def read_torch_file(path: Path) -> Any:
    """Return what was saved, tensors as arrays (read-only); see `read_pickle` for the rest."""
    expect_file(path)
    with path.open("rb") as file:
        start = file.read(4)
    try:
        return _read_zip(path) if start == b"PK\x03\x04" else _read_legacy(path)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def _read_zip(path: Path) -> Any:
    members = {
        PurePosixPath(*PurePosixPath(name).parts[1:]): content for name, content in unpack(path).items()
    }
    program = members.get(PurePosixPath("data.pkl"))
    if program is None:
        raise ValueError("not a file of torch.save: it has no data.pkl.")
    if members.get(PurePosixPath("byteorder"), b"little").strip() != b"little":
        raise ValueError("big-endian numbers, which are not read here; save it again on an ordinary machine.")

    def storage(identity: Any) -> Storage | Placeholder:
        dtype, key = _storage_facts(identity)
        if dtype is None:
            return Placeholder(key)
        content = members.get(PurePosixPath("data") / key)
        if content is None or len(content) % dtype.itemsize:
            raise ValueError(f"storage {key!r} is missing or cut short")
        return Storage(np.frombuffer(content, dtype))

    return read_pickle(BytesIO(program), storage)


def _read_legacy(path: Path) -> Any:
    if path.stat().st_size > LARGEST_UNPACKED_BYTES:
        raise ValueError(f"longer than the {LARGEST_UNPACKED_BYTES} bytes that are read.")
    stream = BytesIO(path.read_bytes())
    if read_pickle(stream) != LEGACY_MAGIC or read_pickle(stream) != LEGACY_VERSION:
        raise ValueError("not a file of torch.save, neither of today's kind nor of the one before.")
    facts = read_pickle(stream)
    if not isinstance(facts, dict) or facts.get("little_endian") is not True:
        raise ValueError("big-endian numbers, which are not read here; save it again on an ordinary machine.")
    # The numbers come last, and how many bytes each has is said in the value: it is read once to learn that.
    start, dtypes = stream.tell(), {}

    def remembered(identity: Any) -> Placeholder:
        dtype, key = _storage_facts(identity)
        dtypes[key] = dtype
        return Placeholder("(a storage)")

    read_pickle(stream, remembered)
    storages = _legacy_storages(stream, dtypes)

    def storage(identity: Any) -> Storage | Placeholder:
        dtype, key = _storage_facts(identity)
        if dtype is None:
            return Placeholder(key)
        if key not in storages or (len(identity) > 5 and identity[5] is not None):
            raise ValueError(f"storage {key!r} is missing, or a view of another")
        return Storage(storages[key])

    stream.seek(start)
    return read_pickle(stream, storage)


def _legacy_storages(stream: BytesIO, dtypes: dict[str, np.dtype | None]) -> dict[str, np.ndarray]:
    storages: dict[str, np.ndarray] = {}
    keys = read_pickle(stream)
    for key in keys if isinstance(keys, list) else ():
        dtype = dtypes.get(key) if isinstance(key, str) else None
        if dtype is None:
            raise ValueError(f"storage {key!r:.40} is of no known type")
        count = int.from_bytes(stream.read(8), "little")
        content = stream.read(count * dtype.itemsize) if count < sys.maxsize // 16 else b""
        if len(content) != count * dtype.itemsize:
            raise ValueError(f"storage {key!r:.40} is cut short.")
        storages[key] = np.frombuffer(content, dtype)
    return storages


def _storage_facts(identity: Any) -> tuple[np.dtype | None, str]:
    """Return the type and the key of a storage; no type and the name of what is there where it is not known."""
    match identity:
        case ("storage", Name(name), str(key), *_) if name.removeprefix("torch.") in _STORAGE_TYPES:
            return np.dtype(_STORAGE_TYPES[name.removeprefix("torch.")]), key
        case ("storage", Name(name), *_):
            return None, name
        case _:
            return None, "(a persistent id)"
