"""motion.npz: one person's motion as plain arrays, read by `numpy.load` alone and never unpickled."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from kinelift.body import Keypoints, Motion, Person, Skeleton
from kinelift.export.atomic import replacing
from kinelift.interop.motion_npz import FORMAT, SCHEMA_VERSION

Arrays = dict[str, Any]


def write_motion_npz(person: Person | Motion, path: str | os.PathLike[str]) -> None:
    """Write one person's motion, in the frame it is in, to an .npz of plain arrays.

    Always: format, schema_version, joints (frame, joint, 3) metres float32, observed (frame,) bool,
    scores (frame, joint) float32, root (frame, 3), times_seconds (frame,) from the first row, fps,
    frame ("camera" or "world"), skeleton_name, skeleton_names, skeleton_parents.

    Of a Person also: person_id, reprojection_px (frame,) NaN if unobserved, keypoints_px
    (frame, keypoint, 2) NaN where unseen, keypoints_scores, keypoints_name, keypoints_names,
    keypoints_parents, image_size (width, height).
    """
    arrays = _person_arrays(person) if isinstance(person, Person) else _motion_arrays(person)
    with replacing(path) as temporary, temporary.open("wb") as file:
        np.savez_compressed(file, **arrays)


def _motion_arrays(motion: Motion) -> Arrays:
    joints = motion.joints.astype(np.float32)
    return {
        "format": np.array(FORMAT),
        "schema_version": np.array(SCHEMA_VERSION),
        "joints": joints,
        "observed": motion.observed.astype(np.bool_),
        "scores": motion.scores.astype(np.float32),
        "root": joints[:, 0],
        "times_seconds": motion.times_seconds,
        "fps": np.array(motion.fps, dtype=np.float64),
        "frame": np.array(motion.frame),
        **_skeleton_arrays("skeleton", motion.skeleton),
    }


def _person_arrays(person: Person) -> Arrays:
    return {
        **_motion_arrays(person.motion),
        "person_id": np.array(person.id),
        "reprojection_px": person.quality.reprojection_px.astype(np.float32),
        **_keypoint_arrays(person.keypoints),
    }


def _keypoint_arrays(keypoints: Keypoints) -> Arrays:
    return {
        "keypoints_px": keypoints.points_px.astype(np.float32),
        "keypoints_scores": keypoints.scores.astype(np.float32),
        "image_size": np.array(keypoints.image_size),
        **_skeleton_arrays("keypoints", keypoints.skeleton),
    }


def _skeleton_arrays(prefix: str, skeleton: Skeleton) -> Arrays:
    return {
        f"{prefix}_name": np.array(skeleton.name),
        f"{prefix}_names": np.array(skeleton.names),
        f"{prefix}_parents": np.array(skeleton.parents),
    }
