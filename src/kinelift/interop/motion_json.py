"""Read motion.json back into a Recording."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, cast, get_args

import numpy as np

from kinelift.body import (
    WORLD_FROM_CAMERA,
    Camera,
    CameraPose,
    Distortion,
    GroundKnowledge,
    Human36mDistortion,
    Keypoints,
    Motion,
    OpenCVDistortion,
    Person,
    Quality,
    QualitySpan,
    Recording,
    Skeleton,
    Stature,
)
from kinelift.body.camera_motion import UNKNOWN_MOTION, CameraMotion, CameraMotionKind
from kinelift.body.ground import NOT_KNOWN, GroundSource
from kinelift.body.quality_spans import Doubt, SpanKind
from kinelift.interop.file_beginnings import beginning

FORMAT = "kinelift.motion"
SCHEMA_VERSION = 1
"""Raised when a reader of the older version would misread a file; new keys alone do not raise it."""


def read_recording(path: str | os.PathLike[str]) -> Recording:
    """Read a motion.json; null becomes NaN in 2D and in what tells quality."""
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"{path}: no such file.")
    if path.is_dir():
        raise ValueError(f"{path}: is a folder; name the motion.json in it.")
    document = _document(path)
    try:
        return _recording(document)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def _document(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        if beginning(file).startswith("an archive"):
            raise ValueError(
                f"{path}: is an .npz, not a motion.json; kinelift.load_motion reads a motion.npz."
            )
    try:
        document = json.loads(path.read_text("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise ValueError(
            f"{path}: not readable as JSON ({error}). It is cut short or something else."
        ) from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ValueError(f'{path}: not a motion.json of kinelift: "format": "{FORMAT}" is missing.')
    return document


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON; null stands for what is not known")


def _recording(document: dict[str, Any]) -> Recording:
    version = _get(document, "schema_version", int)
    if version > SCHEMA_VERSION:
        raise ValueError(
            f"schema version {version}, and this kinelift reads up to {SCHEMA_VERSION}; upgrade it."
        )
    image_size = _image_size(document)
    fps = _number(document, "fps")
    return Recording(
        people=_people(document, fps, image_size),
        image_size=image_size,
        fps=fps,
        times_seconds=_array(document, "times_seconds", np.float64, (None,)),
        camera=_camera(_get(document, "camera", dict)),
        world_from_camera=_array(document, "world_from_camera", np.float64, (4, 4)),
        ground=_ground(document),
        camera_motion=_camera_motion(document),
    )


def _people(document: dict[str, Any], fps: float, image_size: tuple[int, int]) -> tuple[Person, ...]:
    people = _get(document, "people", list)
    if not people:  # and then the file names no skeletons
        return ()
    layouts = _skeleton(document, "skeleton"), _skeleton(document, "keypoint_skeleton")
    return tuple(_person(person, layouts, fps, image_size) for person in people)


def _skeleton(document: dict[str, Any], key: str) -> Skeleton:
    fields = _get(document, key, dict)
    names, parents = _get(fields, "names", list), _get(fields, "parents", list)
    if not all(isinstance(name, str) for name in names) or not all(type(parent) is int for parent in parents):
        raise ValueError(f"{key}: names are texts and parents whole numbers.")
    return Skeleton(_get(fields, "name", str), tuple(names), tuple(parents))


def _person(
    fields: Any, layouts: tuple[Skeleton, Skeleton], fps: float, image_size: tuple[int, int]
) -> Person:
    if not isinstance(fields, dict):
        raise ValueError("people: a list of objects expected.")
    skeleton, keypoint_skeleton = layouts
    frame = _get(fields, "frame", str)
    if frame not in ("camera", "world"):
        raise ValueError(f'frame: "camera" or "world" expected, got {frame!r}.')
    observed = _array(fields, "observed", np.bool_, (None,))
    joints_shape, keypoints_shape = (len(observed), len(skeleton)), (len(observed), len(keypoint_skeleton))
    points_px = _array(fields, "keypoints_px", np.float32, (*keypoints_shape, 2))
    keypoint_scores = _array(fields, "keypoint_scores", np.float32, keypoints_shape)
    motion = Motion(
        joints=_array(fields, "joints", np.float32, (*joints_shape, 3)),
        observed=observed,
        scores=_array(fields, "joint_scores", np.float32, joints_shape),
        skeleton=skeleton,
        fps=fps,
        frame=frame,
    )
    quality = Quality(
        reprojection_px=_array(fields, "reprojection_px", np.float32, (len(observed),)),
        expected_error_m=_expected_error(fields, joints_shape),
        spans=_spans(fields),
    )
    keypoints = Keypoints(points_px, keypoint_scores, keypoint_skeleton, fps, image_size)
    return Person(_get(fields, "id", int), keypoints, motion, quality, _stature(fields))


def _expected_error(fields: dict[str, Any], shape: tuple[int, int]) -> np.ndarray:
    """Files written before models told it lack the key: it is not known there."""
    if "expected_error_m" not in fields:
        return np.full(shape, np.nan, np.float32)
    return _array(fields, "expected_error_m", np.float32, shape)


def _spans(fields: dict[str, Any]) -> tuple[QualitySpan, ...]:
    """Files of older versions lack the key: none are known there."""
    spans = fields.get("quality_spans", [])
    if not isinstance(spans, list) or not all(isinstance(span, dict) for span in spans):
        raise ValueError("quality_spans: a list of objects expected.")
    return tuple(_span(span) for span in spans)


def _span(fields: dict[str, Any]) -> QualitySpan:
    kind, because = _get(fields, "kind", str), _get(fields, "because", list)
    start, stop = (_get(fields, name, int) for name in ("start_frame", "stop_frame"))
    # What is not among the kinds and doubts is refused by the span itself.
    return QualitySpan(cast(SpanKind, kind), start, stop, tuple(cast(Doubt, str(each)) for each in because))


def _camera_motion(document: dict[str, Any]) -> CameraMotion:
    """Files of older versions lack the key: nothing was known."""
    if "camera_motion" not in document:
        return UNKNOWN_MOTION
    fields = _get(document, "camera_motion", dict)
    kind, kinds = fields.get("kind"), get_args(CameraMotionKind)
    if kind not in kinds:
        raise ValueError(f"camera_motion: a kind of {', '.join(kinds)} expected, got {kind!r}.")
    return CameraMotion(kind, _number(fields, "most_degrees"), _number(fields, "most_zoom"))


def _ground(document: dict[str, Any]) -> GroundKnowledge:
    """Files of older versions lack the key: their world was the camera's pose, or else its axes."""
    if "ground" not in document:
        world_from_camera = _array(document, "world_from_camera", np.float64, (4, 4))
        assumed = np.allclose(world_from_camera, WORLD_FROM_CAMERA)
        return NOT_KNOWN if assumed else GroundKnowledge("given", 0.0, 0.0)
    fields = _get(document, "ground", dict)
    source = fields.get("source")
    if source not in get_args(GroundSource):
        raise ValueError(f"ground: a source of {', '.join(get_args(GroundSource))} expected, got {source!r}.")
    return GroundKnowledge(source, _number(fields, "gravity_error_degrees"), _number(fields, "floor_error_m"))


