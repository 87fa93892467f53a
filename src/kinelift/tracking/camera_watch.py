"""Whether the camera moves, and how it turns: by points of the background, followed from picture to picture.

picture    0 ... 40 ... 90
seen from  0     0      40     as long as enough of its points are in sight, a picture is compared with one and the same
                               earlier one, so that nothing adds up while the camera stands still
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import ModuleType

import numpy as np
from jaxtyping import Float, UInt8

from kinelift.body.camera import Camera
from kinelift.body.camera_motion import UNKNOWN_MOTION, CameraMotion
from kinelift.body.rows import Scratch, Spool
from kinelift.detection import Detection
from kinelift.geometry.rotations import quaternion_from_axis_angle, quaternion_to_matrix
from kinelift.video import Frame

WIDTH_PX = 480
"""Of the pictures that are looked at."""
MOST_POINTS, FEWEST_POINTS = 200, 24
APART_PX = 9
KEPT = 0.5
"""Share of a picture's points that must still be in sight and agree to go on comparing with it."""
AGREEING_PX = 1.5
"""How far from where the camera's turning has them points may be."""
FARTHEST_SHARE = 0.12
"""Of the width, by how much the picture may shift against the one it is compared with."""
FITS = 6
"""Steps to the turning that fits."""
STILL_PX = 2.0
"""Shift of the picture's corners, at most, of a camera that stands still: half a percent of the width."""
LEAST_AGREEING = 0.6
"""Share of the followed points that agree, in the median, where the turning explains the picture: with a camera that is
carried along, near things shift more than far ones."""
MOST_LOST = 0.02
"""Share of pictures that could not be compared with any."""
MOST_DEGREES = 50.0
"""Turned farther, nothing of what the first frame's camera saw is in view."""
BODY_MARGIN = 0.25
"""Of a body's height, by which the box around it that is left out is wider."""

_STEP = 1e-4
"""Radians, and share of the zoom, by which slopes are taken."""


@dataclass(frozen=True, eq=False)
class CameraPath:
    """How the camera was turned in each frame, against the first."""

    rotations: Spool
    """(frame, 3, 3) First camera from each frame's."""
    zooms: Spool
    """(frame,) Focal length over the first frame's."""
    motion: CameraMotion


@dataclass(frozen=True, eq=False)
class _Reference:
    """An earlier picture, and the turning and zoom that lead from it to the first."""

    gray: UInt8[np.ndarray, "row column"]
    points: Float[np.ndarray, "point 2"]
    rotation: Float[np.ndarray, "3 3"]
    zoom: float


