"""Where the body stands: the root in metres, from joints and the rays they were seen along."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

PLACE_ROOT_LOOK_AHEAD = 0
"""Frames: each is placed by itself."""

FEWEST_JOINTS = 4
"""Joints that must be seen for a frame to count as observed; two would do for three unknowns if they were exact."""

TOLERATED_ERROR = 0.06
"""Metres at the body beyond which a joint's disagreement stops adding weight (a keypoint on another limb)."""

NEAREST_ROOT = 0.3
"""Metres in front of the camera nearer than which a solution is no body seen by a camera."""

ROUNDS = 6


@dataclass(frozen=True, eq=False)
class PlacedRoot:
    """Root positions and which of them rest on keypoints."""

    root: Float[np.ndarray, "frame 3"]
    """Metres, camera frame; NaN where not observed."""
    observed: Bool[np.ndarray, " frame"]
    trust: Float[np.ndarray, " frame"]
    """1 where joints and rays agree, a fifth where none does; 0 where not observed."""


def place_root(
    joints: Float[np.ndarray, "frame joint 3"],
    rays: Float[np.ndarray, "frame joint 2"],
    scores: Float[np.ndarray, "frame joint"],
) -> PlacedRoot:
    """Find the root that brings root-relative joints onto their rays, by robust weighted least squares.

    Each joint seen along (u, v) gives two equations linear in the root t:
    x + tx = u (z + tz) and y + ty = v (z + tz). Solved a few times, weights falling with the distance between
    joint and ray (Cauchy), so that a keypoint gone astray does not move the body.
    """
    seen = (scores > 0) & np.isfinite(rays).all(-1)
    u, v = np.moveaxis(np.where(seen[..., None], rays, 0.0).astype(np.float64), -1, 0)
    x, y, z = np.moveaxis(joints.astype(np.float64), -1, 0)
    trust = np.where(seen, scores, 0.0).astype(np.float64)
    weights = trust
    enough = seen.sum(-1) >= FEWEST_JOINTS
    root, miss = np.zeros((len(joints), 3)), np.zeros(trust.shape)
    for _ in range(ROUNDS):
        root = _solve(u, v, u * z - x, v * z - y, weights)
        across = x + root[:, None, 0] - u * (z + root[:, None, 2])
        down = y + root[:, None, 1] - v * (z + root[:, None, 2])
        miss = np.hypot(across, down)
        weights = trust / (1.0 + (miss / TOLERATED_ERROR) ** 2)
    observed = enough & np.isfinite(root).all(-1) & (root[:, 2] > NEAREST_ROOT)
    clipped = np.minimum(miss, 2.0 * TOLERATED_ERROR)
    mean_square = (trust * clipped**2).sum(-1) / np.maximum(trust.sum(-1), 1e-9)
    agreement = 1.0 / (1.0 + mean_square / TOLERATED_ERROR**2)
    return PlacedRoot(np.where(observed[:, None], root, np.nan), observed, np.where(observed, agreement, 0.0))


def _solve(
    u: Float[np.ndarray, "frame joint"],
    v: Float[np.ndarray, "frame joint"],
    a: Float[np.ndarray, "frame joint"],
    b: Float[np.ndarray, "frame joint"],
    w: Float[np.ndarray, "frame joint"],
) -> Float[np.ndarray, "frame 3"]:
    """Solve tx - u tz = a, ty - v tz = b in the least squares sense, frame by frame."""
    total, wu, wv = w.sum(-1), (w * u).sum(-1), (w * v).sum(-1)
    normal = np.zeros((len(w), 3, 3))
    normal[:, 0, 0] = normal[:, 1, 1] = total
    normal[:, 0, 2] = normal[:, 2, 0] = -wu
    normal[:, 1, 2] = normal[:, 2, 1] = -wv
    normal[:, 2, 2] = (w * (u * u + v * v)).sum(-1)
    right = np.stack([(w * a).sum(-1), (w * b).sum(-1), -(w * (u * a + v * b)).sum(-1)], -1)
    normal += 1e-9 * np.eye(3)
    return np.linalg.solve(normal, right[..., None])[..., 0]
