"""What the page is told of a recording, as JSON-ready values and arrays to be packed."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from jaxtyping import Float

from kinelift.body import WORLD_FROM_CAMERA, Skeleton
from kinelift.body.rows import KeypointRows, MadeRows, MotionRows, PersonRows, RecordingRows, Rows
from kinelift.viewer.packing import Packed, pack_coordinates, parts

METRE_RESOLUTION = 1e-4
PIXEL_RESOLUTION = 0.1
LOW_PERCENTILE = 5.0
"""Of the lowest joint over the frames: a few bad frames must not sink the floor."""
_UNSEEN = {"id": 1, "keypoints": None, "reprojection": None, "expected_error": None, "doubtful": []}
"""What a bare motion has beside it."""


def recording_payload(recording: RecordingRows) -> dict[str, Any]:
    """Describe a recording, its motions brought to the world's frame."""
    motions = [person.motion.to_world(recording.world_from_camera) for person in recording.people]
    in_world = any(person.motion.frame == "world" for person in recording.people)
    floor_known = in_world or _holds_floor(recording)
    floor = 0.0 if floor_known else lowest_foot(motions)
    return {
        "fps": recording.fps,
        "frames": len(recording),
        "times": Packed(recording.times_seconds, "<f4"),
        "image_size": list(recording.image_size),
        "camera_position": (recording.world_from_camera[:3, 3] - [0.0, floor, 0.0]).tolist(),
        "facts": [_floor_fact(floor_known), *_known(recording), f"camera {recording.camera.source}"],
        "people": [
            {**_motion(motion, floor), **_seen(person)}
            for person, motion in zip(recording.people, motions, strict=True)
        ],
    }


def motion_payload(motion: MotionRows) -> dict[str, Any]:
    """Describe a bare motion: one person, no image, no camera."""
    world = motion.to_world()
    floor_known = motion.frame == "world"
    floor = 0.0 if floor_known else lowest_foot([world])
    return {
        "fps": motion.fps,
        "frames": len(motion),
        "times": Packed(motion.times_seconds, "<f4"),
        "image_size": None,
        "camera_position": [0.0, -floor, 0.0] if motion.frame == "camera" else [0.0, 1.5, 1e3],
        "facts": [_floor_fact(floor_known)],
        "people": [{**_motion(world, floor), **_UNSEEN}],
    }


def lowest_foot(motions: list[MotionRows]) -> float:
    """Return the height that the lowest joint of observed frames keeps to, metres."""
    heights = [
        motion.joints[part][motion.observed[part], :, 1].min(axis=1)
        for motion in motions
        for part in parts(len(motion))
    ]
    seen = np.concatenate([*heights, np.zeros(0)])
    return float(np.percentile(seen, LOW_PERCENTILE)) if len(seen) else 0.0


def _floor_fact(known: bool) -> str:
    return "1 m grid on the floor" if known else "1 m grid, floor assumed at the lowest foot"


def _holds_floor(recording: RecordingRows) -> bool:
    if recording.ground.source == "found":
        return math.isfinite(recording.ground.floor_error_m)
    return not np.allclose(recording.world_from_camera, WORLD_FROM_CAMERA)


def _known(recording: RecordingRows) -> list[str]:
    """Say how gravity was found and how the camera moved, where there is something to say."""
    said = []
    if recording.ground.source == "found":
        said.append(f"upright within {recording.ground.gravity_error_degrees:.0f} degrees")
    motion = recording.camera_motion
    if motion.kind == "moved":
        said.append("the root is relative to a moving camera")
    if motion.kind == "turned":
        said.append(f"a camera that turns by up to {motion.most_degrees:.0f} degrees, taken back")
    return said


def _motion(motion: MotionRows, floor: float) -> dict[str, Any]:
    def roots(start: int, stop: int) -> Float[np.ndarray, "frame 3"]:
        return (motion.joints[start:stop][:, 0].astype(np.float64) - [0.0, floor, 0.0]).astype(np.float32)

    def away(start: int, stop: int) -> Float[np.ndarray, "frame joint 3"]:
        joints = motion.joints[start:stop].astype(np.float64) - [0.0, floor, 0.0]
        return joints - roots(start, stop)[:, None]

    offsets, scale = pack_coordinates(
        MadeRows(motion.joints.shape, np.dtype(np.float64), away), METRE_RESOLUTION
    )
    return {
        "skeleton": _skeleton(motion.skeleton),
        "root": Packed(MadeRows((len(motion), 3), np.dtype(np.float32), roots), "<f4"),
        "offsets": offsets,
        "scale": scale,
        "observed": Packed(motion.observed, "u1"),
    }


def _seen(person: PersonRows) -> dict[str, Any]:
    return {
        "id": person.id,
        "keypoints": _keypoints(person.keypoints),
        "reprojection": Packed(person.reprojection_px, "<f4"),
        "expected_error": _expected_error(person.expected_error_m),
        "doubtful": [
            {"start": span.start_frame, "stop": span.stop_frame, "because": list(span.because)}
            for span in person.spans
            if span.kind == "doubtful"
        ],
    }


def _expected_error(metres: Rows) -> dict[str, Any] | None:
    if all(np.isnan(metres[part]).all() for part in parts(metres.shape[0])):
        return None
    packed, scale = pack_coordinates(metres, METRE_RESOLUTION)
    return {"metres": packed, "scale": scale}


def _keypoints(keypoints: KeypointRows) -> dict[str, Any]:
    points, scale = pack_coordinates(keypoints.points_px, PIXEL_RESOLUTION)
    return {
        "skeleton": _skeleton(keypoints.skeleton),
        "points": points,
        "scale": scale,
        "scores": Packed(keypoints.scores, "u1", _score_bytes),
    }


def _score_bytes(scores: np.ndarray) -> np.ndarray:
    """Return scores as 0 to 255; 0 only where nothing was seen."""
    return np.where(scores > 0, np.clip(np.round(scores * 255), 1, 255), 0)


def _skeleton(skeleton: Skeleton) -> dict[str, Any]:
    sides = [_side(name) for name in skeleton.names]
    return {"names": list(skeleton.names), "parents": list(skeleton.parents), "sides": sides}


def _side(joint: str) -> str:
    return next((side for side in ("left", "right") if joint.startswith(f"{side}_")), "center")
