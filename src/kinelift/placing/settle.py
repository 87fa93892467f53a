"""A body brought to agree with its rays and its bones, as far from what the network says as both of them ask.

A network has seen many bodies, and answers for a frame with what is likely of it. A clip says more: that bones keep one
length, and where every joint lies across the line of sight. Joints of a frame are those that are likeliest given

    ray          the distance of a marked joint from its ray: 2.5 cm, and little to say where it is far more (Cauchy)
    bone         its length in the clip: 1.2 cm
    network      the bone's vector: 6 cm in any direction

found by Gauss-Newton, whose every step is exact and takes time linear in the number of joints, for a skeleton is a
tree: what hangs from a joint is summed up on the way to the root, and placed on the way back.
"""

from __future__ import annotations

import math

import numpy as np
from jaxtyping import Bool, Float

from kinelift.body.skeleton import Skeleton

RAY_METRES = 0.025
STRAY_METRES = 0.08
"""Distance from its ray at which a joint's say is halved."""
LENGTH_METRES = 0.012
NETWORK_METRES = 0.06
ROUNDS = 3
SLOWNESS = 0.03
"""Share of the hold on a bone's length that holds its direction for the length of a step."""
EASING_SECONDS = 0.06
"""Standard deviation of the weights by which what is changed is averaged over time, so that it does not flicker."""

_LOOSE = 1e-4
"""Hold on the root, against frames in which it is held by nothing."""

_Vectors = Float[np.ndarray, "3 frame"]
_Matrices = Float[np.ndarray, "3 3 frame"]


def settle_look_ahead(fps: float) -> int:
    """Frames that `settle` reads ahead."""
    return math.ceil(3.0 * EASING_SECONDS * fps)


def settle(
    joints: Float[np.ndarray, "frame joint 3"],
    root: Float[np.ndarray, "frame 3"],
    rays: Float[np.ndarray, "frame joint 2"],
    scores: Float[np.ndarray, "frame joint"],
    lengths: Float[np.ndarray, " bone"],
    skeleton: Skeleton,
    fps: float,
) -> Float[np.ndarray, "frame joint 3"]:
    """Return joints relative to joint 0 that agree better with rays (x/z, y/z) and with the bones' lengths in metres.

    `root` is where `place_root` puts joint 0, NaN on rows to be left as they are. Bones come near their lengths, not
    to them. Reads `settle_look_ahead` frames on either side.
    """
    placed = np.isfinite(root).all(-1)
    if not placed.any():
        return joints
    seen = (scores > 0) & np.isfinite(rays).all(-1)
    relative = joints[placed].astype(np.float64)
    settled = _settled(
        relative,
        relative + root[placed, None],
        np.where(seen, scores, 0.0)[placed],
        np.where(seen[..., None], rays, 0.0)[placed],
        lengths,
        skeleton,
    )
    changed = np.zeros(joints.shape)
    changed[placed] = settled - settled[:, :1] - relative
    return (joints + _eased(changed, placed, fps)).astype(joints.dtype)


def _settled(
    network: Float[np.ndarray, "frame joint 3"],
    start: Float[np.ndarray, "frame joint 3"],
    scores: Float[np.ndarray, "frame joint"],
    rays: Float[np.ndarray, "frame joint 2"],
    lengths: Float[np.ndarray, " bone"],
    skeleton: Skeleton,
) -> Float[np.ndarray, "frame joint 3"]:
    told = np.ascontiguousarray(network.transpose(1, 2, 0))
    at = np.ascontiguousarray(start.transpose(1, 2, 0))
    rays, scores = np.ascontiguousarray(rays.transpose(1, 2, 0)), np.ascontiguousarray(scores.T)
    for _ in range(ROUNDS):
        at = _step(at, told, rays, scores, lengths, skeleton)
    return at.transpose(2, 0, 1)


