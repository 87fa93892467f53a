"""Keypoints as JSON; `kinelift.interop.keypoints_json` describes and reads it."""

from __future__ import annotations

import json
import os

import numpy as np

from kinelift.body import Keypoints
from kinelift.interop.keypoints_npz import FORMAT, SCHEMA_VERSION
from kinelift.whole_files import write_whole


def write_keypoints_json(keypoints: Keypoints, path: str | os.PathLike[str]) -> None:
    """Write one person's keypoints in full, a frame a line; null where nothing was seen."""
    skeleton = keypoints.skeleton
    head = {
        "format": FORMAT,
        "schema_version": SCHEMA_VERSION,
        "skeleton": {"name": skeleton.name, "names": skeleton.names, "parents": skeleton.parents},
        "fps": keypoints.fps,
        "image_size": keypoints.image_size,
    }
    points = [
        [point if seen else None for point, seen in zip(row, flags, strict=True)]
        for row, flags in zip(_shortest(keypoints.points_px), keypoints.seen, strict=True)
    ]
    fields = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in head.items()]
    fields += [_frames("points_px", points), _frames("scores", _shortest(keypoints.scores))]
    write_whole(path, "{\n" + ",\n".join(fields) + "\n}\n")


def _frames(name: str, rows: list) -> str:
    lines = (json.dumps(row, separators=(",", ":"), allow_nan=False) for row in rows)
    return f"{json.dumps(name)}: [\n" + ",\n".join(lines) + "\n]"


def _shortest(values: np.ndarray) -> list:
    """Return float32 numbers as the doubles with the fewest digits that read back the same."""
    return values.astype(str).astype(np.float64).tolist()
