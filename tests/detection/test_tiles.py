"""Overlapping squares over a picture."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinelift.detection.tiles import keep_distinct, square_tiles


@given(st.integers(1, 4000), st.integers(1, 4000))
def test_tiles_cover_the_picture_and_stay_inside(width: int, height: int) -> None:
    tiles = square_tiles(width, height)
    covered = np.zeros(max(width, height), bool)
    for x0, y0, x1, y1 in tiles:
        assert 0 <= x0 < x1 <= width
        assert 0 <= y0 < y1 <= height
        start, end = (x0, x1) if width >= height else (y0, y1)
        covered[start:end] = True
    assert covered.all()
    assert len(tiles) <= 8


def test_a_wide_picture_is_looked_at_through_squares_that_overlap_by_half() -> None:
    assert square_tiles(1920, 1080) == [(0, 0, 1080, 1080), (420, 0, 1500, 1080), (840, 0, 1920, 1080)]
    assert square_tiles(1080, 1920)[0] == (0, 0, 1080, 1080)
    assert square_tiles(640, 600) == [(0, 0, 640, 600)]


def test_a_body_found_twice_is_kept_once_and_as_found_best() -> None:
    centers = np.array([[100.0, 100.0], [110.0, 95.0], [300.0, 100.0]])
    assert keep_distinct(centers, np.full(3, 80.0), np.array([0.7, 0.9, 0.8])) == [1, 2]


@pytest.mark.parametrize("count", [0, 1])
def test_one_body_or_none_is_kept(count: int) -> None:
    assert keep_distinct(np.zeros((count, 2)), np.ones(count), np.ones(count)) == list(range(count))
