"""Whether the camera moves, and how it turns: by points of the background, followed from picture to picture.

picture    0 ... 40 ... 90
seen from  0     0      40     as long as enough of its points are in sight, a picture is compared with one and the same
                               earlier one, so that nothing adds up while the camera stands still
"""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType

import numpy as np
from jaxtyping import Float, UInt8

from kinelift.body.camera import Camera
from kinelift.body.camera_motion import UNKNOWN_MOTION, CameraMotion
from kinelift.body.rows import Scratch, Spool
from kinelift.detection import Detection
from kinelift.tracking.camera_turn import AGREEING_PX, FIRST_VIEW, Lens, View
from kinelift.video import Frame

WIDTH_PX = 480
"""Of the pictures that are looked at."""
MOST_POINTS, FEWEST_POINTS = 200, 24
APART_PX = 9
KEPT = 0.5
"""Share of a picture's points that must still be in sight and agree to go on comparing with it."""
FARTHEST_SHARE = 0.12
"""Of the width, by how much the picture may shift against the one it is compared with."""
STILL_PX = 2.0
"""Shift of the picture's corners, at most, of a camera that stands still: half a percent of the width."""
LEAST_AGREEING = 0.6
"""Share of the followed points that agree, in the median, where the turning explains the picture: with a camera that is
carried along, near things shift more than far ones."""
MOST_LOST, MOST_LOST_RUNNING = 0.02, 15
"""Share of pictures that could not be compared with the one before them, and how many one after the other: a flash, a
hand before the lens. After more than that it is another shot."""
MOST_DEGREES = 50.0
"""Turned farther, nothing of what the first frame's camera saw is in view."""
BODY_MARGIN = 0.25
"""Of a body's height, by which the box around it that is left out is wider."""

CLEAREST, SAME_SHADE, SAME_SHARE = 40, 5, 0.5
"""Points that tell at a glance whether a picture is the same as the one it is compared with: of these, the clearest
corners in it, this share has changed by no more than so many of 255 shades. A shift of a pixel changes them by tens."""


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
    """An earlier picture, and how the camera was turned."""

    gray: UInt8[np.ndarray, "row column"]
    points: Float[np.ndarray, "point 2"]
    """Of the background, the clearest first."""
    view: View
    shades: Float[np.ndarray, " clearest"]
    """Of the clearest points."""

    def looks_the_same(self, image: UInt8[np.ndarray, "height width 3"]) -> bool:
        """Tell whether the background of another picture is where it is in this one."""
        change = np.abs(_shades(image, self.points) - self.shades)
        return bool((change <= SAME_SHADE).mean() >= SAME_SHARE)


