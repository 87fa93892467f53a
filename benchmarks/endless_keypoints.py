"""Keypoints that go on for ever and never come twice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

import kinelift as kl
from kinelift.demo import demo_clip
from kinelift.geometry.normalisation import normalise_width

FPS = 50.0
JITTER_PX = 0.5


@dataclass
class EndlessKeypoints:
    """The clip of `kinelift demo` forwards and backwards, with noise of its own on every frame."""

    seed: int = 0

    def __post_init__(self) -> None:
        clip = kl.read_keypoints(demo_clip())
        self.image_size = clip.image_size
        forth_and_back = [*range(len(clip)), *range(len(clip) - 2, 0, -1)]
        self._points, self._scores = clip.points_px[forth_and_back], clip.scores[forth_and_back]
        self._rng, self._next = np.random.default_rng(self.seed), 0

    def take(self, frames: int) -> kl.Keypoints:
        """Return the frames that follow."""
        rows = (self._next + np.arange(frames)) % len(self._points)
        self._next += frames
        points = self._points[rows] + self._rng.normal(0.0, JITTER_PX, (frames, *self._points.shape[1:]))
        return kl.Keypoints(points.astype(np.float32), self._scores[rows], kl.COCO_17, FPS, self.image_size)

    def rows(self, keypoints: kl.Keypoints) -> np.ndarray:
        """Return what the network reads of them, (frame, joint, 2)."""
        return normalise_width(keypoints.points_px, keypoints.scores, keypoints.image_size).joints
