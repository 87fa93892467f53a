"""How a camera that stays in its place was turned between two pictures: what fits most of the points seen in both."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinelift.body.camera import Camera
from kinelift.geometry.rotations import quaternion_from_axis_angle, quaternion_to_matrix

AGREEING_PX = 1.5
"""How far from where the camera's turning has them points may be."""
FITS = 6
"""Steps to the turning that fits."""
WIDEST_FIT = 8.0
"""Of AGREEING_PX, how far off points still count in the first step; half as far in each after it."""

_BEHIND = 0.05
"""Of a ray's length along the axis: what is seen farther aside is taken to be there."""
_LARGEST_STEP = 0.2
"""Of the zoom's logarithm."""


@dataclass(frozen=True, eq=False)
class View:
    """How a camera is turned and zoomed, against the first picture's."""

    rotation: Float[np.ndarray, "3 3"]
    """First camera from this one."""
    zoom: float
    """Focal length over the first's."""

    def degrees_from_first(self) -> float:
        """Return the angle it has turned by."""
        return math.degrees(math.acos(np.clip((np.trace(self.rotation) - 1.0) / 2.0, -1.0, 1.0)))


FIRST_VIEW = View(np.eye(3), 1.0)


@dataclass(frozen=True, eq=False)
class Lens:
    """What the first camera's pictures are seen through."""

    focal_px: Float[np.ndarray, " 2"]
    center_px: Float[np.ndarray, " 2"]

    @classmethod
    def of(cls, camera: Camera, scale: float) -> Lens:
        """Return the lens of a camera's pictures made smaller; its distortion is left out."""
        return cls(scale * np.array(camera.focal_length), scale * np.array(camera.center))

    def seen_from(
        self, points: Float[np.ndarray, "point 2"], view: View, other: View
    ) -> Float[np.ndarray, "point 2"]:
        """Return where points of one view's picture, pixels, are in another's."""
        return self.picture(self.rays(points, view.zoom) @ (other.rotation.T @ view.rotation).T, other.zoom)

    def fit(
        self,
        points: Float[np.ndarray, "point 2"],
        points_in_other: Float[np.ndarray, "point 2"],
        other: View,
        start: View,
    ) -> tuple[View, Float[np.ndarray, " point"]]:
        """Find the view in which `points` are seen that `other` sees as `points_in_other`, and how far each is off.

        Gauss and Newton's steps with Geman and McClure's weights, from `start`: points that went their own way, on
        bodies that walk about, are left behind.
        """
        turn, zoom, width = other.rotation.T @ start.rotation, start.zoom, WIDEST_FIT * AGREEING_PX
        for _ in range(FITS):
            rays = self.rays(points, zoom) @ turn.T
            away = points_in_other - self.picture(rays, other.zoom)
            weights = 1.0 / (1.0 + (away**2).sum(-1) / width**2) ** 2
            slopes = self._slopes(rays, turn, other.zoom)
            normal = np.einsum("pxi,p,pxj->ij", slopes, weights, slopes) + 1e-6 * np.eye(4)
            change = np.linalg.solve(normal, np.einsum("pxi,p,px->i", slopes, weights, away))
            turn = quaternion_to_matrix(quaternion_from_axis_angle(change[:3])) @ turn
            zoom *= math.exp(np.clip(change[3], -_LARGEST_STEP, _LARGEST_STEP))
            width = max(0.5 * width, AGREEING_PX)
        found = View(other.rotation @ turn, zoom)
        return found, np.linalg.norm(points_in_other - self.seen_from(points, found, other), axis=-1)

    def rays(
        self, points: Float[np.ndarray, "*batch 2"], zoom: float | Float[np.ndarray, "*#batch"]
    ) -> Float[np.ndarray, "*batch 3"]:
        """Return the unit directions that a zoomed camera sees points in, in its own frame."""
        aside = (points - self.center_px) / (self.focal_px * np.asarray(zoom)[..., None])
        rays = np.concatenate((aside, np.ones((*aside.shape[:-1], 1))), axis=-1)
        return rays / np.linalg.norm(rays, axis=-1, keepdims=True)

    def picture(self, rays: Float[np.ndarray, "*batch 3"], zoom: float) -> Float[np.ndarray, "*batch 2"]:
        """Return where a zoomed camera sees directions in its own frame, pixels."""
        return rays[..., :2] / np.maximum(rays[..., 2:], _BEHIND) * (self.focal_px * zoom) + self.center_px

    def _slopes(
        self, rays: Float[np.ndarray, "point 3"], turn: Float[np.ndarray, "3 3"], zoom: float
    ) -> Float[np.ndarray, "point 2 4"]:
        """Return how turned rays move in a picture, pixels, with small turns about its axes and with the log zoom."""
        forward = turn[:, 2]
        # To zoom in is to bring rays nearer to the axis; lengths do not show.
        inwards = forward * (rays @ forward)[:, None] - rays
        axes = np.eye(3)
        moves = np.stack([*(np.cross(axis, rays) for axis in axes), inwards], axis=-1)
        depth = np.maximum(rays[:, 2], _BEHIND)[:, None, None]
        aside = rays[:, :2, None] / depth
        return self.focal_px[:, None] * zoom * (moves[:, :2] - aside * moves[:, 2:]) / depth
