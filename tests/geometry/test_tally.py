"""Quantiles of numbers that come a few at a time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinelift.geometry.tally import Tally


def tallied(numbers: np.ndarray, parts: int, exact_numbers: int) -> Tally:
    tally = Tally(exact_numbers)
    for part in np.array_split(numbers, parts):
        tally.add(part)
    return tally


@given(st.integers(1, 300), st.integers(1, 7), st.floats(0, 1))
def test_quantiles_of_a_few_numbers_are_numpys(count: int, parts: int, share: float) -> None:
    numbers = np.random.default_rng(count).exponential(size=count)
    assert tallied(numbers, parts, 300).quantile(share) == np.quantile(numbers, share)


@given(st.integers(2, 300), st.integers(1, 7), st.floats(0, 1), st.floats(1e-6, 1e6))
def test_quantiles_of_many_are_numpys_but_for_the_width_of_a_bin(
    count: int, parts: int, share: float, scale: float
) -> None:
    numbers = scale * np.random.default_rng(count).exponential(size=count)
    assert tallied(numbers, parts, 1).quantile(share) == pytest.approx(np.quantile(numbers, share), rel=3e-5)


def test_numbers_that_are_all_the_same_are_their_own_quantiles() -> None:
    assert tallied(np.full(100, 0.44), 3, 10).quantile(0.5) == pytest.approx(0.44, rel=2e-5)
    assert tallied(np.zeros(100), 3, 10).quantile(0.5) == pytest.approx(0.0, abs=1e-30)


def test_more_numbers_take_no_more_room() -> None:
    tally = Tally(1000)
    for seed in range(40):
        tally.add(np.random.default_rng(seed).uniform(0.4, 0.5, 5000))
    assert tally.count == 200_000
    assert len(tally._bins) < 14_000


def test_nothing_has_no_quantile() -> None:
    with pytest.raises(ValueError, match="no numbers were counted"):
        Tally().quantile(0.5)
