"""The pieces of a broken path that one body can have taken."""

import numpy as np

from kinelift.tracking.chains import best_chain


def strain_along(path: np.ndarray):
    return lambda earlier, later: np.abs(path[later] - path[earlier]) / 5.0


def kept(path: list[float], break_cost: float = np.inf) -> list[bool]:
    values = np.array(path, float)
    breaks = np.abs(np.diff(values)) > 5
    return best_chain(breaks, np.ones(len(values)), strain_along(values), 0.0, break_cost).tolist()


def test_an_unbroken_path_stays() -> None:
    assert kept([0, 1, 2, 3]) == [True] * 4


def test_an_excursion_is_left_out() -> None:
    assert kept([0, 1, 50, 51, 2, 3]) == [True, True, False, False, True, True]


def test_where_nothing_fits_the_heavier_piece_stays() -> None:
    assert kept([0, 1, 50, 51, 52]) == [False, False, True, True, True]


def test_a_break_may_be_paid_for() -> None:
    assert kept([0, 1, 50, 51, 52], break_cost=1.0) == [True] * 5
