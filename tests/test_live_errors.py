"""What a stream says of how sure it is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import kinelift as kl
from tests.lifting.networks import LOOK_AHEADS, random_lifter
from tests.live_clips import (
    errors_in_batch,
    opened,
    pushed,
    walk,
)


def interrupted(keypoints: kl.Keypoints) -> kl.Keypoints:
    """Lose the person for a while, at the start and in the middle, and one joint now and then."""
    scores = keypoints.scores.copy()
    scores[:4] = 0.0
    scores[20:26] = 0.0
    scores[::3, 9] = 0.0
    return replace(keypoints, scores=scores)


@pytest.mark.parametrize("look_ahead", LOOK_AHEADS)
@pytest.mark.parametrize("fps", [30.0, 60.0, 25.0, 50.0])
def test_expected_errors_are_those_of_the_same_frames_in_batch(look_ahead, fps):
    keypoints = interrupted(walk(60, fps, seed=4))
    model = random_lifter(look_ahead, error_calibration=(0.8, 1.1))
    expected = errors_in_batch(model, keypoints)
    stream = opened(model, keypoints)
    late = round(stream.look_ahead_seconds * fps)
    assert np.isnan(stream.expected_error_m).all()
    for t, (points, scores) in enumerate(zip(keypoints.points_px, keypoints.scores, strict=True)):
        stream.push(points, scores)
        told = stream.expected_error_m
        assert told.shape == (17,)
        np.testing.assert_allclose(told, expected[t - late] if t >= late else np.full(17, np.nan), atol=1e-5)
    stream.flush()
    np.testing.assert_allclose(stream.expected_error_m, expected[-1], atol=1e-5)
    stream.reset()
    assert np.isnan(stream.expected_error_m).all()


def test_of_several_streams_each_has_errors_of_its_own():
    clips = [interrupted(walk(40, seed=1)), walk(40, seed=2)]
    model = random_lifter(1, error_calibration=(1.0, 1.0))
    stream = opened(model, clips[0], streams=2)
    assert stream.expected_error_m.shape == (2, 17)
    np.testing.assert_array_equal(stream.observed, [False, False])
    expected = np.stack([errors_in_batch(model, clip) for clip in clips], axis=1)
    for t in range(40):
        stream.push(np.stack([c.points_px[t] for c in clips]), np.stack([c.scores[t] for c in clips]))
        if t:
            np.testing.assert_allclose(stream.expected_error_m, expected[t - 1], atol=1e-5)
            np.testing.assert_array_equal(stream.observed, np.isfinite(expected[t - 1]).any(-1))


def test_a_body_twice_as_tall_is_expected_to_be_off_by_twice_as_much():
    keypoints, model = walk(20), random_lifter(0, error_calibration=(1.0, 1.0))
    told = []
    for height in (0.9, 1.8):
        stream = opened(model, keypoints, height=height)
        pushed(stream, keypoints)
        told.append(stream.expected_error_m)
    np.testing.assert_allclose(told[1], 2.0 * told[0], rtol=1e-5)


def test_a_model_that_does_not_tell_leaves_expected_errors_unknown():
    keypoints = walk(5)
    stream = opened(random_lifter(0), keypoints)
    for points, scores in zip(keypoints.points_px, keypoints.scores, strict=True):
        assert stream.push(points, scores) is not None
        np.testing.assert_array_equal(stream.expected_error_m, np.full(17, np.nan))
