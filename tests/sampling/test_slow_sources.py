"""Slow videos reach the network interpolated, as lifting interpolates them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinelift.lifting.rates import resample_points
from kinelift.sampling.noise_config import Detections
from kinelift.sampling.slow_sources import SlowSources, sample_slow_sources, to_network_rate, to_source_rate
from tests.moving_bodies import small_engine

FRAMES = 40


def sources(step: float, phase: float, clips: int = 3) -> SlowSources:
    """Return sources that are all alike."""
    return SlowSources(np.arange(clips), np.full(clips, step), np.full(clips, phase))


def line(velocity: float = 0.1) -> np.ndarray:
    """Return clips of joints that move evenly, each from a place of its own."""
    start = np.random.default_rng(0).normal(size=(3, 1, 23, 3))
    return (start + velocity * np.arange(FRAMES)[:, None, None]).astype(np.float32)


def there_and_back(points: np.ndarray, slow: SlowSources) -> Detections:
    """See points at the video's rate without any fault, and bring them to the network's."""
    at_source = points.copy()
    to_source_rate(at_source, slow)
    found = Detections(at_source[..., :2].copy(), np.ones(points.shape[:3], np.float32))
    to_network_rate(found, slow)
    return found


@given(step=st.floats(1.03, 2.0), phase=st.floats(0, 1))
def test_even_movement_comes_through_as_it_was(step, phase):
    found = there_and_back(line(), sources(step, phase))
    np.testing.assert_allclose(found.points, line()[..., :2], atol=1e-4)
    assert (found.scores == 1).all()


@given(step=st.floats(1.03, 2.0), seed=st.integers(0, 99))
def test_detections_are_interpolated_as_lifting_does(step, seed):
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(3, FRAMES, 23, 2)).astype(np.float32)
    scores = np.where(rng.random(points.shape[:3]) < 0.3, 0.0, rng.random(points.shape[:3])).astype(
        np.float32
    )
    points[scores == 0] = 0.0
    found = Detections(points.copy(), scores.copy())
    to_network_rate(found, sources(step, 0.0))
    for clip in range(3):
        lifted, lifted_scores = resample_points(points[clip], scores[clip], 1.0 / step)
        np.testing.assert_allclose(found.points[clip], np.nan_to_num(lifted[:FRAMES]), atol=1e-5)
        np.testing.assert_allclose(found.scores[clip], lifted_scores[:FRAMES], atol=1e-5)


def test_quick_movement_is_flattened_between_the_videos_frames():
    points = line(0.0)
    points[:, FRAMES // 2] += 1.0
    found = there_and_back(points, sources(2.0, 0.0))
    moved = np.abs(found.points - line(0.0)[..., :2]).max((0, 2, 3))
    assert moved.sum() == pytest.approx(2.0, abs=1e-4)
    assert np.count_nonzero(moved > 1e-4) == 3


def test_rates_and_shares_are_as_asked_and_clips_that_are_not_slow_stay():
    slow = sample_slow_sources(1000, FRAMES, 0.3, (15.0, 29.0), 30.0, np.random.default_rng(0))
    assert 0.25 < len(slow.clips) / 1000 < 0.35
    assert 30 / 29 <= slow.step.min() < 1.1 < 1.9 < slow.step.max() <= 2.0
    assert (slow.phase >= 0).all()
    assert (slow.phase <= 1).all()
    assert ((FRAMES - 1) / slow.step + slow.phase <= FRAMES - 1 + 1e-9).all()
    points = line()
    only = SlowSources(np.array([1]), np.array([1.5]), np.array([0.5]))
    to_source_rate(points, only)
    assert np.array_equal(points[[0, 2]], line()[[0, 2]])
    assert not np.allclose(points[1], line()[1])


@pytest.mark.parametrize("frames", [1, 2, 3])
def test_clips_of_few_frames_are_sound(frames):
    slow = sample_slow_sources(3, frames, 1.0, (15.0, 29.0), 30.0, np.random.default_rng(0))
    found = there_and_back(line()[:, :frames], slow)
    assert np.isfinite(found.points).all()
    np.testing.assert_allclose(found.points, line()[:, :frames, :, :2], atol=1e-4)


def test_an_engine_of_slow_videos_alone_differs_from_one_without_in_keypoints_only():
    slow, plain = (small_engine(clips=12, slow=share).epoch(0) for share in (1.0, 0.0))
    assert np.isfinite(slow.joints).all()
    assert not np.array_equal(slow.joints, plain.joints)
    assert np.array_equal(slow.lengths, plain.lengths)
