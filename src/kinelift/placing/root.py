"""Where the body stands: the root in metres, from joints and the rays they were seen along."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from kinelift.lifting.per_stream import PerStream, join

PLACE_ROOT_LOOK_AHEAD = 0
"""Frames: each is placed by itself."""

FEWEST_JOINTS = 4
"""Joints that must be seen for a frame to count as observed; two would do for three unknowns if they were exact."""

TOLERATED_ERROR = 0.06
"""Metres at the body beyond which a joint's disagreement stops adding weight (a keypoint on another limb)."""

NEAREST_ROOT = 0.3
"""Metres in front of the camera nearer than which a solution is no body seen by a camera."""

ROUNDS = 6
_TINY = 1e-9
_MOST_DOUBT = 5.0
"""Of a joint twice the tolerated error away, or farther."""


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
    terms = new_terms(len(joints), joints.shape[1])
    write_terms(terms, joints, np.where(seen[..., None], rays, 0.0))
    root, agreement = robust_root(terms, np.where(seen, scores, 0.0).astype(np.float64))
    root, agreement = join(*root), join(agreement)[:, 0]
    observed = (seen.sum(-1) >= FEWEST_JOINTS) & np.isfinite(root).all(-1) & (root[:, 2] > NEAREST_ROOT)
    return PlacedRoot(np.where(observed[:, None], root, np.nan), observed, np.where(observed, agreement, 0.0))


def new_terms(frames: int, joints: int) -> Float[np.ndarray, "frame term joint"]:
    """Make room for what the sums over joints are made of: 1, u, v, a, b and their products.

    a = u z - x and b = v z - y, so that a joint's equations are tx - u tz = a and ty - v tz = b; the products are
    u^2 + v^2, a^2 + b^2, u a + v b.
    """
    terms = np.empty((frames, 8, joints))
    terms[:, 0] = 1.0
    return terms


def write_terms(
    terms: Float[np.ndarray, "frame term joint"],
    joints: Float[np.ndarray, "frame joint 3"],
    rays: Float[np.ndarray, "frame joint 2"],
) -> None:
    """Write them for these joints and rays."""
    all_four, u_v, a_b = terms[:, 1:5], terms[:, 1:3], terms[:, 3:5]
    u_v[:] = rays.swapaxes(1, 2)
    np.multiply(u_v, joints[:, None, :, 2], out=a_b)
    a_b -= joints[:, :, :2].swapaxes(1, 2)
    squares, across = all_four * all_four, u_v * a_b
    np.add(squares[:, 0::2], squares[:, 1::2], out=terms[:, 5:7])
    np.add(across[:, 0], across[:, 1], out=terms[:, 7])


def robust_root(
    terms: Float[np.ndarray, "frame term joint"], trust: Float[np.ndarray, "frame joint"]
) -> tuple[tuple[PerStream, PerStream, PerStream], PerStream]:
    """Return roots, and 1 where joints and rays agree, down to a fifth where none does."""
    if len(terms) == 1:
        return _robust_root_of_one(terms[0], trust[0])
    doubts, root = np.ones(trust.shape), (0.0, 0.0, 0.0)
    for _ in range(ROUNDS):
        root = _solve(*np.matmul(terms, (trust / doubts)[..., None])[..., 0].T)
        doubts = np.matmul(np.stack(_doubt(*root), -1)[:, None], terms)[:, 0]
    return root, _agreement(trust.sum(-1), (trust * np.minimum(doubts, _MOST_DOUBT)).sum(-1))


def _robust_root_of_one(
    terms: Float[np.ndarray, "term joint"], trust: Float[np.ndarray, " joint"]
) -> tuple[tuple[float, float, float], float]:
    """Do the same for one frame, a live stream's, whose few numbers go faster one by one."""
    weights, factors, root = trust, np.empty(len(terms)), (0.0, 0.0, 0.0)
    doubts = trust
    for _ in range(ROUNDS):
        root = _solve(*terms.dot(weights).tolist())
        factors[:] = _doubt(*root)
        doubts = factors.dot(terms)
        weights = trust / doubts
    return root, _agreement(float(trust.sum()), trust.dot(np.minimum(doubts, _MOST_DOUBT)).item())


def _solve(
    n: PerStream,
    nu: PerStream,
    nv: PerStream,
    na: PerStream,
    nb: PerStream,
    nq: PerStream,
    _: PerStream,
    nc: PerStream,
) -> tuple[PerStream, PerStream, PerStream]:
    """Solve tx - u tz = a, ty - v tz = b in the least squares sense, from the weighted sums of the terms.

    Eliminates tx = (na + nu tz) / n, and ty likewise.
    """
    n = n + _TINY
    u, v = nu / n, nv / n
    z = (u * na + v * nb - nc) / (abs(nq - u * nu - v * nv) + _TINY)
    return na / n + u * z, nb / n + v * z, z


def _doubt(x: PerStream, y: PerStream, z: PerStream) -> tuple[PerStream, ...]:
    """Return what to multiply each term by for 1 + ((tx - u tz - a)^2 + (ty - v tz - b)^2) / tolerated^2."""
    k = x * 0.0 + 1.0 / TOLERATED_ERROR**2
    s, t = -2.0 * k * x, -2.0 * k * y
    return 1.0 - 0.5 * (s * x + t * y), s * z, t * z, s, t, k * z * z, k, 2.0 * k * z


def _agreement(total: PerStream, doubted: PerStream) -> PerStream:
    return (total + _TINY) / (doubted + _TINY)
