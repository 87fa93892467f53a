"""Foreign files made by the libraries that make real ones, with names in their pickles exchanged for others."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

ARRAY = b"cnumpy.core.multiarray\n_reconstruct\n"
TENSOR = b"ctorch._utils\n_rebuild_tensor_v2\n"


def write_npz(path: Path, replace: bytes = b"", by: bytes = b"", **arrays: object) -> Path:
    """Write pickled values as numpy does, and exchange bytes of their pickles."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, value in arrays.items():
            stream = io.BytesIO()
            np.lib.format.write_array(stream, np.array(value, dtype=object), allow_pickle=True)
            content = stream.getvalue()
            assert not replace or replace in content
            archive.writestr(f"{name}.npy", content.replace(replace, by) if replace else content)
    return path


def write_torch(
    path: Path, value: object, replace: bytes = b"", by: bytes = b"", *, legacy: bool = False, count: int = -1
) -> Path:
    """Write a value as torch does, and exchange bytes of its pickle."""
    import torch

    stream = io.BytesIO()
    torch.save(value, stream, _use_new_zipfile_serialization=not legacy)
    if legacy:
        content = stream.getvalue()
        assert not replace or replace in content
        path.write_bytes(content.replace(replace, by, count) if replace else content)
        return path
    with zipfile.ZipFile(stream) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name.endswith("data.pkl") and replace:
                assert replace in content
                content = content.replace(replace, by, count)
            target.writestr(name, content)
    return path


def naming(module: str, name: str) -> bytes:
    """Return the instruction that looks a name up."""
    return f"c{module}\n{name}\n".encode()


def small_poses() -> dict[str, dict[str, np.ndarray]]:
    """Return two sequences of one subject."""
    joints = np.random.default_rng(0).normal(size=(5, 32, 3)).astype(np.float32)
    return {"S1": {"Walking": joints, "Eating 1": joints[:3]}}


def small_detections() -> dict[str, Any]:
    """Return what a data_2d file holds of them."""
    points = np.random.default_rng(1).uniform(0, 1000, (6, 17, 2)).astype(np.float32)
    symmetry = [[4, 5, 6, 11, 12, 13], [1, 2, 3, 14, 15, 16]]
    return {
        "positions_2d": {"S1": {"Walking": [points, points + 1], "Eating 1": [points[:3]] * 2}},
        "metadata": {"layout_name": "h36m", "num_joints": 17, "keypoints_symmetry": symmetry},
    }
