"""motion.json: a whole recording as text, described by the JSON Schema beside this file."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict
from importlib import resources
from typing import Any

import numpy as np

from kinelift.body import (
    Camera,
    CameraPose,
    Distortion,
    GroundKnowledge,
    Human36mDistortion,
    OpenCVDistortion,
    Recording,
    Skeleton,
)
from kinelift.body.rows import PersonRows, RecordingRows, Rows, stretches
from kinelift.export.span_fields import span_fields
from kinelift.interop.motion_json import FORMAT, SCHEMA_VERSION
from kinelift.whole_files import replacing

METRE_DECIMALS = 4
"""A tenth of a millimetre."""
PIXEL_DECIMALS = 2
SCORE_DECIMALS = 3
SECOND_DECIMALS = 6
FRAMES_AT_A_TIME = 2048

UNITS = {"length": "metre", "image": "pixel", "time": "second", "angle": "radian"}
AXES = {
    "image": "x right, y down; (0, 0) is the top-left corner of the image, (width, height) its bottom-right",
    "camera": "x right, y down, z forward",
    "world": "Y up, right-handed, floor at 0; world_from_camera @ [x, y, z, 1] brings camera points there",
}


def write_motion_json(recording: Recording | RecordingRows, path: str | os.PathLike[str]) -> None:
    """Write a recording, one line a frame.

    Joints and their expected errors are rounded to 0.1 mm and keypoints to 0.01 px; null stands where nothing is
    known. Joints stay in the frame each motion is in ("camera" from lifting), with world_from_camera beside them.
    """
    rows = RecordingRows.of(recording) if isinstance(recording, Recording) else recording
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(_document(rows))


def motion_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) that every motion.json meets."""
    return json.loads(resources.files("kinelift.export").joinpath("motion.schema.json").read_text("utf-8"))


def _document(recording: RecordingRows) -> Iterator[str]:
    """Yield the file piece by piece, so that a long recording never stands in memory as text."""
    motions = [person.motion.skeleton for person in recording.people]
    keypoints = [person.keypoints.skeleton for person in recording.people]
    yield "{\n"
    yield from _fields(
        {
            "format": FORMAT,
            "schema_version": SCHEMA_VERSION,
            "units": UNITS,
            "axes": AXES,
            "skeleton": _shared_skeleton("motion", motions),
            "keypoint_skeleton": _shared_skeleton("keypoint", keypoints),
            "fps": recording.fps,
            "n_frames": len(recording),
        }
    )
    yield from _one_line("times_seconds", recording.times_seconds, SECOND_DECIMALS)
    yield from _fields(
        {
            "image_size": recording.image_size,
            "camera": _camera(recording.camera),
            "world_from_camera": recording.world_from_camera.tolist(),
            "camera_motion": asdict(recording.camera_motion),
            "ground": _ground(recording.ground),
        }
    )
    yield '"people": ['
    for index, person in enumerate(recording.people):
        yield ",\n{\n" if index else "\n{\n"
        yield from _person(person, recording)
        yield "}"
    yield "\n]\n}\n"


def _person(person: PersonRows, recording: RecordingRows) -> Iterator[str]:
    motion, keypoints = person.motion, person.keypoints
    spans = [span_fields(span, recording.times_seconds, recording.fps) for span in person.spans]
    told: dict[str, Any] = {"quality_spans": spans} if spans else {}
    if person.stature is not None:
        told["stature_m"] = asdict(person.stature)
    yield from _fields({"id": person.id, "frame": motion.frame, **told})
    yield from _one_line("observed", motion.observed, 0)
    yield from _rows("keypoints_px", keypoints.points_px, PIXEL_DECIMALS)
    yield from _rows("keypoint_scores", keypoints.scores, SCORE_DECIMALS, _score_digits)
    yield from _rows("joints", motion.joints, METRE_DECIMALS)
    yield from _rows("root", motion.joints, METRE_DECIMALS, lambda joints: joints[:, 0])
    yield from _rows("joint_scores", motion.scores, SCORE_DECIMALS, _score_digits)
    yield from _rows("expected_error_m", person.expected_error_m, METRE_DECIMALS)
    yield from _one_line("reprojection_px", person.reprojection_px, PIXEL_DECIMALS, last=True)


