"""People made of keypoints who walk, leap and turn somersaults, and a detector that sees them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from kinelift.body import COCO_17, Keypoints, Skeleton
from kinelift.detection import Detection, Region
from kinelift.video import Frame

FPS = 30.0
SIZE = (1280, 720)
STANDING = {
    "nose": (0, -80), "left_eye": (4, -84), "right_eye": (-4, -84), "left_ear": (9, -82), "right_ear": (-9, -82),
    "left_shoulder": (18, -55), "right_shoulder": (-18, -55), "left_elbow": (24, -25), "right_elbow": (-24, -25),
    "left_wrist": (26, 4), "right_wrist": (-26, 4), "left_hip": (11, 0), "right_hip": (-11, 0),
    "left_knee": (12, 44), "right_knee": (-12, 44), "left_ankle": (12, 88), "right_ankle": (-12, 88),
}  # fmt: skip
POSE = np.array([STANDING[name] for name in COCO_17.names], float)
"""A person facing the camera, pixels from the hips."""


def body(
    x: np.ndarray, y: np.ndarray | float, scale: float = 1.0, turn: np.ndarray | float = 0.0
) -> np.ndarray:
    """Place the person frame by frame, turned clockwise by `turn` radians. Returns (frame, joint, 2)."""
    x, y, turn = np.broadcast_arrays(np.asarray(x, float), y, turn)
    cos, sin = np.cos(turn), np.sin(turn)
    rotation = np.stack((np.stack((cos, sin), -1), np.stack((-sin, cos), -1)), -2)
    return scale * POSE @ rotation + np.stack((x, y), -1)[:, None]


def keypoints(points: np.ndarray, skeleton: Skeleton = COCO_17, fps: float = FPS) -> Keypoints:
    """Make keypoints that are seen surely wherever they are finite."""
    scores = np.isfinite(points).all(-1).astype(np.float32)
    return Keypoints(points, 0.9 * scores, skeleton, fps, SIZE)


def frames(count: int) -> Iterator[Frame]:
    """Make black frames; the detector goes by the index hidden in their first pixels."""
    for index in range(count):
        image = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
        image[0, 0] = index // 256, index % 256, 0
        yield Frame(image, index / FPS, index)


@dataclass
class ReplayingDetector:
    """Sees given people; what it sees in a region is whoever is nearest to the region's centre."""

    people: list[np.ndarray]
    """(frame, joint, 2) each; NaN where the person is not there."""
    sees_whole: Callable[[int, int], bool] = lambda frame, person: True
    """Whether a person is found in the whole picture."""
    sees_in_region: Callable[[int, int], bool] = lambda frame, person: True
    swaps_sides: Callable[[int], bool] = lambda frame: False
    skeleton: Skeleton = COCO_17
    looks: list[Region | None] = field(default_factory=list)

    def detect(self, image: np.ndarray, region: Region | None = None) -> list[Detection]:
        self.looks.append(region)
        index = int(image[0, 0, 0]) * 256 + int(image[0, 0, 1])
        there = [(i, p[index]) for i, p in enumerate(self.people) if np.isfinite(p[index]).all()]
        if region is None:
            return [self._detection(points, index) for i, points in there if self.sees_whole(index, i)]
        center = np.array(region.center_px)
        inside = [
            (np.linalg.norm(points[11:13].mean(0) - center), i, points)
            for i, points in there
            if self.sees_in_region(index, i)
        ]
        distance, _, nearest = min(inside, key=lambda entry: entry[0], default=(np.inf, -1, None))
        if nearest is None or distance > region.side_px / 2:
            return []
        return [self._detection(nearest, index)]

    def close(self) -> None:
        pass

    def _detection(self, points: np.ndarray, index: int) -> Detection:
        order = list(self.skeleton.mirrored) if self.swaps_sides(index) else list(range(len(points)))
        return Detection(points[order].astype(np.float32), np.full(len(points), 0.9, np.float32))
