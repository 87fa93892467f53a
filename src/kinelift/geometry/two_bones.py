"""A limb of two bones brought to where its end must be."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from kinelift.geometry.rotations import unit_vectors

STRAIGHTEST = 0.9995
"""Of the two bones' lengths together, how far apart the ends of a limb are at most that was bent: one that is all but
straight might bend to its other side in the next frame."""

_NO_LENGTH = 1e-9


def reach_with_two_bones(
    start: Float[np.ndarray, "*batch 3"],
    middle: Float[np.ndarray, "*batch 3"],
    end: Float[np.ndarray, "*batch 3"],
    target: Float[np.ndarray, "*batch 3"],
) -> tuple[Float[np.ndarray, "*batch 3"], Float[np.ndarray, "*batch 3"]]:
    """Return the middle and the end of a limb whose end has gone to `target`, or towards it as far as the limb reaches.

    Bones keep their lengths, and the plane that the limb bends in turns no more than the line between its ends does. A
    limb straighter than STRAIGHTEST may stay as straight as it is.
    """
    upper, lower = (_length(bone) for bone in (middle - start, end - middle))
    before, after = end - start, target - start
    was, wanted = _length(before), _length(after)
    longest = np.maximum(STRAIGHTEST * (upper + lower), was)
    # Rounding may have put the ends farther apart than the bones reach.
    length = np.clip(wanted, np.abs(upper - lower), np.minimum(longest, upper + lower))
    along = np.where(wanted > _NO_LENGTH, after, before) / np.maximum(
        np.where(wanted > _NO_LENGTH, wanted, was), _NO_LENGTH
    )
    foot = (upper**2 - lower**2 + length**2) / np.maximum(2.0 * length, _NO_LENGTH)
    aside = np.sqrt(np.maximum(upper**2 - foot**2, 0.0))
    bent = _bending(middle - start, before / np.maximum(was, _NO_LENGTH), along)
    return start + foot * along + aside * bent, start + length * along


def _bending(
    upper: Float[np.ndarray, "*batch 3"],
    before: Float[np.ndarray, "*batch 3"],
    after: Float[np.ndarray, "*batch 3"],
) -> Float[np.ndarray, "*batch 3"]:
    """Turn the side a limb bends to as its axis turns from one direction to another, the shortest way."""
    side = upper - (upper * before).sum(-1, keepdims=True) * before
    axis, cos = np.cross(before, after), (before * after).sum(-1, keepdims=True)
    share = (axis * side).sum(-1, keepdims=True) / np.maximum(1.0 + cos, _NO_LENGTH)
    turned = side * cos + np.cross(axis, side) + axis * share
    turned = turned - (turned * after).sum(-1, keepdims=True) * after
    # A straight limb bends to any side.
    any_side = np.cross(after, np.eye(3)[np.abs(after).argmin(-1)])
    return unit_vectors(np.where(_length(turned) > _NO_LENGTH, turned, any_side))


def _length(vectors: Float[np.ndarray, "*batch 3"]) -> Float[np.ndarray, "*batch 1"]:
    return np.linalg.norm(vectors, axis=-1, keepdims=True)
