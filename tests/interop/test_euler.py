"""Euler angles: what is taken apart is put together again, and angles go the short way."""

from itertools import permutations

import numpy as np
import pytest

from kinelift.interop.euler import euler_from_rotation, rotation_about, rotation_from_euler

ORDERS = list(permutations(("x", "y", "z")))


@pytest.mark.parametrize("axes", ORDERS)
def test_angles_give_back_the_rotation(axes):
    radians = np.random.default_rng(0).uniform(-np.pi, np.pi, (40, 3, 3))
    rotations = rotation_from_euler(axes, radians)
    again = rotation_from_euler(axes, euler_from_rotation(axes, rotations))
    np.testing.assert_allclose(again, rotations, atol=1e-9)


@pytest.mark.parametrize("axes", ORDERS)
def test_a_quarter_turn_of_the_middle_axis_gives_back_the_rotation(axes):
    """Where the outer two axes are one, and their angles are not told apart."""
    rotations = rotation_about(axes[1], np.full((1, 1), np.pi / 2))
    again = rotation_from_euler(axes, euler_from_rotation(axes, rotations))
    np.testing.assert_allclose(again, rotations, atol=1e-6)


@pytest.mark.parametrize("axes", ORDERS)
def test_turning_on_and_on_counts_on(axes):
    turned = np.linspace(0.0, 6.0 * np.pi, 200)
    rotations = rotation_from_euler(axes, np.stack([turned, 0.0 * turned, 0.0 * turned], axis=-1))[:, None]
    np.testing.assert_allclose(euler_from_rotation(axes, rotations)[:, 0, 0], turned, atol=1e-9)
