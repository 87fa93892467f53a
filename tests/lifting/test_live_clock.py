"""Frames in time: which ticks they make, and what is seen between them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinelift.lifting.live_clock import LONGEST_INTERPOLATED_SECONDS, LiveClock, LiveFrame
from kinelift.lifting.rates import Phases, Resampled, live_delay, plan_rate, resample_points


def frame(clock: LiveClock, value: float, time_seconds: float | None = None) -> LiveFrame:
    """Push a frame that shows one joint at a place."""
    points = np.full((1, 1, 2), value)
    made = LiveFrame(clock.position(time_seconds), points, np.ones((1, 1)))
    clock.push(made, time_seconds)
    return made


def shown(ticks) -> list[float | None]:
    """Return where each tick shows the joint; None where it is unseen."""
    return [float(t.points_px[0, 0, 0]) if t.scores[0, 0] > 0 else None for t in ticks]


def test_frames_at_the_models_rate_are_its_ticks():
    clock = LiveClock(60.0, Phases(2))
    for number in range(5):
        frame(clock, float(number))
        assert shown(clock.due(100)[1]) == [number]


@given(fps=st.sampled_from((25.0, 50.0, 24.0, 37.5, 10.0, 7.3)), frames=st.integers(1, 30))
def test_other_rates_are_sampled_as_clips_are(fps, frames):
    plan = plan_rate(fps, 30.0)
    assert isinstance(plan, Resampled)
    clock, ticks = LiveClock(fps, plan), []
    for number in range(frames):
        frame(clock, float(number) ** 1.5)
        ticks += clock.due(100)[1]
    line = (np.arange(frames) ** 1.5)[:, None, None] * np.ones((1, 1, 2))
    points, _ = resample_points(line, np.ones((frames, 1)), plan.frames_per_model_frame)
    assert shown(ticks) == pytest.approx(points[: len(ticks), 0, 0].tolist())
    assert len(ticks) >= len(points) - 1


def test_a_frame_speaks_for_the_nearest_tick_and_a_late_one_is_interpolated():
    clock = LiveClock(10.0, Phases(1))
    frame(clock, 0.0, 5.0)
    assert shown(clock.due(100)[1]) == [0.0]
    frame(clock, 0.96, 5.096)  # early for tick 1
    assert shown(clock.due(100)[1]) == [0.96]
    frame(clock, 2.1, 5.21)  # late for tick 2
    assert shown(clock.due(100)[1]) == [pytest.approx(2.0, abs=0.01)]
    frame(clock, 2.4, 5.24)
    assert shown(clock.due(100)[1]) == []


def test_joints_seen_on_one_side_only_are_taken_from_the_nearer_side():
    clock = LiveClock(10.0, Phases(1))
    frame(clock, 0.0, 0.0)
    clock.due(100)
    late = LiveFrame(clock.position(0.13), np.full((1, 1, 2), 9.0), np.zeros((1, 1)))
    clock.push(late, 0.13)
    assert shown(clock.due(100)[1]) == [None]


def test_in_a_gap_too_long_to_interpolate_nobody_is_seen():
    clock = LiveClock(10.0, Phases(1))
    frame(clock, 0.0, 0.0)
    clock.due(100)
    frame(clock, 1.0, 2.0 * LONGEST_INTERPOLATED_SECONDS + 0.11)
    assert shown(clock.due(100)[1]) == [None, None, None, None, 1.0]


def test_after_a_very_long_gap_most_ticks_are_left_out():
    clock = LiveClock(60.0, Phases(2))
    frame(clock, 0.0, 0.0)
    clock.due(100)
    frame(clock, 1.0, 3600.0)
    skipped, ticks = clock.due(100)
    assert skipped % 2 == 0
    assert skipped + len(ticks) == 3600 * 60
    assert 100 <= len(ticks) <= 101


@given(at=st.floats(0, 19))
def test_what_is_seen_between_frames_lies_between_them(at):
    clock = LiveClock(30.0, Phases(1))
    for number in range(20):
        frame(clock, float(number))
    assert shown([clock.seen_at(at)])[0] == pytest.approx(at, abs=1e-5)


@given(step=st.floats(0.2, 3.0), look_ahead=st.integers(0, 13))
def test_a_stream_waits_for_all_that_a_resampled_answer_is_made_of(step, look_ahead):
    if abs(1 / step - round(1 / step)) < 0.01 * round(1 / step):
        return
    delay = live_delay(Resampled(step), look_ahead)
    for frame_number in range(50):
        answers = np.floor(frame_number / step + 1e-9) + (frame_number / step % 1 > 1e-9)
        assert np.ceil((answers + look_ahead) * step - 1e-6) <= frame_number + delay
