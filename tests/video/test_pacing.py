"""Bringing a variable frame rate to a constant one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinelift.video.pacing import choose_rate, resample


@given(st.integers(1, 60), st.sampled_from([24.0, 25.0, 30000 / 1001, 30.0, 240.0]))
def test_a_constant_rate_passes_unchanged_in_spite_of_rounded_times(count: int, fps: float) -> None:
    pictures = [(round(i / fps, 3), i) for i in range(count)]
    assert [picture for _, picture in resample(pictures, fps, 0.0, float("inf"))] == list(range(count))


@given(st.lists(st.floats(0.002, 0.5), min_size=1, max_size=40), st.sampled_from([10.0, 30.0, 50.0]))
def test_delivered_times_are_even_and_each_takes_the_nearest_picture(gaps: list[float], fps: float) -> None:
    times = [sum(gaps[:i], 0.0) for i in range(len(gaps) + 1)]
    delivered = list(resample([(t, t) for t in times], fps, 0.0, float("inf")))
    for row, (time, picture) in enumerate(delivered):
        assert time == pytest.approx(row / fps)
        assert abs(picture - time) <= min(abs(t - time) for t in times) + 1e-9
    assert delivered[-1][0] == pytest.approx(times[-1], abs=0.5 / fps + 1e-9)


def test_nothing_is_delivered_from_the_end_on() -> None:
    assert [p for _, p in resample([(i / 10, i) for i in range(10)], 10.0, 0.3, 0.6)] == [3, 4, 5]


def test_the_average_rate_is_taken_where_the_pictures_are_spaced_like_it() -> None:
    assert choose_rate(30000 / 1001, [i * 1001 / 30000 for i in range(30)]) == 30000 / 1001
    assert choose_rate(29.83, [i / 30 + 0.004 * (i % 5 == 0) for i in range(30)]) == 29.83


def test_a_screen_recording_that_skips_pictures_has_the_rate_of_those_it_keeps() -> None:
    times = [i / 30 for i in range(40)] + [3.0, 7.0, 9.0]
    assert choose_rate(43 / 9, times) == 30.0


def test_a_wrong_average_gives_way_to_even_pictures() -> None:
    assert choose_rate(25.5, [0.04 * i for i in range(50)]) == 25.0
    assert choose_rate(None, [0.0625 * i for i in range(50)]) == 16.0


def test_a_clock_of_milliseconds_hides_no_rate() -> None:
    assert choose_rate(None, [round(i / 30, 3) for i in range(112)]) == 30.0
    assert choose_rate(None, [round(i * 1001 / 30000, 3) for i in range(112)]) == 30000 / 1001


def test_one_picture_has_some_rate() -> None:
    assert choose_rate(None, [0.0]) == 30.0
    assert choose_rate(25.0, [0.0]) == 25.0
