"""Rotation matrices from Euler angles, in the order in which a motion file lists its channels."""

from typing import Literal

import numpy as np
from jaxtyping import Float

AxisName = Literal["x", "y", "z"]

# The two other axes of a rotation, in the cyclic order that gives the sine its sign.
_PLANE = {"x": (1, 2), "y": (2, 0), "z": (0, 1)}


def rotation_about(axis: AxisName, radians: Float[np.ndarray, "*batch"]) -> Float[np.ndarray, "*batch 3 3"]:
    """Turn counter-clockwise about one coordinate axis, as matrices on column vectors."""
    first, second = _PLANE[axis]
    matrix = np.zeros((*radians.shape, 3, 3)) + np.eye(3)
    matrix[..., first, first] = matrix[..., second, second] = np.cos(radians)
    matrix[..., second, first] = np.sin(radians)
    matrix[..., first, second] = -matrix[..., second, first]
    return matrix


def rotation_from_euler(
    axes: tuple[AxisName, ...], radians: Float[np.ndarray, "*batch axes"]
) -> Float[np.ndarray, "*batch 3 3"]:
    """Multiply R(axes[0]) R(axes[1]) ... : turns about the axes of the body, applied as they are listed.

    No axes at all give the identity. A file that lists turns about fixed axes passes them reversed.
    """
    rotation = np.zeros((*radians.shape[:-1], 3, 3)) + np.eye(3)
    for column, axis in enumerate(axes):
        rotation = rotation @ rotation_about(axis, radians[..., column])
    return rotation


def euler_from_rotation(
    axes: tuple[AxisName, AxisName, AxisName], rotations: Float[np.ndarray, "frame joint 3 3"]
) -> Float[np.ndarray, "frame joint 3"]:
    """Return the angles that `rotation_from_euler` turns back, about three different axes, in radians.

    Of the two triples that are one rotation, and of their full turns, each frame takes the one nearest to the frame
    before, so that programs which interpolate angles go the short way.
    """
    first, middle, last = ("xyz".index(axis) for axis in axes)
    sign = 1.0 if (middle - first) % 3 == 1 else -1.0  # of the axes' order
    R = rotations
    angles = np.stack(
        [
            np.arctan2(-sign * R[..., middle, last], R[..., last, last]),
            np.arcsin(np.clip(sign * R[..., first, last], -1.0, 1.0)),
            np.arctan2(-sign * R[..., first, middle], R[..., first, first]),
        ],
        axis=-1,
    )
    other = angles * np.array([1.0, -1.0, 1.0]) + np.pi
    chosen = angles.copy()
    for frame in range(1, len(angles)):
        before = chosen[frame - 1]
        same, turned = (_nearest_turn(triple[frame], before) for triple in (angles, other))
        nearer = abs(turned - before).sum(axis=-1) < abs(same - before).sum(axis=-1)
        chosen[frame] = np.where(nearer[..., None], turned, same)
    return chosen


def _nearest_turn(
    radians: Float[np.ndarray, "*batch"], to: Float[np.ndarray, "*batch"]
) -> Float[np.ndarray, "*batch"]:
    """Add the full turns that bring angles nearest to others."""
    return radians + 2 * np.pi * np.round((to - radians) / (2 * np.pi))
