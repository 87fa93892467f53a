"""MediaPipe's pose landmarks as people dump them to JSON: 33 a body, x and y as shares of the image.

A list of frames, or {"frames": [...]}, which may say "fps", "width" and "height" beside it. A frame is null, or its
landmarks, alone or under "pose_landmarks", "landmarks" or "landmark"; of the tasks API a list of bodies. A landmark is
{"x", "y", "z", "visibility"} or [x, y, z, visibility]; z is left out. World landmarks are joints in 3D, not keypoints.
Landmarks in a CSV are read as any table of keypoints is. Source: ai.google.dev, pose landmarker.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from kinelift.body import BLAZEPOSE_33
from kinelift.interop.keypoint_frames import Detection, Frame, floats, frames_in
from kinelift.interop.keypoint_source import KeypointFormat, Source
from kinelift.interop.keypoint_track import Track, rate_from, size_from
from kinelift.interop.keypoint_tracks import tracks_of

KEYS = ("pose_landmarks", "poseLandmarks", "landmarks", "landmark", "keypoints")
WORLD_KEYS = ("pose_world_landmarks", "poseWorldLandmarks", "world_landmarks", "worldLandmarks")
NUMBERS = ("frame", "frame_id", "frame_number", "frame_index")


def _recognises(source: Source) -> bool:
    frames = _listed(source.sample)
    first = next((frame for frame in frames or [] if frame), None)
    if _world(first):
        return True
    try:
        return bool(_bodies(first, "frame"))
    except ValueError:
        return False


def _listed(document: Any) -> list[Any] | None:
    """Return the frames; a lone body is one."""
    match document:
        case {"frames": list(frames)}:
            return frames
        case list() if _is_body(document):
            return [document]
        case list():
            return document
        case dict() if any(key in document for key in (*KEYS, *WORLD_KEYS)):
            return [document]
        case _:
            return None


def _is_body(value: Any) -> bool:
    """Tell a list of landmarks by its first."""
    match value:
        case [{"x": _, "y": _}, *_]:
            return True
        case [[int() | float(), *_], *_]:
            return len(value) == len(BLAZEPOSE_33)
        case _:
            return False


def _world(frame: Any) -> bool:
    return (
        isinstance(frame, dict) and any(k in frame for k in WORLD_KEYS) and not any(k in frame for k in KEYS)
    )


def _bodies(frame: Any, where: str) -> list[list[Any]]:
    """Return the bodies of a frame, each a list of landmarks."""
    if not frame:
        return []
    match frame:
        case list() if _is_body(frame):
            return [frame]
        case [*bodies]:
            return [body for each in bodies for body in _bodies(each, where)]
        case dict() if _world(frame):
            raise ValueError(f"{where}: world landmarks are joints in 3D; dump pose_landmarks.")
        case dict():
            for key in KEYS:
                if key in frame:
                    return _bodies(frame[key], where)
    raise ValueError(f"{where}: MediaPipe's landmarks expected, under one of {', '.join(KEYS)}.")


def _frames(document: Any) -> Iterator[Frame]:
    frames = _listed(document)
    if frames is None:
        raise ValueError("MediaPipe's list of frames expected.")
    numbered = all(isinstance(f, dict) and any(isinstance(f.get(n), int) for n in NUMBERS) for f in frames)
    for place, frame in enumerate(frames):
        number = next(frame[n] for n in NUMBERS if n in frame) if numbered else place
        where = f"frame {number}"
        yield Frame(str(number), tuple(_person(body, where) for body in _bodies(frame, where)))


def _person(landmarks: list[Any], where: str) -> Detection:
    if len(landmarks) != len(BLAZEPOSE_33):
        raise ValueError(f"{where}: {len(BLAZEPOSE_33)} landmarks expected, got {len(landmarks)}.")
    values = floats([_landmark(landmark, where) for landmark in landmarks], where)
    return Detection(values[:, :2], np.clip(values[:, 2], 0.0, 1.0))


def _landmark(landmark: Any, where: str) -> tuple[Any, Any, Any]:
    """Return x, y and visibility, which is 1 where none is told."""
    match landmark:
        case {"x": x, "y": y}:
            told = (landmark[key] for key in ("visibility", "score", "presence") if key in landmark)
            return x, y, next(told, 1.0)
        case [x, y] | [x, y, _]:
            return x, y, 1.0
        case [x, y, _, visibility, *_]:
            return x, y, visibility
        case _:
            raise ValueError(f"{where}: x, y, z and visibility of each landmark expected, got {landmark!r}.")


def _read(source: Source) -> tuple[Track, ...]:
    fps, size = None, None
    if isinstance(source.sample, dict):
        said = source.sample
        fps = rate_from(said["fps"], "fps") if "fps" in said else None
        size = said.get("image_size", [said.get("width"), said.get("height")])
    return tracks_of(
        source,
        frames_in(source, _frames),
        {len(BLAZEPOSE_33): BLAZEPOSE_33},
        skeleton=BLAZEPOSE_33,
        fps=fps,
        image_size=None if size is None or None in size else size_from(size, "image_size"),
    )


MEDIAPIPE = KeypointFormat("mediapipe", "MediaPipe's landmarks", _recognises, _read)