def _step(
    at: Float[np.ndarray, "joint 3 frame"],
    told: Float[np.ndarray, "joint 3 frame"],
    rays: Float[np.ndarray, "joint 2 frame"],
    scores: Float[np.ndarray, "joint frame"],
    lengths: Float[np.ndarray, " bone"],
    skeleton: Skeleton,
) -> Float[np.ndarray, "joint 3 frame"]:
    """Solve for all joints with bones turned and rays trusted as they are now."""
    frames = at.shape[-1]
    stiffness = np.zeros((len(skeleton), 3, 3, frames))
    pull = np.zeros((len(skeleton), 3, frames))
    for joint in np.flatnonzero(scores.any(-1)):
        stiffness[joint] += _ray_stiffness(at[joint], rays[joint], scores[joint])
    stiffness[0, range(3), range(3)] += _LOOSE
    pull[0] += _LOOSE * at[0]
    links = {}
    for bone in reversed(range(len(skeleton.bones))):
        parent, child = skeleton.bones[bone]
        link, wanted = _link(at[child] - at[parent], told[child] - told[parent], lengths[bone])
        softness = _inverse(link + stiffness[child])
        through = np.einsum("ijt,jkt->ikt", link, softness)
        passed = link - np.einsum("ijt,jkt->ikt", through, link)
        stiffness[parent] += passed
        pull[parent] += _product(through, pull[child]) - _product(passed, wanted)
        links[bone] = link, wanted, softness
    found = np.empty_like(at)
    found[0] = _product(_inverse(stiffness[0]), pull[0])
    for bone, (parent, child) in enumerate(skeleton.bones):
        link, wanted, softness = links[bone]
        found[child] = _product(softness, pull[child] + _product(link, found[parent] + wanted))
    return found


def _link(vector: _Vectors, told: _Vectors, length: float) -> tuple[_Matrices, _Vectors]:
    """Return how stiffly a bone's vector is held, and at what: as the network told, and along itself to its length.

    Across itself it is held a little to the direction it has, without which a step may turn it to and fro. With
    direction u, (soft + slow) I + (firm - slow) u u' pulls to where its product with it is soft told + firm length u.
    """
    direction = vector / np.maximum(np.sqrt((vector**2).sum(0)), 1e-6)
    soft, firm = 1.0 / NETWORK_METRES**2, 1.0 / LENGTH_METRES**2
    slow = SLOWNESS * firm
    link = (soft + slow) * np.eye(3)[..., None] + (firm - slow) * direction[:, None] * direction
    pull = soft * told + firm * length * direction
    along = (direction * pull).sum(0)
    wanted = pull / (soft + slow) + (1.0 / (soft + firm) - 1.0 / (soft + slow)) * along * direction
    return link, wanted


def _ray_stiffness(
    at: _Vectors, ray: Float[np.ndarray, "2 frame"], score: Float[np.ndarray, " frame"]
) -> _Matrices:
    """Return how stiffly a joint is held to the ray through the lens: (x - u z)^2 + (y - v z)^2, weighted."""
    u, v = ray
    away = (at[0] - u * at[2]) ** 2 + (at[1] - v * at[2]) ** 2
    weight = score / (RAY_METRES**2 * (1.0 + away / STRAY_METRES**2))
    zero = np.zeros_like(weight)
    return np.array(
        [
            [weight, zero, -weight * u],
            [zero, weight, -weight * v],
            [-weight * u, -weight * v, weight * (u * u + v * v)],
        ]
    )


def _product(matrices: _Matrices, vectors: _Vectors) -> _Vectors:
    return np.einsum("ijt,jt->it", matrices, vectors)


def _inverse(matrices: _Matrices) -> _Matrices:
    """Invert symmetric matrices by their cofactors."""
    (a, b, c), (_, d, e), (_, _, f) = matrices
    first, second, third = d * f - e * e, c * e - b * f, b * e - c * d
    determinant = a * first + b * second + c * third
    middle, last, corner = a * f - c * c, a * d - b * b, b * c - a * e
    return np.array([[first, second, third], [second, middle, corner], [third, corner, last]]) / determinant


def _eased(
    changed: Float[np.ndarray, "frame joint 3"], placed: Bool[np.ndarray, " frame"], fps: float
) -> Float[np.ndarray, "frame joint 3"]:
    """Average over time, among placed rows, with weights of a bell curve."""
    reach = min(settle_look_ahead(fps), len(changed) - 1)
    bell = np.exp(-0.5 * (np.arange(-reach, reach + 1) / (EASING_SECONDS * fps)) ** 2)
    total, weight = np.zeros_like(changed), np.zeros(len(changed))
    for offset, share in zip(range(-reach, reach + 1), bell, strict=True):
        into = slice(max(offset, 0), len(changed) + min(offset, 0))
        of = slice(max(-offset, 0), len(changed) - max(offset, 0))
        total[into] += share * changed[of] * placed[of, None, None]
        weight[into] += share * placed[of]
    return np.where(placed[:, None, None], total / np.maximum(weight, 1e-12)[:, None, None], 0.0)
