"""Joints hung on the rays of their keypoints: what a network answers with when it reads rays.

A keypoint says where its joint lies across the line of sight but for one factor, so that a network need not learn to
copy it: it is asked for that factor, for depths, and for how far joints lie beside their keypoints, which noise,
occlusion and the bias of detectors make necessary.

    x = p (s + size * depth) + beside      p, size   of the frame answered for, as `normalise_rays` gives them
    z = depth                              s         metres, at the root's distance, that one unit of p spans

In the pinhole model x = u (Z + depth) with u = size * p and Z the root's distance, so s = size * Z.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from kinelift.geometry.normalisation import TYPICAL_LOG_SIZE

TYPICAL_SPAN = 0.38
"""Metres that one unit of normalised rays spans on a standing adult."""

TYPICAL_ERROR = 0.06
"""Metres by which a joint is off."""

NUMBERS_A_JOINT = 4
"""x, y, z in metres, and the distance in metres by which the joint is expected to be off."""


@dataclass(frozen=True)
class AnchoredHead:
    """What is made of a network's last layer.

    Its rows hold, each for all joints, metres beside the ray across and down, depths, and logarithms of expected
    errors; last the logarithm of s.
    """

    anchors: tuple[int, ...]
    """For each joint the keypoint that marks it; -1 where none does."""
    features: int
    """Numbers of each keypoint, of which the first two are p."""
    size_at: int
    """Place of the log size in a flat input frame."""

    @property
    def width(self) -> int:
        """Numbers in a row."""
        return 4 * len(self.anchors) + 1

    def picked(self, frames: int) -> Float[Tensor, "frame_feature plane_joint"]:
        """Return the matrix that takes p of every joint, x then y, from a flat input frame; 0 where none is marked."""
        joints = len(self.anchors)
        matrix = torch.zeros(frames, 2 * joints)
        for joint, keypoint in enumerate(self.anchors):
            if keypoint >= 0:
                for axis in range(2):
                    matrix[keypoint * self.features + axis, axis * joints + joint] = 1.0
        return matrix

    def __call__(
        self, rows: Float[Tensor, "batch time row"], frames: Float[Tensor, "batch time frame_feature"]
    ) -> Float[Tensor, "batch time joint 4"]:
        """Return joints in metres and their expected errors; `frames` are the input frames answered for."""
        joints = len(self.anchors)
        planes = rows[..., :-1].unflatten(-1, (4, joints))
        beside, depth, log_error = planes[..., :2, :], planes[..., 2:3, :], planes[..., 3:, :]
        size = torch.exp(frames[..., self.size_at] + TYPICAL_LOG_SIZE)[..., None, None]
        span = TYPICAL_SPAN * torch.exp(rows[..., -1:, None])
        p = (frames @ self.picked(frames.shape[-1]).to(frames)).unflatten(-1, (2, joints))
        across = p * (span + size * depth) + beside
        return torch.cat([across, depth, TYPICAL_ERROR * torch.exp(log_error)], dim=-2).transpose(-1, -2)