def _stature(fields: dict[str, Any]) -> Stature | None:
    """Files of older versions lack the key: it was not said there."""
    if "stature_m" not in fields:
        return None
    said = _get(fields, "stature_m", dict)
    source = said.get("source")
    if source not in ("given", "guessed"):
        raise ValueError(f'stature_m: source "given" or "guessed" expected, got {source!r}.')
    metres, low, high = (_number(said, name) for name in ("metres", "low", "high"))
    return Stature(metres, low, high, source)


def _camera(fields: dict[str, Any]) -> Camera:
    return Camera(
        image_size=_image_size(fields),
        focal_length=_pair(fields, "focal_length_px"),
        center=_pair(fields, "center_px"),
        distortion=_distortion(fields),
        pose=_pose(fields),
        source=_get(fields, "source", str),
    )


def _distortion(camera: dict[str, Any]) -> Distortion | None:
    if camera.get("distortion") is None:
        return None
    fields = _get(camera, "distortion", dict)
    k1, k2, k3 = _array(fields, "radial", np.float64, (3,)).tolist()
    tangential = _pair(fields, "tangential")
    match fields.get("model"):
        case "opencv":
            return OpenCVDistortion((k1, k2, k3), tangential)
        case "human36m":
            return Human36mDistortion((k1, k2, k3), tangential)
        case other:
            raise ValueError(f'distortion: model "opencv" or "human36m" expected, got {other!r}.')


def _pose(camera: dict[str, Any]) -> CameraPose | None:
    if camera.get("pose") is None:
        return None
    fields = _get(camera, "pose", dict)
    orientation = _array(fields, "orientation_wxyz", np.float64)
    translation = _array(fields, "translation", np.float64)
    if orientation.shape[-1:] != (4,) or translation.shape != (*orientation.shape[:-1], 3):
        raise ValueError(
            f"pose: shapes (..., 4) and (..., 3) expected, got {orientation.shape}, {translation.shape}."
        )
    return CameraPose(orientation, translation)


def _image_size(fields: dict[str, Any]) -> tuple[int, int]:
    size = _array(fields, "image_size", np.float64, (2,))
    return int(size[0]), int(size[1])


def _pair(fields: dict[str, Any], name: str) -> tuple[float, float]:
    first, second = _array(fields, name, np.float64, (2,)).tolist()
    return first, second


def _number(fields: dict[str, Any], name: str) -> float:
    return float(_array(fields, name, np.float64, ()))


def _get(fields: dict[str, Any], name: str, kind: type) -> Any:
    value = fields.get(name)
    if not isinstance(value, kind):
        raise ValueError(f"{name}: {kind.__name__} expected, got {type(value).__name__}.")
    return value


def _array(
    fields: dict[str, Any], name: str, dtype: type, shape: tuple[int | None, ...] | None = None
) -> np.ndarray:
    """Return a list of numbers (null is NaN) as an array of that type and shape, None being any length."""
    if name not in fields:
        raise ValueError(f"{name}: missing.")
    try:
        array = np.array(fields[name], dtype=None if dtype is np.bool_ else np.float64)
        if dtype is np.bool_ and array.dtype != np.bool_:
            raise ValueError("true or false expected")
    except (ValueError, TypeError, OverflowError) as error:
        raise ValueError(f"{name}: not an array of numbers ({error}).") from error
    if shape is not None and not _fits(array.shape, shape):
        wanted = str(shape).replace("None", "any")
        raise ValueError(f"{name}: shape {wanted} expected, got {array.shape}.")
    return array.astype(dtype)


def _fits(actual: tuple[int, ...], expected: tuple[int | None, ...]) -> bool:
    return len(actual) == len(expected) and all(e in (None, a) for a, e in zip(actual, expected, strict=True))