def _fields(fields: dict[str, Any]) -> Iterator[str]:
    for name, value in fields.items():
        yield f"{json.dumps(name)}: {json.dumps(value, allow_nan=False)},\n"


def _rows(
    name: str, rows: Rows, decimals: int, change: Callable[[np.ndarray], np.ndarray] = np.asarray
) -> Iterator[str]:
    """Yield a list with a line a frame."""
    yield f'"{name}": ['
    for part in stretches(rows.shape[0], FRAMES_AT_A_TIME):
        for index, row in enumerate(change(rows[part]), start=part.start):
            yield f"{',' if index else ''}\n{_numbers(row, decimals)}"
    yield "\n],\n"


def _one_line(name: str, rows: Rows, decimals: int, *, last: bool = False) -> Iterator[str]:
    """Yield a list of a value a frame on one line."""
    yield f'"{name}": ['
    for part in stretches(rows.shape[0], FRAMES_AT_A_TIME):
        yield ("," if part.start else "") + _numbers(rows[part], decimals)[1:-1]
    yield "]\n" if last else "],\n"


def _numbers(array: np.ndarray, decimals: int) -> str:
    """Return an array as JSON, null for what is not finite. In float64, as rounded float32 prints all its digits."""
    if array.dtype == np.bool_:
        return json.dumps(array.tolist(), separators=(",", ":"))
    rounded = np.round(array.astype(np.float64), decimals) + 0.0  # + 0.0 makes -0.0 plain
    rounded[~np.isfinite(rounded)] = np.nan
    return json.dumps(rounded.tolist(), separators=(",", ":")).replace("NaN", "null")


def _score_digits(scores: np.ndarray) -> np.ndarray:
    """Keep positive scores positive when rounded, since 0 means that nothing was seen."""
    return np.where(scores > 0, np.maximum(scores, 10.0**-SCORE_DECIMALS), 0.0)


def _shared_skeleton(kind: str, skeletons: list[Skeleton]) -> dict[str, Any] | None:
    different = sorted({skeleton.name for skeleton in skeletons if skeleton != skeletons[0]})
    if different:
        raise ValueError(
            f"people: one {kind} skeleton a file, got {', '.join([skeletons[0].name, *different])}. "
            "Write them to files of their own or convert with map_skeleton(...)."
        )
    if not skeletons:
        return None
    shared = skeletons[0]
    return {"name": shared.name, "names": shared.names, "parents": shared.parents}


def _camera(camera: Camera) -> dict[str, Any]:
    return {
        "source": camera.source,
        "image_size": camera.image_size,
        "focal_length_px": camera.focal_length,
        "center_px": camera.center,
        "distortion": None if camera.distortion is None else _distortion(camera.distortion),
        "pose": None if camera.pose is None else _pose(camera.pose),
    }


def _ground(known: GroundKnowledge) -> dict[str, Any]:
    errors = {"gravity_error_degrees": known.gravity_error_degrees, "floor_error_m": known.floor_error_m}
    return {
        "source": known.source,
        **{name: round(value, 4) if math.isfinite(value) else None for name, value in errors.items()},
    }


def _distortion(distortion: Distortion) -> dict[str, Any]:
    match distortion:
        case OpenCVDistortion(radial, tangential):
            return {"model": "opencv", "radial": radial, "tangential": tangential}
        case Human36mDistortion(radial, tangential):
            return {"model": "human36m", "radial": radial, "tangential": tangential}


def _pose(pose: CameraPose) -> dict[str, Any]:
    return {"orientation_wxyz": pose.orientation.tolist(), "translation": pose.translation.tolist()}
