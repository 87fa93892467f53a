"""The cheapest pairs, against all there could be."""

from itertools import permutations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kinelift.tracking.assignment import cheapest_pairs


def cheapest(costs: np.ndarray) -> float:
    """Try all ways to pair rows, no more than there are columns."""
    rows, columns = costs.shape
    return min(
        sum(costs[row, column] for row, column in enumerate(chosen))
        for chosen in permutations(range(columns), rows)
    )


@given(seed=st.integers(0, 9999), rows=st.integers(1, 5), columns=st.integers(1, 5))
def test_pairs_cost_the_least(seed: int, rows: int, columns: int) -> None:
    costs = np.random.default_rng(seed).normal(size=(rows, columns))
    pairs = cheapest_pairs(costs)
    assert len(pairs) == min(rows, columns)
    assert len({row for row, _ in pairs}) == len({column for _, column in pairs}) == len(pairs)
    total = sum(costs[pair] for pair in pairs)
    np.testing.assert_allclose(total, cheapest(costs if rows <= columns else costs.T), atol=1e-9)


def test_what_cannot_be_is_never_paired_and_keeps_nobody_from_others() -> None:
    inf = np.inf
    assert cheapest_pairs(np.array([[1.0, inf], [inf, inf]])) == [(0, 0)]
    assert cheapest_pairs(np.array([[1.0, 2.0], [1.5, inf]])) == [(0, 1), (1, 0)]
    assert cheapest_pairs(np.full((2, 3), inf)) == []
    assert cheapest_pairs(np.zeros((0, 3))) == cheapest_pairs(np.zeros((3, 0))) == []
