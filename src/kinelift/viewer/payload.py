"""What the page is told of a recording, as JSON-ready values."""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Float

from kinelift.body import WORLD_FROM_CAMERA, Keypoints, Motion, Person, Recording, Skeleton
from kinelift.viewer.packing import pack, pack_coordinates

METRE_RESOLUTION = 1e-4
PIXEL_RESOLUTION = 0.1
LOW_PERCENTILE = 5.0
"""Of the lowest joint over the frames: a few bad frames must not sink the floor."""
_UNSEEN = {"id": 1, "keypoints": None, "reprojection": None, "expected_error": None, "doubtful": []}
"""What a bare motion has beside it."""


def recording_payload(recording: Recording) -> dict[str, Any]:
    """Describe a recording, its motions brought to the world's frame."""
    motions = [person.motion.to_world(recording.world_from_camera) for person in recording.people]
    in_world = any(person.motion.frame == "world" for person in recording.people)
    floor_known = in_world or not np.allclose(recording.world_from_camera, WORLD_FROM_CAMERA)
    floor = 0.0 if floor_known else lowest_foot(motions)
    return {
        "fps": recording.fps,
        "frames": len(recording.times_seconds),
        "times": pack(recording.times_seconds, "<f4"),
        "image_size": list(recording.image_size),
        "camera_position": (recording.world_from_camera[:3, 3] - [0.0, floor, 0.0]).tolist(),
        "facts": [_floor_fact(floor_known), f"camera {recording.camera.source}"],
        "people": [
            {**_motion(motion, floor), **_seen(person)}
            for person, motion in zip(recording.people, motions, strict=True)
        ],
    }


def motion_payload(motion: Motion) -> dict[str, Any]:
    """Describe a bare motion: one person, no image, no camera."""
    world = motion.to_world()
    floor_known = motion.frame == "world"
    floor = 0.0 if floor_known else lowest_foot([world])
    return {
        "fps": motion.fps,
        "frames": len(motion),
        "times": pack(motion.times_seconds, "<f4"),
        "image_size": None,
        "camera_position": [0.0, -floor, 0.0] if motion.frame == "camera" else [0.0, 1.5, 1e3],
        "facts": [_floor_fact(floor_known)],
        "people": [{**_motion(world, floor), **_UNSEEN}],
    }


def lowest_foot(motions: list[Motion]) -> float:
    """Return the height that the lowest joint of observed frames keeps to, metres."""
    heights = [motion.joints[motion.observed, :, 1].min(axis=1) for motion in motions]
    seen = np.concatenate([*heights, np.zeros(0)])
    return float(np.percentile(seen, LOW_PERCENTILE)) if len(seen) else 0.0


def _floor_fact(known: bool) -> str:
    return "1 m grid on the floor" if known else "1 m grid, floor assumed at the lowest foot"


def _motion(motion: Motion, floor: float) -> dict[str, Any]:
    joints = motion.joints.astype(np.float64) - [0.0, floor, 0.0]
    root = joints[:, :1].astype(np.float32)
    offsets, scale = pack_coordinates(joints - root, METRE_RESOLUTION)
    return {
        "skeleton": _skeleton(motion.skeleton),
        "root": pack(root, "<f4"),
        "offsets": offsets,
        "scale": scale,
        "observed": pack(motion.observed, "u1"),
    }


def _seen(person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "keypoints": _keypoints(person.keypoints),
        "reprojection": pack(person.quality.reprojection_px, "<f4"),
        "expected_error": _expected_error(person.quality.expected_error_m),
        "doubtful": [
            {"start": span.start_frame, "stop": span.stop_frame, "because": list(span.because)}
            for span in person.quality.spans
            if span.kind == "doubtful"
        ],
    }


def _expected_error(metres: Float[np.ndarray, "frame joint"]) -> dict[str, Any] | None:
    if np.isnan(metres).all():
        return None
    packed, scale = pack_coordinates(metres, METRE_RESOLUTION)
    return {"metres": packed, "scale": scale}


def _keypoints(keypoints: Keypoints) -> dict[str, Any]:
    points, scale = pack_coordinates(keypoints.points_px, PIXEL_RESOLUTION)
    return {
        "skeleton": _skeleton(keypoints.skeleton),
        "points": points,
        "scale": scale,
        "scores": pack(_score_bytes(keypoints.scores), "u1"),
    }


def _score_bytes(scores: Float[np.ndarray, "frame joint"]) -> np.ndarray:
    """Return scores as 0 to 255; 0 only where nothing was seen."""
    return np.where(scores > 0, np.clip(np.round(scores * 255), 1, 255), 0)


def _skeleton(skeleton: Skeleton) -> dict[str, Any]:
    sides = [_side(name) for name in skeleton.names]
    return {"names": list(skeleton.names), "parents": list(skeleton.parents), "sides": sides}


def _side(joint: str) -> str:
    return next((side for side in ("left", "right") if joint.startswith(f"{side}_")), "center")
