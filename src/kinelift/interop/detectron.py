"""What Detectron wrote for a video: every person of every frame, reduced to the best one.

boxes      (frame, 2): nothing for the background, then (person, 5) corners and score
keypoints  (frame, 2): nothing, then (person, 4, 17) rows x, y, logit, probability; a network fine-tuned with
           soft-argmax adds rows 4 and 5, its x and y
metadata   w and h
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from kinelift.interop.foreign_expectations import expect_array, expect_image_size, expect_items

LOGIT_OF_HALF, PROBABILITY_OF_HALF = 2.0, 0.05
"""Where Detectron and Detectron2 begin to draw a keypoint, which counts as a score of one half here.

Their probabilities are shares of a whole heat map: a keypoint that is certain may have 0.2.
"""


@dataclass(frozen=True, eq=False)
class DetectronVideo:
    """The best person of each frame."""

    points_px: Float[np.ndarray, "frame 17 2"]
    """COCO's joints in pixels; NaN in frames without anybody."""
    scores: Float[np.ndarray, "frame 17"]
    """From 0 to 1, one half where the detector begins to draw; 0 in frames without anybody."""
    image_size: tuple[int, int] | None
    """Width and height, where the file says them."""

    def filled(self) -> Float[np.ndarray, "frame 17 2"]:
        """Return points with straight lines drawn through the frames without anybody, and the ends held."""
        frames = np.arange(len(self.points_px))
        known = np.isfinite(self.points_px).all((1, 2))
        if not known.any():
            raise ValueError("nobody was found in any frame.")
        filled = np.empty_like(self.points_px)
        for joint in range(filled.shape[1]):
            for axis in range(2):
                filled[:, joint, axis] = np.interp(frames, frames[known], self.points_px[known, joint, axis])
        return filled


def keypoints_of_detectron(content: Mapping[str, Any]) -> DetectronVideo:
    """Take the person with the highest box score in each frame, as VideoPose3D does."""
    boxes, keypoints = (expect_items(content.get(name), name) for name in ("boxes", "keypoints"))
    if len(boxes) != len(keypoints):
        raise ValueError(
            f"boxes and keypoints: as many frames expected, got {len(boxes)} and {len(keypoints)}."
        )
    points, scores = np.full((len(boxes), 17, 2), np.nan, np.float32), np.zeros((len(boxes), 17), np.float32)
    for frame, (box, person) in enumerate(zip(boxes, keypoints, strict=True)):
        detected = _people(box, (5,), f"boxes, frame {frame}")
        bodies = _people(person, (None, 17), f"keypoints, frame {frame}")
        if not len(detected) or not len(bodies):
            continue
        if len(detected) != len(bodies):
            raise ValueError(f"frame {frame}: {len(detected)} boxes, but {len(bodies)} people.")
        best = bodies[detected[:, 4].argmax()]
        if len(best) < 4:
            raise ValueError(
                f"keypoints, frame {frame}: rows x, y, logit and probability expected, got {len(best)} rows."
            )
        points[frame], scores[frame] = _places(best).T, _scores(best)
    metadata = content.get("metadata")
    size = None if metadata is None else expect_image_size(metadata, "metadata")
    return DetectronVideo(points, scores, size)


def _places(rows: Float[np.ndarray, "row 17"]) -> Float[np.ndarray, "2 17"]:
    return rows[4:6] if len(rows) >= 6 else rows[:2]


def _scores(rows: Float[np.ndarray, "row 17"]) -> Float[np.ndarray, "17"]:
    """Bring logits or, where a converter of Detectron2 left them zero, probabilities to scores."""
    logits, probabilities = rows[2], np.maximum(rows[3], 0.0)
    if logits.any():
        return 1.0 / (1.0 + np.exp(np.clip(LOGIT_OF_HALF - logits, -50.0, 50.0)))
    return probabilities / (probabilities + PROBABILITY_OF_HALF)


def _people(classes: Any, shape: tuple[int | None, ...], where: str) -> np.ndarray:
    """Return what stands for people, Detectron's class 1: an array of them all, or a list of one array each."""
    classes = expect_items(classes, where)
    if len(classes) < 2:
        raise ValueError(f"{where}: background and people expected, got {len(classes)} classes.")
    people = classes[1]
    if isinstance(people, np.ndarray) and people.dtype != object and people.size:
        return expect_array(people, (None, *shape), where)
    each = [expect_array(person, shape, where) for person in expect_items(people, where)]
    return np.stack(each) if each else np.zeros((0,), np.float32)
