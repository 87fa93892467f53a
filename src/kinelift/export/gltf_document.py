"""A glTF document that grows: arrays go into one buffer, and each is known by the index of its accessor."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

FLOAT, USHORT, UINT = 5126, 5123, 5125
VERTICES, INDICES = 34962, 34963
_COMPONENTS = {np.dtype(np.float32): FLOAT, np.dtype(np.uint16): USHORT, np.dtype(np.uint32): UINT}
_SHAPES = {(): "SCALAR", (3,): "VEC3", (4,): "VEC4", (4, 4): "MAT4"}


class GltfDocument:
    """glTF 2.0 under construction, over pygltflib."""

    def __init__(self, extras: dict[str, Any]) -> None:
        try:
            import pygltflib
        except ImportError as error:
            raise ImportError('writing .glb needs pygltflib: pip install "kinelift[export]"') from error
        self.names = pygltflib
        self.gltf: Any = pygltflib.GLTF2(
            asset=pygltflib.Asset(version="2.0", generator="kinelift", extras=extras), scene=0
        )
        self.gltf.scenes = [pygltflib.Scene(nodes=[])]
        self._bytes = bytearray()

    def add(self, values: np.ndarray, *, target: int | None = None, bounds: bool = False) -> int:
        """Append an array, rows first, and return its accessor; `bounds` says least and greatest, as some must."""
        values = np.ascontiguousarray(values)
        view = self.names.BufferView(
            buffer=0, byteOffset=len(self._bytes), byteLength=values.nbytes, target=target
        )
        self.gltf.bufferViews.append(view)
        self._bytes += values.tobytes() + b"\0" * (-values.nbytes % 4)
        accessor = self.names.Accessor(
            bufferView=len(self.gltf.bufferViews) - 1,
            byteOffset=0,
            componentType=_COMPONENTS[values.dtype],
            count=len(values),
            type=_SHAPES[values.shape[1:]],
        )
        if bounds:
            rows = values.reshape(len(values), -1)
            accessor.min, accessor.max = rows.min(axis=0).tolist(), rows.max(axis=0).tolist()
        self.gltf.accessors.append(accessor)
        return len(self.gltf.accessors) - 1

    def save(self, path: Path) -> None:
        """Write the document as one binary file."""
        self.gltf.buffers = [self.names.Buffer(byteLength=len(self._bytes))]
        self.gltf.set_binary_blob(bytes(self._bytes))
        self.gltf.save_binary(path)
