"""A walk with everything that breaks clips: what stretches are tried on."""

from __future__ import annotations

import numpy as np

from kinelift.body import Keypoints
from tests.walking import walking_person


def restless_walk(seed: int, frames: int, fps: float = 30.0) -> Keypoints:
    """Return a walk with noise, leaps to elsewhere, gaps short and long, joints gone astray and flicker."""
    random = np.random.default_rng(seed)
    walk = walking_person(0, max(frames, 60)).keypoints
    points, scores = walk.points_px[:frames].copy(), walk.scores[:frames].copy()
    points += random.normal(0, random.choice([0.0, 1.0, 6.0]), points.shape)
    for start in random.integers(0, frames, random.integers(0, 5)):
        points[start : start + random.choice([3, 12, 150])] += random.normal(0, 250, 2)
    for start in random.integers(0, frames, random.integers(0, 5)):
        scores[start : start + random.choice([1, 8, 30, frames // 2])] = 0
    for start, joint in random.integers(0, (frames, 17), (12, 2)):
        points[start : start + random.integers(1, 30), joint] += random.normal(0, 120, 2)
    scores[random.random(scores.shape) < random.choice([0.0, 0.02, 0.2])] = 0
    return Keypoints(points, scores, walk.skeleton, fps, walk.image_size)