class CameraWatch:
    """Watches a video's background as its frames come by; memory does not grow with their number."""

    def __init__(self, camera: Camera, scratch: Scratch) -> None:
        """Begin; `camera` is what is known of it, or assumed. Without OpenCV nothing is seen and the motion unknown."""
        self._cv2 = _opencv()
        self._bodies: list[Detection] = []
        self._lens = Lens.of(camera, WIDTH_PX / camera.image_size[0])
        self._rotations = scratch.spool(None, (3, 3), np.dtype(np.float32))
        self._zooms = scratch.spool(None, (), np.dtype(np.float32))
        self._view = FIRST_VIEW
        self._reference: _Reference | None = None
        self._points: Float[np.ndarray, "point 2"] = np.zeros((0, 2), np.float32)
        """The reference's, where they were in the last picture."""
        self._shift, self._shared = 0.0, 1.0
        """Since the reference: of the picture, pixels, and the share of its points that still agree."""
        self._agreeing: list[float] = []
        self._frames, self._lost, self._lost_running, self._cut = 0, 0, 0, False
        self._most_shift, self._most_degrees, self._most_zoom = 0.0, 0.0, 1.0

    def looking_on(self, frame: Frame) -> Frame:
        """Take the next frame and return it."""
        if self._cv2 is not None:
            self._compare(self._cv2, frame.image, self._bodies)
        self._frames += 1
        self._rotations.append(self._view.rotation[None])
        self._zooms.append(np.array([self._view.zoom]))
        return frame

    def saw(self, bodies: list[Detection]) -> None:
        """Learn who was in the frame taken last, in the pictures' pixels: of the next, no background is there."""
        self._bodies = bodies

    def done(self) -> CameraPath:
        """Say what was seen."""
        return CameraPath(self._rotations, self._zooms, self._motion())

    def _motion(self) -> CameraMotion:
        if self._cv2 is None or self._frames < 2 or len(self._agreeing) < 0.5 * (self._frames - 1):
            return UNKNOWN_MOTION
        explained = float(np.median(self._agreeing)) >= LEAST_AGREEING
        seen = explained and not self._cut and self._lost <= max(MOST_LOST * self._frames, 1)
        if seen and self._most_shift <= STILL_PX:
            return CameraMotion("still")
        turned = seen and self._most_degrees <= MOST_DEGREES
        return CameraMotion("turned" if turned else "moved", self._most_degrees, self._most_zoom)

    def _compare(
        self, cv2: ModuleType, image: UInt8[np.ndarray, "height width 3"], bodies: list[Detection]
    ) -> None:
        followed = self._reference is not None and len(self._reference.points) >= FEWEST_POINTS
        if self._reference is not None and followed and self._reference.looks_the_same(image):
            self._stay(self._reference)
            self._lost_running = 0
            return
        height = max(2, round(WIDTH_PX * image.shape[0] / image.shape[1]))
        small = cv2.resize(image, (WIDTH_PX, height), interpolation=cv2.INTER_AREA)
        gray = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
        if self._reference is not None and followed:
            self._follow(cv2, self._reference, gray)
        lost = self._shared < KEPT / 2.0
        self._lost += lost
        self._lost_running = self._lost_running + 1 if lost else 0
        if lost and self._lost_running <= MOST_LOST_RUNNING:
            return
        self._cut |= lost
        if self._reference is None or not self._keeps():
            background = _background(gray.shape, bodies, WIDTH_PX / image.shape[1])
            found = cv2.goodFeaturesToTrack(gray, MOST_POINTS, 0.01, APART_PX, mask=background)
            points = np.zeros((0, 2), np.float32) if found is None else found.reshape(-1, 2)
            self._reference = _Reference(gray, points, self._view, _shades(image, points))
            self._points, self._shift, self._shared = points, 0.0, 1.0

    def _keeps(self) -> bool:
        """Tell whether the next picture can be compared with the same one again."""
        return (
            len(self._points) >= FEWEST_POINTS
            and self._shared >= KEPT
            and self._shift <= FARTHEST_SHARE * WIDTH_PX
        )

    def _stay(self, reference: _Reference) -> None:
        """Take the camera to be as it was."""
        self._view, self._points = reference.view, reference.points
        self._shift, self._shared = 0.0, 1.0
        self._agreeing.append(1.0)

    def _follow(self, cv2: ModuleType, reference: _Reference, gray: UInt8[np.ndarray, "row column"]) -> None:
        """Find the reference's points in the next picture, and the turning that most of them agree with."""
        moved, found, _ = cv2.calcOpticalFlowPyrLK(
            reference.gray,
            gray,
            reference.points,
            self._points.copy(),
            flags=cv2.OPTFLOW_USE_INITIAL_FLOW,
            winSize=(15, 15),
            maxLevel=3,
        )
        there = found.ravel() == 1
        self._shared = 0.0
        if there.sum() < FEWEST_POINTS:
            return
        now, then = moved[there].astype(np.float64), reference.points[there].astype(np.float64)
        view, off = self._lens.fit(now, then, reference.view, self._view)
        agree = off <= AGREEING_PX
        self._shared = float(agree.sum()) / len(reference.points)
        self._agreeing.append(float(agree.mean()))
        if self._shared < KEPT / 2.0:  # something else is in the picture
            return
        self._points, self._view = moved, view
        self._shift = float(np.median(np.linalg.norm((now - then)[agree], axis=-1)))
        self._note(gray.shape)

    def _note(self, shape: tuple[int, ...]) -> None:
        """Remember how far the picture has gone from the first."""
        height, width = shape[:2]
        corners = np.array([(0.0, 0.0), (width, 0.0), (0.0, height), (width, height)])
        seen = self._lens.seen_from(corners, self._view, FIRST_VIEW)
        self._most_shift = max(self._most_shift, float(np.linalg.norm(seen - corners, axis=-1).max()))
        self._most_degrees = max(self._most_degrees, self._view.degrees_from_first())
        self._most_zoom = max(self._most_zoom, self._view.zoom, 1.0 / self._view.zoom)


def _shades(
    image: UInt8[np.ndarray, "height width 3"], points: Float[np.ndarray, "point 2"]
) -> Float[np.ndarray, " clearest"]:
    """Return how bright a picture is at the clearest points, each over a pixel of the smaller one."""
    scale = image.shape[1] / WIDTH_PX
    within = np.arange(max(1, round(scale)))
    columns, rows = (np.floor(scale * points[:CLEAREST]).astype(int)[..., None] + within).swapaxes(0, 1)
    rows, columns = np.minimum(rows, image.shape[0] - 1), np.minimum(columns, image.shape[1] - 1)
    return image[rows[:, :, None], columns[:, None, :]].mean(axis=(1, 2, 3))


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