class CameraWatch:
    """Watches a video's background as its frames come by; memory does not grow with their number."""

    def __init__(self, camera: Camera, scratch: Scratch) -> None:
        """Begin; `camera` is what is known of it, or assumed. Without OpenCV nothing is seen and the motion unknown."""
        self._cv2 = _opencv()
        self.bodies: list[Detection] = []
        """Seen in the frame before, in the pictures' pixels: no background."""
        self._camera, self._scale = camera, WIDTH_PX / camera.image_size[0]
        self._rotations = scratch.spool(None, (3, 3), np.dtype(np.float64))
        self._zooms = scratch.spool(None, (), np.dtype(np.float64))
        self._reference: _Reference | None = None
        self._points: Float[np.ndarray, "point 2"] = np.zeros((0, 2), np.float32)
        self._gray: UInt8[np.ndarray, "row column"] | None = None
        self._rotation, self._zoom = np.eye(3), 1.0
        self._agreeing: list[float] = []
        self._frames, self._lost = 0, 0
        self._shift, self._shared = 0.0, 1.0
        self._most_shift, self._most_degrees, self._most_zoom = 0.0, 0.0, 1.0

    def looking_on(self, frame: Frame) -> Frame:
        """Take the next frame and return it."""
        if self._cv2 is not None:
            self._compare(self._cv2, frame.image, self.bodies)
        self._frames += 1
        self._rotations.append(self._rotation[None])
        self._zooms.append(np.array([self._zoom]))
        return frame

    def done(self) -> CameraPath:
        """Say what was seen."""
        return CameraPath(self._rotations, self._zooms, self._motion())

    def _motion(self) -> CameraMotion:
        if self._cv2 is None or self._frames < 2 or len(self._agreeing) < 0.5 * (self._frames - 1):
            return UNKNOWN_MOTION
        explained = float(np.median(self._agreeing)) >= LEAST_AGREEING
        if explained and self._most_shift <= STILL_PX and not self._lost:
            return CameraMotion("still")
        turned = explained and self._lost <= MOST_LOST * self._frames and self._most_degrees <= MOST_DEGREES
        return CameraMotion("turned" if turned else "moved", self._most_degrees, self._most_zoom)

    def _compare(
        self, cv2: ModuleType, image: UInt8[np.ndarray, "height width 3"], bodies: list[Detection]
    ) -> None:
        height = max(2, round(WIDTH_PX * image.shape[0] / image.shape[1]))
        small = cv2.resize(image, (WIDTH_PX, height), interpolation=cv2.INTER_AREA)
        gray = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
        picture_scale = WIDTH_PX / image.shape[1]
        if self._reference is not None and self._gray is not None and len(self._points):
            self._follow(cv2, gray)
        if self._reference is None or not self._keeps():
            if self._reference is not None and self._shared < KEPT:
                self._lost += self._shared < KEPT / 2.0
            background = _background(gray.shape, bodies, picture_scale)
            found = cv2.goodFeaturesToTrack(gray, MOST_POINTS, 0.01, APART_PX, mask=background)
            points = np.zeros((0, 2), np.float32) if found is None else found.reshape(-1, 2)
            self._reference = _Reference(gray, points, self._rotation, self._zoom)
            self._points, self._shift, self._shared = points.copy(), 0.0, 1.0
        self._gray = gray

    def _keeps(self) -> bool:
        """Tell whether the next picture can be compared with the same one again."""
        return (
            len(self._points) >= FEWEST_POINTS
            and self._shared >= KEPT
            and self._shift <= FARTHEST_SHARE * WIDTH_PX
        )

    def _follow(self, cv2: ModuleType, gray: UInt8[np.ndarray, "row column"]) -> None:
        """Find the reference's points in the next picture, and the turning that most of them agree with."""
        reference = self._reference
        assert reference is not None
        window = {"winSize": (15, 15), "maxLevel": 3}
        moved, found, _ = cv2.calcOpticalFlowPyrLK(
            reference.gray,
            gray,
            reference.points,
            self._points.copy(),
            flags=cv2.OPTFLOW_USE_INITIAL_FLOW,
            **window,
        )
        there = found.ravel() == 1
        self._shared = 0.0
        if there.sum() < FEWEST_POINTS:
            return
        now, then = moved[there].astype(np.float64), reference.points[there].astype(np.float64)
        start = reference.rotation.T @ self._rotation, self._zoom / reference.zoom
        turn, zoom, off = self._fitted(now, then, reference.zoom, start)
        agree = off <= AGREEING_PX
        self._shared = float(agree.sum()) / len(reference.points)
        self._agreeing.append(float(agree.mean()))
        self._points = moved
        if not agree.any():
            return
        self._rotation, self._zoom = reference.rotation @ turn, reference.zoom * zoom
        self._shift = float(np.median(np.linalg.norm((now - then)[agree], axis=-1)))
        self._note(gray.shape)

    def _fitted(
        self,
        now: Float[np.ndarray, "point 2"],
        then: Float[np.ndarray, "point 2"],
        zoom_then: float,
        start: tuple[Float[np.ndarray, "3 3"], float],
    ) -> tuple[Float[np.ndarray, "3 3"], float, Float[np.ndarray, " point"]]:
        """Return the rotation and zoom that bring points to where they were, and how far each is off then, pixels.

        Gauss and Newton's steps with Geman and McClure's weights, from what fitted the picture before: bodies that walk
        about are left behind.
        """
        rotation, zoom = start
        width = 8.0 * AGREEING_PX
        for _ in range(FITS):
            seen = self._seen_from(now, rotation, zoom_then * zoom, zoom_then)
            away = then - seen
            weights = 1.0 / (1.0 + (away**2).sum(-1) / width**2) ** 2
            slopes = np.stack(
                [
                    (self._seen_from(now, _small(step) @ rotation, zoom_then * zoom, zoom_then) - seen)
                    / _STEP
                    for step in _STEP * np.eye(3)
                ]
                + [
                    (self._seen_from(now, rotation, zoom_then * zoom * (1.0 + _STEP), zoom_then) - seen)
                    / _STEP
                ],
                axis=-1,
            )
            normal = np.einsum("pxi,p,pxj->ij", slopes, weights, slopes) + 1e-6 * np.eye(4)
            change = np.linalg.solve(normal, np.einsum("pxi,p,px->i", slopes, weights, away))
            rotation, zoom = _small(change[:3]) @ rotation, zoom * math.exp(np.clip(change[3], -0.2, 0.2))
            width = max(0.5 * width, AGREEING_PX)
        off = np.linalg.norm(then - self._seen_from(now, rotation, zoom_then * zoom, zoom_then), axis=-1)
        return rotation, zoom, off

    def _seen_from(
        self,
        points: Float[np.ndarray, "point 2"],
        rotation: Float[np.ndarray, "3 3"],
        zoom: float,
        other: float,
    ) -> Float[np.ndarray, "point 2"]:
        """Return where points of one picture are in another."""
        rays = self._rays(points, zoom) @ rotation.T
        focal, center = np.array(self._camera.focal_length), np.array(self._camera.center)
        return (
            rays[:, :2] / np.maximum(rays[:, 2:], 0.05) * (focal * self._scale * other) + center * self._scale
        )

    def _rays(self, points: Float[np.ndarray, "point 2"], zoom: float) -> Float[np.ndarray, "point 3"]:
        focal = np.array(self._camera.focal_length) * self._scale
        center = np.array(self._camera.center) * self._scale
        rays = np.concatenate(((points - center) / (focal * zoom), np.ones((len(points), 1))), axis=-1)
        return rays / np.linalg.norm(rays, axis=-1, keepdims=True)

    def _note(self, shape: tuple[int, ...]) -> None:
        """Remember how far the picture has gone from the first."""
        height, width = shape[:2]
        corners = np.array([(0.0, 0.0), (width, 0.0), (0.0, height), (width, height)])
        seen = self._seen_from(corners, self._rotation, self._zoom, 1.0)
        self._most_shift = max(self._most_shift, float(np.linalg.norm(seen - corners, axis=-1).max()))
        cos = np.clip((np.trace(self._rotation) - 1.0) / 2.0, -1.0, 1.0)
        self._most_degrees = max(self._most_degrees, math.degrees(math.acos(cos)))
        self._most_zoom = max(self._most_zoom, self._zoom, 1.0 / self._zoom)


def _small(turn: Float[np.ndarray, " 3"]) -> Float[np.ndarray, "3 3"]:
    """Return the rotation about a vector by its length."""
    return quaternion_to_matrix(quaternion_from_axis_angle(turn))


def _background(
    shape: tuple[int, ...], bodies: list[Detection], picture_scale: float
) -> UInt8[np.ndarray, "row column"]:
    """Return a mask of what is not a body: 255 there."""
    mask = np.full(shape[:2], 255, np.uint8)
    for body in bodies:
        points = body.points_px[np.isfinite(body.points_px).all(-1)] * picture_scale
        if len(points):
            low, high = points.min(0), points.max(0)
            margin = BODY_MARGIN * float((high - low).max())
            left, top = np.maximum(low - margin, 0).astype(int)
            right, bottom = np.maximum(high + margin, 0).astype(int)
            mask[top:bottom, left:right] = 0
    return mask


def _opencv() -> ModuleType | None:
    try:
        import cv2
    except ImportError:
        return None
    return cv2
