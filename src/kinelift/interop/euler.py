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
