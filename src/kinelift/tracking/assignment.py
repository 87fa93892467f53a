"""Who is paired with whom, so that the pairs cost least together."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float


def cheapest_pairs(costs: Float[np.ndarray, "row column"]) -> list[tuple[int, int]]:
    """Pair rows with columns, each at most once, at the least total cost; infinite costs are never paid.

    As many pairs as possible are made first, as in any assignment, of which the cheapest set is taken (the Hungarian
    method by shortest augmenting paths; Jonker and Volgenant, Computing 1987).
    """
    rows, columns = costs.shape
    if rows > columns:
        return sorted((row, column) for column, row in cheapest_pairs(costs.T))
    finite = costs[np.isfinite(costs)]
    # Dearer than all real pairs together: taken only where nothing else is left, and left out in the end.
    never = 1.0 + 2.0 * float(np.abs(finite).sum()) if finite.size else 1.0
    paid = np.where(np.isfinite(costs), costs, never)
    row_price, column_price = np.zeros(rows + 1), np.zeros(columns + 1)
    taken = np.zeros(columns + 1, int)  # row + 1 that has each column; column 0 stands for none
    for row in range(1, rows + 1):
        _augment(row, paid, row_price, column_price, taken)
    pairs = [(int(row) - 1, column) for column, row in enumerate(taken[1:]) if row]
    return sorted(pair for pair in pairs if np.isfinite(costs[pair]))


def _augment(
    row: int,
    paid: Float[np.ndarray, "row column"],
    row_price: Float[np.ndarray, " row_and_none"],
    column_price: Float[np.ndarray, " column_and_none"],
    taken: np.ndarray,
) -> None:
    """Find a column for one more row along the cheapest path of exchanges."""
    columns = paid.shape[1]
    least, came_from = np.full(columns + 1, np.inf), np.zeros(columns + 1, int)
    done, column = np.zeros(columns + 1, bool), 0
    taken[0] = row
    while taken[column]:
        done[column] = True
        current = taken[column]
        slack = paid[current - 1] - row_price[current] - column_price[1:]
        better = ~done[1:] & (slack < least[1:])
        least[1:][better], came_from[1:][better] = slack[better], column
        open_least = np.where(done, np.inf, least)
        open_least[0] = np.inf
        column = int(open_least.argmin())
        step = open_least[column]
        row_price[taken[done]] += step
        column_price[done] -= step
        least[~done] -= step
    while column:
        before = came_from[column]
        taken[column] = taken[before]
        column = before
