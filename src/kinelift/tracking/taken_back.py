"""Keypoints of a turning camera, as the camera of the first frame would have seen them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from jaxtyping import Float

from kinelift.body.camera import Camera
from kinelift.body.rows import KeypointRows, MadeRows
from kinelift.tracking.camera_turn import Lens
from kinelift.tracking.camera_watch import CameraPath

LEAST_FORWARD = 0.1
"""Of a ray's length, along the first camera's axis: what is farther aside cannot be told in its pixels."""


def taken_back(keypoints: KeypointRows, path: CameraPath, camera: Camera) -> KeypointRows:
    """Turn keypoints of a camera that turned or zoomed back into the first frame's view; others stay as they are.

    Points may come to lie outside the image. Lens distortion is not taken into account. Rows are made when read.
    """
    if path.motion.kind != "turned":
        return keypoints
    lens = Lens.of(camera, 1.0)

    def seen(start: int, stop: int) -> Float[np.ndarray, "frame joint 2"]:
        rays = lens.rays(keypoints.points_px[start:stop], path.zooms[start:stop][:, None])
        rays = np.einsum("tij,tkj->tki", path.rotations[start:stop], rays)
        return np.where(rays[..., 2:] > LEAST_FORWARD, lens.picture(rays, 1.0), np.nan)

    shape, dtype = keypoints.points_px.shape, keypoints.points_px.dtype
    points = MadeRows(shape, dtype, lambda start, stop: seen(start, stop).astype(dtype))

    def known(start: int, stop: int) -> Float[np.ndarray, "frame joint"]:
        there = np.isfinite(points[start:stop]).all(-1)
        return np.where(there, keypoints.scores[start:stop], 0.0).astype(keypoints.scores.dtype)

    scores = MadeRows(keypoints.scores.shape, keypoints.scores.dtype, known)
    return replace(keypoints, points_px=points, scores=scores)
