"""What keypoints tell of a network's joints."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinelift.body import Camera, Keypoints, Motion, Skeleton
from kinelift.body.mapping import map_skeleton, mapping
from kinelift.geometry.projection import project, unproject


@dataclass(frozen=True, eq=False)
class Marks:
    """Keypoints brought to the layout of the joints they are to become."""

    keypoints: Keypoints
    """In that layout; joints may be derived or absent."""
    rays: Float[np.ndarray, "frame joint 2"]
    exact_scores: Float[np.ndarray, "frame joint"]
    """Scores of joints that the keypoints mark themselves; 0 for those derived from others."""
    scores: Float[np.ndarray, "frame joint"]
    """A joint's score is its keypoint's; joints no keypoint speaks of take the mean of the frame's."""


def read_marks(keypoints: Keypoints, skeleton: Skeleton, camera: Camera) -> Marks:
    """Bring keypoints to a layout of joints and to rays."""
    marked, made = map_skeleton(keypoints, skeleton), mapping(keypoints.skeleton, skeleton)
    derived, absent = (
        np.array([n in names for n in skeleton.names]) for names in (made.derived, made.absent)
    )
    mean = keypoints.scores.sum(-1) / np.maximum(keypoints.seen.sum(-1), 1)
    return Marks(
        keypoints=marked,
        rays=unproject(camera, marked.points_px.astype(np.float64)),
        exact_scores=np.where(derived, np.float32(0.0), marked.scores),
        scores=np.where(absent, mean[:, None], marked.scores),
    )


def reprojection_error(motion: Motion, marks: Marks, camera: Camera) -> Float[np.ndarray, " frame"]:
    """Root mean square distance in pixels between projected joints and the keypoints of the same name."""
    seen = marks.keypoints
    error = ((project(camera, motion.joints.astype(np.float64)) - seen.points_px) ** 2).sum(-1)
    counted = np.isfinite(error) & seen.seen & motion.observed[:, None]
    mean = np.where(counted, error, 0.0).sum(-1) / np.maximum(counted.sum(-1), 1)
    return np.where(counted.any(-1), np.sqrt(mean), np.nan)
