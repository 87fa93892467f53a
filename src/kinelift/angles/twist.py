"""The turn of a bone about itself, which two joints do not tell, from whatever else does, without pops.

A bone's direction fixes two of its three angles. The third, its twist, is read off a direction beside it, such as
the axis of the elbow: firmly where that stands out, not at all along a straight arm, where the plane of the elbow is
lost. There the twist is carried on and drawn towards what is expected of a body.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Complex, Float

from kinelift.geometry.rotations import (
    cross,
    multiply_quaternions,
    normalize_quaternion,
    quaternion_from_axis_angle,
    rotate,
    shortest_arc,
    unit_vectors,
)

STEADY_SECONDS = 0.04
"""How far a twist that stands out fully leans on its neighbours in time; one that stands out a tenth, ten times so."""
EXPECTED_TRUST = 1e-3
"""What the expected twist counts for beside one that is seen fully."""
FASTEST_TWIST_DEGREES = 500.0
"""A second, about the bone and relative to the parent. A thrown ball's arm turns faster; joints that are a few
centimetres off would have arms turn so all the time."""
BELIEVED_COSINE, DISBELIEVED_COSINE = 0.0, -0.7
"""Of the angle between seen and expected twist: up to a right angle it is believed, beyond 135 degrees it is taken for
noise, such as a knee that seems to bend forwards."""


def turns_along(
    bones: Float[np.ndarray, "frame 3"],
    seen: Float[np.ndarray, "frame 3"],
    expected: Float[np.ndarray, "frame 3"],
    *,
    rest_bone: Float[np.ndarray, "3"],
    rest_side: Float[np.ndarray, "3"],
    fps: float,
    fastest_degrees: float = FASTEST_TWIST_DEGREES,
) -> Float[np.ndarray, "frame 4"]:
    """Return the turns that bring `rest_bone` along each bone and `rest_side` as near as can be to the side seen.

    Bones may have any length. `seen` and `expected` have length 1 where they are sure, 0 where they say nothing.
    """
    carried = _carried_along(rest_bone, _never_zero(bones, rest_bone))
    first = rotate(carried, np.broadcast_to(rest_side, bones.shape))
    second = rotate(carried, np.broadcast_to(cross(rest_bone, rest_side), bones.shape))
    seen_there, expected_there = (_in_plane(side, first, second) for side in (seen, expected))
    trust = abs(seen_there) * _belief(seen_there, expected_there)
    said = trust * seen_there + EXPECTED_TRUST * abs(expected_there) * expected_there
    weight = trust * abs(seen_there) + EXPECTED_TRUST * abs(expected_there) ** 2
    steadied = _steadied(said, weight + 1e-9, (STEADY_SECONDS * fps) ** 2)
    twist = _slowed(np.unwrap(np.angle(steadied)), np.radians(fastest_degrees) / fps)
    return multiply_quaternions(carried, quaternion_from_axis_angle(twist[:, None] * rest_bone))


def _carried_along(
    rest: Float[np.ndarray, "3"], bones: Float[np.ndarray, "frame 3"]
) -> Float[np.ndarray, "frame 4"]:
    """Return turns that bring `rest` along each bone and never turn about it from one frame to the next."""
    starts = np.concatenate([rest[None], bones[:-1]])
    turns = _running_product(shortest_arc(starts, bones))
    # Takes off what rounding has added up to.
    strayed = shortest_arc(rotate(turns, np.broadcast_to(rest, bones.shape)), bones)
    return normalize_quaternion(multiply_quaternions(strayed, turns))


def _running_product(turns: Float[np.ndarray, "frame 4"]) -> Float[np.ndarray, "frame 4"]:
    """Return each turn after all before it, in log2(frames) steps (Hillis and Steele, 1986)."""
    product, reach = turns.copy(), 1
    while reach < len(turns):
        product[reach:] = normalize_quaternion(multiply_quaternions(product[reach:], product[:-reach].copy()))
        reach *= 2
    return product


def _never_zero(
    bones: Float[np.ndarray, "frame 3"], rest: Float[np.ndarray, "3"]
) -> Float[np.ndarray, "frame 3"]:
    """Return unit vectors; a bone without length keeps the direction it had last, or is to have first."""
    known: Bool[np.ndarray, " frame"] = (bones**2).sum(axis=-1) > 0
    if not known.any():
        return np.broadcast_to(rest, bones.shape).copy()
    latest = np.maximum.accumulate(np.where(known, np.arange(len(bones)), -1))
    return unit_vectors(bones[np.where(latest < 0, known.argmax(), latest)])


def _in_plane(
    vectors: Float[np.ndarray, "frame 3"],
    first: Float[np.ndarray, "frame 3"],
    second: Float[np.ndarray, "frame 3"],
) -> Complex[np.ndarray, " frame"]:
    """Return the part of vectors across the bone as complex numbers, whose angle is the twist."""
    return (vectors * first).sum(axis=-1) + 1j * (vectors * second).sum(axis=-1)


def _belief(
    seen: Complex[np.ndarray, " frame"], expected: Complex[np.ndarray, " frame"]
) -> Float[np.ndarray, " frame"]:
    """Return how far a twist is believed, from 1 to 0 as it leaves what is expected; 1 where nothing is."""
    size = abs(seen) * abs(expected)
    cosine = (seen * expected.conj()).real / np.where(size > 0, size, 1.0)
    fraction = np.clip((cosine - DISBELIEVED_COSINE) / (BELIEVED_COSINE - DISBELIEVED_COSINE), 0.0, 1.0)
    smooth = fraction**2 * (3.0 - 2.0 * fraction)
    return 1.0 - abs(expected) * (1.0 - smooth)


def _steadied(
    said: Complex[np.ndarray, " frame"], weight: Float[np.ndarray, " frame"], stiffness: float
) -> Complex[np.ndarray, " frame"]:
    """Return the z that minimises sum w |z - said / w|^2 + stiffness sum |z_(t+1) - z_t|^2.

    The equations are tridiagonal and solved by elimination (Thomas).
    """
    neighbours = np.full(len(said), 2.0)
    neighbours[0] -= 1.0
    neighbours[-1] -= 1.0
    diagonal = (weight + stiffness * neighbours).tolist()
    values = said.tolist()
    for t in range(1, len(values)):
        share = stiffness / diagonal[t - 1]
        diagonal[t] -= share * stiffness
        values[t] += share * values[t - 1]
    values[-1] /= diagonal[-1]
    for t in range(len(values) - 2, -1, -1):
        values[t] = (values[t] + stiffness * values[t + 1]) / diagonal[t]
    return np.array(values)


def _slowed(angles: Float[np.ndarray, " frame"], most: float) -> Float[np.ndarray, " frame"]:
    """Return angles that change by at most so much a frame: midway between the least such above, the greatest below."""
    steps = most * np.arange(len(angles))

    def reach_up(values: Float[np.ndarray, " frame"]) -> Float[np.ndarray, " frame"]:
        return np.maximum.accumulate(values + steps) - steps

    above = np.maximum(reach_up(angles), reach_up(angles[::-1])[::-1])
    below = -np.maximum(reach_up(-angles), reach_up(-angles[::-1])[::-1])
    return (above + below) / 2.0
