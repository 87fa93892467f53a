"""Keypoints of a turning camera, as the camera of the first frame would have seen them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from jaxtyping import Float

from kinelift.body.camera import Camera
from kinelift.body.rows import KeypointRows, MadeRows
from kinelift.tracking.camera_watch import CameraPath

LEAST_FORWARD = 0.1
"""Of a ray's length, along the first camera's axis: what is farther aside cannot be told in its pixels."""


def taken_back(keypoints: KeypointRows, path: CameraPath, camera: Camera) -> KeypointRows:
    """Turn keypoints of a camera that turned or zoomed back into the first frame's view; others stay as they are.

    Points may come to lie outside the image. Lens distortion is not taken into account. Rows are made when read.
    """
    if path.motion.kind != "turned":
        return keypoints
    focal, center = np.array(camera.focal_length), np.array(camera.center)

    def seen(start: int, stop: int) -> Float[np.ndarray, "frame joint 2"]:
        rotations, zooms = path.rotations[start:stop], path.zooms[start:stop]
        aside = (keypoints.points_px[start:stop] - center) / (focal * zooms[:, None, None])
        rays = np.concatenate((aside, np.ones((*aside.shape[:-1], 1))), axis=-1)
        rays = rays / np.linalg.norm(rays, axis=-1, keepdims=True)
        rays = np.einsum("tij,tkj->tki", rotations, rays)
        forward = np.where(rays[..., 2:] > LEAST_FORWARD, rays[..., 2:], np.nan)
        return rays[..., :2] / forward * focal + center

    shape, dtype = keypoints.points_px.shape, keypoints.points_px.dtype
    points = MadeRows(shape, dtype, lambda start, stop: seen(start, stop).astype(dtype))

    def known(start: int, stop: int) -> Float[np.ndarray, "frame joint"]:
        there = np.isfinite(points[start:stop]).all(-1)
        return np.where(there, keypoints.scores[start:stop], 0.0).astype(keypoints.scores.dtype)

    scores = MadeRows(keypoints.scores.shape, keypoints.scores.dtype, known)
    return replace(keypoints, points_px=points, scores=scores)
