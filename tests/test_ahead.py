"""Items made ahead are the same items, and no more of them than asked."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinelift.ahead import made_ahead


@given(st.lists(st.integers()), st.integers(1, 5))
def test_order_and_items_stay(items: list[int], count: int) -> None:
    assert list(made_ahead(items, count)) == items


def test_no_more_than_so_many_are_made_ahead() -> None:
    made: list[int] = []

    def items() -> Iterator[int]:
        for number in range(20):
            made.append(number)
            yield number

    ahead = made_ahead(items(), 3)
    assert next(ahead) == 0
    time.sleep(0.05)
    assert made == [0, 1, 2, 3]
    ahead.close()  # pyright: ignore[reportAttributeAccessIssue]
    time.sleep(0.05)
    assert len(made) == 4


def test_what_fails_in_the_thread_is_raised_where_items_are_taken() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise ValueError("no more")

    ahead = made_ahead(items(), 2)
    assert next(ahead) == 1
    with pytest.raises(ValueError, match="no more"):
        next(ahead)


def test_leaving_early_closes_the_source_and_ends_the_thread() -> None:
    closed = threading.Event()

    def items() -> Iterator[int]:
        try:
            while True:
                yield 0
        finally:
            closed.set()

    before = threading.active_count()
    for _ in made_ahead(items(), 2):
        break
    assert closed.wait(1.0)
    assert threading.active_count() == before
