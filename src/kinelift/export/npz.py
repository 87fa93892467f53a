"""Arrays to an .npz, those too long for memory a stretch at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np

from kinelift.body.rows import Rows

WRITTEN_BYTES = 1 << 18
"""Bytes compressed at a time, about."""


def write_npz(file: IO[bytes], arrays: Mapping[str, Rows]) -> None:
    """Write what `numpy.savez_compressed` would."""
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, rows in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                if isinstance(rows, np.ndarray):
                    np.lib.format.write_array(member, rows, allow_pickle=False)
                else:
                    _write_rows(member, rows)


def _write_rows(member: Any, rows: Rows) -> None:
    header = {
        "descr": np.lib.format.dtype_to_descr(rows.dtype),
        "fortran_order": False,
        "shape": rows.shape,
    }
    np.lib.format.write_array_header_1_0(member, header)
    row_bytes = int(np.prod(rows.shape[1:], dtype=int)) * rows.dtype.itemsize
    most = max(WRITTEN_BYTES // max(row_bytes, 1), 1)
    for start in range(0, rows.shape[0], most):
        member.write(np.ascontiguousarray(rows[start : start + most], rows.dtype).tobytes())
