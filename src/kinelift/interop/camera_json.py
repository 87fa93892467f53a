"""Read a camera's intrinsics from JSON.

    {"K": [[fx, 0, cx], [0, fy, cy], [0, 0, 1]]}  or  {"fx": ..., "fy": ..., "cx": ..., "cy": ...}

and, if known, "image_size": [width, height] of the calibration and "distortion": OpenCV's list [k1, k2, p1, p2] or
[k1, k2, p1, p2, k3], or {"model": "opencv" or "human36m", "radial": [k1, k2, k3], "tangential": [p1, p2]}. Pixels are
continuous: add 0.5 to the cx and cy of a calibration whose pixel centres are whole numbers, as OpenCV's are.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from kinelift.body.camera import Camera, Distortion, Human36mDistortion, OpenCVDistortion
from kinelift.interop.keypoint_track import numbers, size_from

SAME_SHAPE = 0.01
"""By how much the ratio of width to height of two sizes of one picture may differ."""


def read_camera(path: str | os.PathLike[str], image_size: tuple[int, int]) -> Camera:
    """Read intrinsics for images of `image_size`; a calibration at another size of the same shape is scaled."""
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such file of intrinsics.")
    try:
        document = json.loads(path.read_text("utf-8"))
        if not isinstance(document, dict):
            raise ValueError('an object expected, such as {"fx": 1100, "fy": 1100, "cx": 640, "cy": 360}.')
        scale = _scale(document.get("image_size"), image_size)
        return Camera.from_intrinsics(
            scale @ _matrix(document), image_size, _distortion(document.get("distortion"))
        )
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path}: {error}") from error


def _matrix(document: dict[str, Any]) -> np.ndarray:
    if "K" in document:
        return numbers(document["K"], "K", (3, 3))
    missing = [name for name in ("fx", "fy", "cx", "cy") if name not in document]
    if missing:
        raise ValueError(f"K, or fx, fy, cx and cy expected; {', '.join(missing)} missing.")
    fx, fy, cx, cy = (float(numbers(document[name], name, ())) for name in ("fx", "fy", "cx", "cy"))
    return np.array([[fx, 0.0, cx], [0.0, fy, cy], [0.0, 0.0, 1.0]])


def _scale(calibrated: Any, image_size: tuple[int, int]) -> np.ndarray:
    """Return what brings the calibration's pixels to the image's."""
    if calibrated is None:
        return np.eye(3)
    (old_width, old_height), (width, height) = size_from(calibrated, "image_size"), image_size
    across, down = width / old_width, height / old_height
    if abs(across / down - 1.0) > SAME_SHAPE:
        raise ValueError(
            f"image_size: calibrated at {old_width}x{old_height}, but the pictures are {width}x{height}, of another "
            "shape; give the intrinsics of these pictures."
        )
    return np.diag([across, down, 1.0])


def _distortion(value: Any) -> Distortion | None:
    match value:
        case None:
            return None
        case [k1, k2, p1, p2]:
            k1, k2, p1, p2 = _floats(k1, k2, p1, p2)
            return OpenCVDistortion((k1, k2, 0.0), (p1, p2))
        case [k1, k2, p1, p2, k3]:
            k1, k2, p1, p2, k3 = _floats(k1, k2, p1, p2, k3)
            return OpenCVDistortion((k1, k2, k3), (p1, p2))
        case {"model": "opencv" | "human36m" as model, "radial": [k1, k2, k3], "tangential": [p1, p2]}:
            k1, k2, k3, p1, p2 = _floats(k1, k2, k3, p1, p2)
            made = OpenCVDistortion if model == "opencv" else Human36mDistortion
            return made((k1, k2, k3), (p1, p2))
        case _:
            raise ValueError(
                'distortion: [k1, k2, p1, p2], [k1, k2, p1, p2, k3] or {"model": "opencv" or "human36m", '
                f'"radial": [k1, k2, k3], "tangential": [p1, p2]}} expected, got {value!r}.'
            )


def _floats(*values: Any) -> tuple[float, ...]:
    return tuple(map(float, numbers(list(values), "distortion", (len(values),))))
