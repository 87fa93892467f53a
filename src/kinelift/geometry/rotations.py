"""Rotations as unit quaternions wxyz and as matrices. Any leading batch shape; numpy and torch.

Quaternions act from the left on column vectors: rotate(multiply(a, b), v) = rotate(a, rotate(b, v)).
Formulas: Sola, "Quaternion kinematics for the error-state Kalman filter" (2017), sections 1 and 2.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Float

from kinelift.geometry.namespace import constant, namespace


def multiply_quaternions(a: Float[Any, "... 4"], b: Float[Any, "... 4"]) -> Float[Any, "... 4"]:
    """Return the Hamilton product a b: the rotation b followed by a."""
    aw, ax, ay, az = a[..., 0], a[..., 1], a[..., 2], a[..., 3]
    bw, bx, by, bz = b[..., 0], b[..., 1], b[..., 2], b[..., 3]
    product = (
        aw * bw - ax * bx - ay * by - az * bz,
        aw * bx + ax * bw + ay * bz - az * by,
        aw * by - ax * bz + ay * bw + az * bx,
        aw * bz + ax * by - ay * bx + az * bw,
    )
    return namespace(a).stack(product, axis=-1)


def invert_quaternion(quaternion: Float[Any, "... 4"]) -> Float[Any, "... 4"]:
    """Return the inverse of unit quaternions: the conjugate."""
    return quaternion * constant((1.0, -1.0, -1.0, -1.0), quaternion)


def normalize_quaternion(quaternion: Float[Any, "... 4"]) -> Float[Any, "... 4"]:
    """Scale quaternions to unit length; NaN where the length is 0, which names no rotation."""
    xp = namespace(quaternion)
    length = xp.linalg.norm(quaternion, axis=-1, keepdims=True)
    return quaternion / xp.where(length > 0, length, xp.nan)


def rotate(quaternion: Float[Any, "... 4"], vectors: Float[Any, "... 3"]) -> Float[Any, "... 3"]:
    """Rotate vectors by unit quaternions: v + 2 w (u x v) + 2 u x (u x v), u the vector part."""
    w, u = quaternion[..., :1], quaternion[..., 1:]
    t = 2.0 * cross(u, vectors)
    return vectors + w * t + cross(u, t)


def quaternion_to_matrix(quaternion: Float[Any, "... 4"]) -> Float[Any, "... 3 3"]:
    """Return the rotation matrices of unit quaternions."""
    xp = namespace(quaternion)
    w, x, y, z = quaternion[..., 0], quaternion[..., 1], quaternion[..., 2], quaternion[..., 3]
    rows = (
        xp.stack((1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)), axis=-1),
        xp.stack((2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)), axis=-1),
        xp.stack((2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)), axis=-1),
    )
    return xp.stack(rows, axis=-2)


def quaternion_from_matrix(matrix: Float[Any, "... 3 3"]) -> Float[Any, "... 4"]:
    """Return the unit quaternions, w >= 0, of rotation matrices.

    The rows of K = 4 q q^T can be read off the matrix; each is q times 4 q_i, and the one with the largest
    q_i is well conditioned for every rotation (Shepperd, 1978).
    """
    xp = namespace(matrix)
    m = [[matrix[..., row, column] for column in range(3)] for row in range(3)]
    (xx, xy, xz), (yx, yy, yz), (zx, zy, zz) = m
    rows = (
        (1 + xx + yy + zz, zy - yz, xz - zx, yx - xy),
        (zy - yz, 1 + xx - yy - zz, yx + xy, xz + zx),
        (xz - zx, yx + xy, 1 - xx + yy - zz, zy + yz),
        (yx - xy, xz + zx, zy + yz, 1 - xx - yy + zz),
    )
    K = xp.stack([xp.stack(row, axis=-1) for row in rows], axis=-2)
    largest = xp.stack([rows[i][i] for i in range(4)], axis=-1).argmax(axis=-1)
    return _upper_half(
        normalize_quaternion((K * constant(np.eye(4), matrix)[largest][..., None]).sum(axis=-2))
    )


def quaternion_from_axis_angle(axis_angle: Float[Any, "... 3"]) -> Float[Any, "... 4"]:
    """Return the unit quaternions of rotation vectors (axis times radians)."""
    xp = namespace(axis_angle)
    angle = xp.linalg.norm(axis_angle, axis=-1, keepdims=True)
    sine_over_angle = 0.5 * xp.sinc(angle / (2.0 * np.pi))  # sin(angle / 2) / angle, 1/2 where the angle is 0
    return xp.concatenate((xp.cos(angle / 2.0), axis_angle * sine_over_angle), axis=-1)


def quaternion_to_axis_angle(quaternion: Float[Any, "... 4"]) -> Float[Any, "... 3"]:
    """Return the rotation vectors (axis times radians, at most pi) of unit quaternions."""
    xp = namespace(quaternion)
    quaternion = _upper_half(quaternion)
    w, u = quaternion[..., :1], quaternion[..., 1:]
    sine = xp.linalg.norm(u, axis=-1, keepdims=True)
    turning = sine > 0
    return u * xp.where(turning, 2.0 * xp.arctan2(sine, w) / xp.where(turning, sine, 1.0), 2.0)


def shortest_arc(start: Float[Any, "... 3"], end: Float[Any, "... 3"]) -> Float[Any, "... 4"]:
    """Return the smallest rotation that turns the direction `start` into `end`, of any lengths.

    Between opposite directions every half turn is as short: it turns about some axis square to `start`.
    Where a direction has length 0 the rotation is the identity.
    """
    xp = namespace(start)
    a, b = unit_vectors(start), unit_vectors(end)
    # q = (1 + a.b, a x b) normalised; |a + b|^2 / 2 = 1 + a.b without cancellation near opposite directions.
    w = ((a + b) ** 2).sum(axis=-1, keepdims=True) / 2.0
    turn = xp.concatenate((w, cross(a, b)), axis=-1)
    half_turn = xp.concatenate((xp.zeros_like(w), _square_to(a) + 0.0 * b), axis=-1)
    known = (a**2).sum(axis=-1, keepdims=True) * (b**2).sum(axis=-1, keepdims=True) > 0.25
    turn = xp.where(w > xp.finfo(turn.dtype).eps, turn, half_turn)
    return normalize_quaternion(xp.where(known, turn, constant((1.0, 0.0, 0.0, 0.0), turn)))


def quaternion_from_yaw_pitch_roll(
    yaw: Float[Any, ...], pitch: Float[Any, ...], roll: Float[Any, ...]
) -> Float[Any, "... 4"]:
    """Return the rotation by roll about z, then pitch about x, then yaw about y; radians."""
    about_y, about_x, about_z = (
        quaternion_from_axis_angle(angle[..., None] * constant(axis, angle))
        for angle, axis in ((yaw, (0.0, 1.0, 0.0)), (pitch, (1.0, 0.0, 0.0)), (roll, (0.0, 0.0, 1.0)))
    )
    return multiply_quaternions(multiply_quaternions(about_y, about_x), about_z)


def matrix_about_x(radians: Float[Any, ...]) -> Float[Any, "... 3 3"]:
    """Return the matrices that turn y towards z by an angle."""
    return quaternion_to_matrix(
        quaternion_from_axis_angle(radians[..., None] * constant((1.0, 0.0, 0.0), radians))
    )


def matrix_about_y(radians: Float[Any, ...]) -> Float[Any, "... 3 3"]:
    """Return the matrices that turn z towards x by an angle."""
    return quaternion_to_matrix(
        quaternion_from_axis_angle(radians[..., None] * constant((0.0, 1.0, 0.0), radians))
    )


def matrix_about_z(radians: Float[Any, ...]) -> Float[Any, "... 3 3"]:
    """Return the matrices that turn x towards y by an angle."""
    return quaternion_to_matrix(
        quaternion_from_axis_angle(radians[..., None] * constant((0.0, 0.0, 1.0), radians))
    )


def cross(a: Float[Any, "... 3"], b: Float[Any, "... 3"]) -> Float[Any, "... 3"]:
    """Return the cross product over the last axis."""
    ax, ay, az = a[..., 0], a[..., 1], a[..., 2]
    bx, by, bz = b[..., 0], b[..., 1], b[..., 2]
    return namespace(a).stack((ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx), axis=-1)


def unit_vectors(vectors: Float[Any, "... axis"]) -> Float[Any, "... axis"]:
    """Scale vectors to length 1; those of length 0 stay 0."""
    xp = namespace(vectors)
    length = xp.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / xp.where(length > 0, length, 1.0)


def _upper_half(quaternion: Any) -> Any:
    """Of q and -q, which are one rotation, take the one with w >= 0."""
    return namespace(quaternion).where(quaternion[..., :1] < 0, -quaternion, quaternion)


def _square_to(vectors: Any) -> Any:
    """Return some vectors square to unit vectors: crossed with the axis of their smallest component."""
    smallest = abs(vectors).argmin(axis=-1)
    return cross(vectors, constant(np.eye(3), vectors)[smallest])
