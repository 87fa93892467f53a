"""Limbs of two bones that reach for where their end must be."""

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kinelift.geometry.two_bones import STRAIGHTEST, reach_with_two_bones


def limbs(seed: int, count: int = 64) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return bent limbs anywhere."""
    rng = np.random.default_rng(seed)
    start = rng.normal(size=(count, 3))
    middle = start + rng.normal(size=(count, 3)) * 0.4
    return start, middle, middle + rng.normal(size=(count, 3)) * 0.4


def lengths(*joints: np.ndarray) -> list[np.ndarray]:
    """Return the lengths of the bones between joints that follow each other."""
    return [np.linalg.norm(b - a, axis=-1) for a, b in pairwise(joints)]


@given(seed=st.integers(0, 2**32 - 1), far=st.floats(0.0, 3.0))
@settings(max_examples=60)
def test_bones_keep_their_lengths_however_far_the_target_is(seed: int, far: float) -> None:
    start, middle, end = limbs(seed)
    target = end + far * np.random.default_rng(seed + 1).normal(size=end.shape)
    moved = reach_with_two_bones(start, middle, end, target)
    np.testing.assert_allclose(lengths(start, *moved), lengths(start, middle, end), atol=1e-9)


@given(seed=st.integers(0, 2**32 - 1))
def test_the_end_is_at_a_target_within_reach(seed: int) -> None:
    start, middle, end = limbs(seed)
    upper, lower = lengths(start, middle, end)
    direction = np.random.default_rng(seed + 1).normal(size=end.shape)
    direction /= np.linalg.norm(direction, axis=-1, keepdims=True)
    share = np.random.default_rng(seed + 2).uniform(0.01, 0.99, len(end))
    distance = np.abs(upper - lower) + share * (STRAIGHTEST * (upper + lower) - np.abs(upper - lower))
    target = start + distance[:, None] * direction
    np.testing.assert_allclose(reach_with_two_bones(start, middle, end, target)[1], target, atol=1e-7)


def test_a_target_out_of_reach_is_pointed_at() -> None:
    start, middle, end = limbs(3)
    target = start + 10.0 * (end - start)
    _, reached = reach_with_two_bones(start, middle, end, target)
    along = np.cross(reached - start, target - start)
    np.testing.assert_allclose(along, 0.0, atol=1e-8)


def test_a_limb_that_is_where_it_must_be_stays_as_it_is() -> None:
    start, middle, end = limbs(4)
    moved = reach_with_two_bones(start, middle, end, end)
    np.testing.assert_allclose(moved[0], middle, atol=1e-7)
    np.testing.assert_allclose(moved[1], end, atol=1e-9)


def test_a_knee_bends_to_the_side_it_bent_to_and_a_straight_limb_to_any() -> None:
    hip, knee, ankle = np.array([0.0, 1.0, 0.0]), np.array([0.0, 0.5, 0.1]), np.array([0.0, 0.0, 0.0])
    moved, _ = reach_with_two_bones(hip, knee, ankle, np.array([0.1, 0.2, 0.0]))
    assert moved[2] > 0.1
    straight = reach_with_two_bones(hip, np.array([0.0, 0.5, 0.0]), ankle, np.array([0.0, 0.3, 0.0]))
    assert np.isfinite(straight).all()
    np.testing.assert_allclose(straight[1], (0.0, 0.3, 0.0), atol=1e-9)
