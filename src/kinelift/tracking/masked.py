"""Pictures in which somebody is painted over, so that a detector that sees one body at a time sees another."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from jaxtyping import Bool, Float, UInt8

from kinelift.body import Skeleton
from kinelift.detection import Detection
from kinelift.tracking.place import place_of
from kinelift.tracking.writing import WrittenDetections
from kinelift.video import Frame

HELD_SECONDS = 0.5
"""How long somebody out of sight is painted over where he was last."""
GRID_PX = 4
"""The mask is as fine as this."""
LIMB_RADII, HEAD_RADII = 0.13, 0.2
"""How far from the bones and the nose a body reaches, clothes and all, in its radii."""

_BONES = (
    ("left_shoulder", "right_shoulder"),
    ("left_hip", "right_hip"),
    ("left_shoulder", "left_hip"),
    ("right_shoulder", "right_hip"),
    ("left_shoulder", "right_hip"),
    *(
        (f"{side}_{upper}", f"{side}_{lower}")
        for side in ("left", "right")
        for upper, lower in (("shoulder", "elbow"), ("elbow", "wrist"), ("hip", "knee"), ("knee", "ankle"))
    ),
)


class Masks:
    """People who were followed before, painted over in each frame."""

    def __init__(self, skeleton: Skeleton, fps: float, scale: Float[np.ndarray, " axis"]) -> None:
        """Begin with nobody; `scale` is pixels of the video in a pixel of the pictures, across and down."""
        self._skeleton, self._longest, self._scale = skeleton, HELD_SECONDS * fps, scale
        self._people: list[WrittenDetections] = []
        self._last: list[tuple[int, Detection] | None] = []

    def add(self, person: WrittenDetections) -> None:
        """Paint over one more from now on."""
        self._people.append(person)
        self._last = [None] * len(self._people)

    def hidden(self, frame: Frame) -> Frame:
        """Return a frame without them. Somebody lost for a moment is painted over where he was last."""
        image = frame.image
        for number, person in enumerate(self._people):
            row = slice(frame.index, frame.index + 1)
            scores = person.scores[row]
            if len(scores) and scores.any():
                points = person.points[row][0] / self._scale
                self._last[number] = frame.index, Detection(points, scores[0])
            last = self._last[number]
            if last is not None and 0 <= frame.index - last[0] <= self._longest:
                image = painted_over(image, last[1], self._skeleton)
        return frame if image is frame.image else replace(frame, image=image)


def painted_over(
    image: UInt8[np.ndarray, "height width 3"], detection: Detection, skeleton: Skeleton
) -> UInt8[np.ndarray, "height width 3"]:
    """Return a picture with a body in the colour of what surrounds it; the picture itself is left as it is."""
    place = place_of(detection, skeleton)
    if place is None:
        return image
    points = detection.points_px.astype(np.float64)
    reach = 1.3 * place.radius
    (left, top), (right, bottom) = (
        np.clip(np.round((place.x + sign * reach, place.y + sign * reach)), 0, image.shape[1::-1])
        .astype(int)
        .tolist()
        for sign in (-1.0, 1.0)
    )
    if right - left < GRID_PX or bottom - top < GRID_PX:
        return image
    covered = _covered(points, skeleton, place.radius, (left, top, right, bottom))
    fine = covered.repeat(GRID_PX, 0).repeat(GRID_PX, 1)[: bottom - top, : right - left]
    painted = image.copy()
    part = painted[top:bottom, left:right]
    around = part[~fine]
    part[fine] = np.median(around[:: max(1, len(around) // 4096)], axis=0) if len(around) else 127
    return painted


def _covered(
    points: Float[np.ndarray, "joint 2"],
    skeleton: Skeleton,
    radius: float,
    box: tuple[int, int, int, int],
) -> Bool[np.ndarray, "row column"]:
    left, top, right, bottom = box
    x = np.arange(left, right, GRID_PX) + GRID_PX / 2
    y = np.arange(top, bottom, GRID_PX) + GRID_PX / 2
    at = np.stack(np.meshgrid(x, y), axis=-1)
    covered = np.zeros(at.shape[:2], bool)
    for first, last in _BONES:
        start, end = points[skeleton.index(first)], points[skeleton.index(last)]
        if not np.isfinite([start, end]).all():
            continue
        along = end - start
        share = np.clip((at - start) @ along / max(float(along @ along), 1e-9), 0.0, 1.0)
        covered |= np.linalg.norm(at - start - share[..., None] * along, axis=-1) < LIMB_RADII * radius
    head = points[skeleton.index("nose")]
    if np.isfinite(head).all():
        covered |= np.linalg.norm(at - head, axis=-1) < HEAD_RADII * radius
    return covered
