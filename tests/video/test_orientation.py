"""Turning pictures as their display matrices say."""

import numpy as np
import pytest

from kinelift.video.orientation import turn

ONE = 65536


@pytest.mark.parametrize(
    ("matrix", "quarters"),
    [((ONE, 0, 0, ONE), 0), ((0, -ONE, ONE, 0), 1), ((-ONE, 0, 0, -ONE), 2), ((0, ONE, -ONE, 0), 3)],
)
def test_quarter_turns_run_against_the_clock(matrix: tuple[int, int, int, int], quarters: int) -> None:
    a, b, c, d = matrix
    image = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)
    turned = turn(image, np.array([a, b, 0, c, d, 0, 0, 0, 1 << 30], np.int32))
    np.testing.assert_array_equal(turned, np.rot90(image, quarters))


def test_a_mirrored_picture_is_mirrored_back() -> None:
    image = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)
    matrix = np.array([-ONE, 0, 0, 0, ONE, 0, 0, 0, 1 << 30], np.int32)
    np.testing.assert_array_equal(turn(image, matrix), image[:, ::-1])


def test_without_a_matrix_the_picture_stays() -> None:
    image = np.zeros((2, 3, 3), np.uint8)
    np.testing.assert_array_equal(turn(image, None), image)
