"""motion.npz: one person's motion as plain arrays, read by `numpy.load` alone and never unpickled."""

from __future__ import annotations

import os

import numpy as np

from kinelift.body import Motion, Person, Skeleton
from kinelift.body.quality_spans import frames_of
from kinelift.body.rows import KeypointRows, MadeRows, MotionRows, PersonRows, Rows
from kinelift.export.npz import write_npz
from kinelift.interop.motion_npz import FORMAT, SCHEMA_VERSION
from kinelift.whole_files import replacing

Arrays = dict[str, Rows]


def write_motion_npz(person: Person | Motion | PersonRows | MotionRows, path: str | os.PathLike[str]) -> None:
    """Write one person's motion, in the frame it is in, to an .npz of plain arrays.

    Always: format, schema_version, joints (frame, joint, 3) metres float32, observed (frame,) bool,
    scores (frame, joint) float32, root (frame, 3), times_seconds (frame,) from the first row, fps,
    frame ("camera" or "world"), skeleton_name, skeleton_names, skeleton_parents.

    Of a person also: person_id, doubtful (frame,) bool where spans are known, reprojection_px (frame,) NaN if
    unobserved, expected_error_m (frame, joint) metres float32, NaN if unobserved or not told by the model,
    keypoints_px (frame, keypoint, 2) NaN where unseen, keypoints_scores, keypoints_name, keypoints_names,
    keypoints_parents, image_size (width, height).

    Rows are read a stretch at a time, so that memory does not grow with their number.
    """
    match person:
        case Person():
            arrays = _person_arrays(PersonRows.of(person))
        case PersonRows():
            arrays = _person_arrays(person)
        case Motion():
            arrays = _motion_arrays(MotionRows.of(person))
        case MotionRows():
            arrays = _motion_arrays(person)
    with replacing(path) as temporary, temporary.open("wb") as file:
        write_npz(file, arrays)


def _motion_arrays(motion: MotionRows) -> Arrays:
    frames = len(motion)
    return {
        "format": np.array(FORMAT),
        "schema_version": np.array(SCHEMA_VERSION),
        "joints": _as(motion.joints, np.float32),
        "observed": _as(motion.observed, np.bool_),
        "scores": _as(motion.scores, np.float32),
        "root": MadeRows(
            (frames, 3), np.dtype(np.float32), lambda a, b: motion.joints[a:b][:, 0].astype(np.float32)
        ),
        "times_seconds": motion.times_seconds,
        "fps": np.array(motion.fps, dtype=np.float64),
        "frame": np.array(motion.frame),
        **_skeleton_arrays("skeleton", motion.skeleton),
    }


def _person_arrays(person: PersonRows) -> Arrays:
    return {
        **_motion_arrays(person.motion),
        "person_id": np.array(person.id),
        **({"doubtful": frames_of(person.spans, "doubtful")} if person.spans else {}),
        "reprojection_px": _as(person.reprojection_px, np.float32),
        "expected_error_m": _as(person.expected_error_m, np.float32),
        **_keypoint_arrays(person.keypoints),
    }


def _keypoint_arrays(keypoints: KeypointRows) -> Arrays:
    return {
        "keypoints_px": _as(keypoints.points_px, np.float32),
        "keypoints_scores": _as(keypoints.scores, np.float32),
        "image_size": np.array(keypoints.image_size),
        **_skeleton_arrays("keypoints", keypoints.skeleton),
    }


def _skeleton_arrays(prefix: str, skeleton: Skeleton) -> Arrays:
    return {
        f"{prefix}_name": np.array(skeleton.name),
        f"{prefix}_names": np.array(skeleton.names),
        f"{prefix}_parents": np.array(skeleton.parents),
    }


def _as(rows: Rows, type: type[np.generic]) -> Rows:
    return MadeRows(rows.shape, np.dtype(type), lambda start, stop: rows[start:stop].astype(type))
