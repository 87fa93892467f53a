"""Pixels to rays, a frame at a time."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from kinelift.body.camera import Camera
from kinelift.geometry.projection import unproject


class LineOfSight:
    """`unproject` for one camera; through a lens without distortion in no time."""

    def __init__(self, camera: Camera) -> None:
        self._camera = camera
        self._center, self._focal = np.array(camera.center), np.array(camera.focal_length)

    def rays(
        self, points_px: Float[np.ndarray, "stream joint 2"], scores: Float[np.ndarray, "stream joint"]
    ) -> tuple[Float[np.ndarray, "stream joint 2"], Float[np.ndarray, "stream joint"]]:
        """Return rays, finite throughout, and scores, which are 0 where the lens maps no ray to a point."""
        if self._camera.distortion is None:
            return (points_px - self._center) / self._focal, scores
        rays = unproject(self._camera, points_px)
        mapped = np.isfinite(rays).all(-1)
        return np.where(mapped[..., None], rays, 0.0), np.where(mapped, scores, 0.0)
