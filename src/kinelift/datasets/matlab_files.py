"""Arrays of MATLAB's files: version 5 by scipy, version 7.3, which is HDF5, by h5py. Nothing in them is run."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from kinelift.datasets.extras import needed

_HDF5 = b"\x89HDF\r\n\x1a\n"
_USER_BLOCK = 512
"""MATLAB puts its own header of so many bytes before the HDF5."""


def read_mat(path: Path) -> dict[str, np.ndarray]:
    """Return the arrays of a .mat by name, axes as MATLAB shows them; cells are arrays of objects.

    ValueError where it is no such file.
    """
    with path.open("rb") as file:
        head = file.read(_USER_BLOCK + len(_HDF5))
    try:
        return _version_73(path) if _HDF5 in (head[: len(_HDF5)], head[_USER_BLOCK:]) else _version_5(path)
    except ImportError:
        raise
    except Exception as error:  # a damaged file fails anywhere in its reader
        if "is not installed" in str(error):
            raise
        raise ValueError(f"{path}: not a .mat file, or a damaged one ({error}).") from error


def _version_5(path: Path) -> dict[str, np.ndarray]:
    content = needed("scipy.io", "datasets").loadmat(path)
    return {name: value for name, value in content.items() if isinstance(value, np.ndarray)}


def _version_73(path: Path) -> dict[str, np.ndarray]:
    """MATLAB writes its columns first, so HDF5 has the axes the other way round."""
    h5py = needed("h5py", "datasets")
    with h5py.File(path, "r") as file:
        return {
            name: np.asarray(item).T
            for name, item in file.items()
            if isinstance(item, h5py.Dataset) and item.dtype.kind in "biuf"
        }
