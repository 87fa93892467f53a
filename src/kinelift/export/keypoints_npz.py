"""Keypoints as an .npz of plain arrays; `kinelift.interop.keypoints_npz` describes and reads it."""

from __future__ import annotations

import os

import numpy as np

from kinelift.body import Keypoints
from kinelift.body.rows import KeypointRows, Rows
from kinelift.export.npz import write_npz
from kinelift.interop.keypoints_npz import FORMAT, SCHEMA_VERSION
from kinelift.whole_files import replacing


def write_keypoints_npz(
    keypoints: Keypoints | KeypointRows, path: str | os.PathLike[str], *, note: str | None = None
) -> None:
    """Write one person's keypoints; `note` says in words where they come from.

    Rows are read a stretch at a time, so that memory does not grow with their number.
    """
    arrays: dict[str, Rows] = {
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
        write_npz(file, arrays)
