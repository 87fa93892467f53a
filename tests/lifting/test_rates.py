"""Any frame rate reaches the model's and comes back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinelift.lifting.rates import (
    Phases,
    Resampled,
    join_phases,
    plan_rate,
    resample_back,
    resample_points,
    split_phases,
)


@given(st.integers(1, 40), st.integers(1, 5))
def test_phases_join_to_what_was_split(frames, count):
    values = np.arange(frames * 3, dtype=float).reshape(frames, 3)
    phases = split_phases(values, count)
    assert phases.shape[0] == count
    assert np.array_equal(join_phases(phases, frames), values)
    assert np.array_equal(phases[0], values[::count])


@pytest.mark.parametrize(
    ("fps", "plan"),
    [
        (30.0, Phases(1)),
        (29.97, Phases(1)),
        (60.0, Phases(2)),
        (119.88, Phases(4)),
        (25.0, Resampled(25 / 30)),
    ],
)
def test_whole_multiples_run_as_phases_and_others_resample(fps, plan):
    assert plan_rate(fps, 30.0) == plan
    assert plan_rate(fps, None) == Phases(1)


@given(st.floats(0.3, 4.0), st.integers(1, 60))
def test_a_straight_path_comes_back_from_any_rate(step, frames):
    line = np.stack([np.arange(frames) * 2.0, 5.0 - np.arange(frames)], -1)[:, None]
    scores = np.ones((frames, 1))
    points, new_scores = resample_points(line, scores, step)
    assert (new_scores == 1.0).all()
    back = resample_back(points, step, frames)
    inside = np.arange(frames) <= np.floor((frames - 1) / step) * step
    np.testing.assert_allclose(back[inside], line[inside], atol=1e-9)
    assert len(back) == frames


def test_a_missing_neighbour_is_not_mixed_in():
    points = np.array([[[0.0, 0.0]], [[np.nan, np.nan]], [[8.0, 8.0]]])
    scores = np.array([[1.0], [0.0], [1.0]])
    sampled, new_scores = resample_points(points, scores, 0.4)
    assert new_scores[0] == 1.0
    seen = new_scores[:, 0] > 0
    assert not seen.all()
    assert set(np.unique(sampled[seen])) <= {0.0, 8.0}
    assert np.isnan(sampled[~seen]).all()
