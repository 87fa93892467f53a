"""Keypoints as an .npz of plain arrays; `kinelift.interop.keypoints_npz` describes and reads it."""

from __future__ import annotations

import os

import numpy as np

from kinelift.body import Keypoints
from kinelift.export.atomic import replacing
from kinelift.interop.keypoints_npz import FORMAT, SCHEMA_VERSION


def write_keypoints_npz(
    keypoints: Keypoints, path: str | os.PathLike[str], *, note: str | None = None
) -> None:
    """Write one person's keypoints; `note` says in words where they come from."""
    arrays = {
        "format": np.array(FORMAT),
        "schema_version": np.array(SCHEMA_VERSION),
        "points_px": keypoints.points_px,
        "scores": keypoints.scores,
        "skeleton": np.array(keypoints.skeleton.name),
        "skeleton_names": np.array(keypoints.skeleton.names),
        "skeleton_parents": np.array(keypoints.skeleton.parents),
        "fps": np.array(keypoints.fps),
        "image_size": np.array(keypoints.image_size),
        **({} if note is None else {"note": np.array(note)}),
    }
    with replacing(path) as temporary, temporary.open("wb") as file:
        np.savez_compressed(file, **arrays)
