"""MediaPipe's BlazePose (Bazarevsky et al., 2020) as a detector, with the models inside its wheel.

MediaPipe's own `solutions.pose` finds one person in the whole picture and follows him inside a closed
graph. Here its two models stand apart, each in a graph of its own: the one that finds bodies, looked at
through overlapping squares so that it finds everybody, and the one that places 33 landmarks in a turned
square around one body ("full", complexity 1). Where to look is the tracking's business.
"""

from __future__ import annotations

import math
from types import TracebackType
from typing import Any

import numpy as np
from jaxtyping import UInt8

from kinelift.body import BLAZEPOSE_33, Skeleton
from kinelift.detection.detector import Detection, Region
from kinelift.detection.mediapipe_graph import FIND_BODIES, PLACE_LANDMARKS, Graph, import_mediapipe
from kinelift.detection.native_output import native_stderr_to_log
from kinelift.detection.tiles import keep_distinct, square_tiles

REGION_PER_RADIUS = 2.5
"""Side of a region over the radius of the body's circle, as MediaPipe's pose_detection_to_roi.pbtxt has
it."""

LONGEST_SIDE_PX = 1920
"""Larger pictures are of no use unless people are small in them: landmarks are read in a square of 256 pixels around a
body, which in a picture of this size is an eighth of its length."""


class MediaPipeDetector:
    """Finds everybody in a picture, or the person in a region, as BLAZEPOSE_33."""

    longest_side_px = LONGEST_SIDE_PX

    def __init__(self) -> None:
        mediapipe = import_mediapipe()
        with native_stderr_to_log():
            self._bodies = Graph(mediapipe, FIND_BODIES, finds="many")
            self._landmarks = Graph(mediapipe, PLACE_LANDMARKS, finds="one")
            # The first picture makes the models say their notices; let it be this one.
            self.detect(np.zeros((64, 64, 3), np.uint8))
            self.detect(np.zeros((64, 64, 3), np.uint8), Region((32.0, 32.0), 64.0))

    @property
    def skeleton(self) -> Skeleton:
        """MediaPipe's 33 landmarks."""
        return BLAZEPOSE_33

    def detect(
        self, image: UInt8[np.ndarray, "height width 3"], region: Region | None = None
    ) -> list[Detection]:
        """Find everybody in an RGB picture, or the person that a region encloses (at most one)."""
        if region is not None:
            return self._in_region(image, region)
        return [found for body in self._bodies_in(image) for found in self._in_region(image, body)]

    def close(self) -> None:
        """Stop MediaPipe's threads."""
        self._bodies.close()
        self._landmarks.close()

    def __enter__(self) -> MediaPipeDetector:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _in_region(self, image: UInt8[np.ndarray, "height width 3"], region: Region) -> list[Detection]:
        height, width = image.shape[:2]
        found = self._landmarks.run_in_region(image, region)
        if found is None:
            return []
        landmarks = np.array([(p.x, p.y, p.visibility, p.presence) for p in found.landmark], np.float32)
        # A landmark out of sight is guessed from the others (visibility); one out of the picture, more so
        # (presence).
        return [
            Detection(
                landmarks[:, :2] * np.array((width, height), np.float32),
                np.clip(landmarks[:, 2] * landmarks[:, 3], 0, 1),
            )
        ]

    def _bodies_in(self, image: UInt8[np.ndarray, "height width 3"]) -> list[Region]:
        height, width = image.shape[:2]
        circles = [
            (*_circle(body, x1 - x0, y1 - y0, x0, y0), body.score[0])
            for x0, y0, x1, y1 in square_tiles(width, height)
            for body in self._bodies.run(image[y0:y1, x0:x1])
        ]
        if not circles:
            return []
        centers, tops, scores = (np.array(column, np.float64) for column in zip(*circles, strict=True))
        upward = tops - centers
        radii = np.linalg.norm(upward, axis=-1)
        return [
            Region(
                (float(centers[i, 0]), float(centers[i, 1])),
                float(REGION_PER_RADIUS * radii[i]),
                math.atan2(upward[i, 0], -upward[i, 1]),
            )
            for i in keep_distinct(centers, radii, scores)
            if radii[i] > 0
        ]


def _circle(
    body: Any, width: int, height: int, x0: int, y0: int
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the middle of the hips and the top of the circle around the body, pixels of the whole picture.

    They are the first two of BlazePose's alignment keypoints.
    """
    center, top = body.location_data.relative_keypoints[:2]
    return (center.x * width + x0, center.y * height + y0), (top.x * width + x0, top.y * height + y0)
