"""Clips lifted in stretches, against clips lifted whole."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kinelift as kl
from kinelift.body.rows import KeypointRows, stretches
from kinelift.lifting import Lifter, load_network
from kinelift.lifting.stretches import StretchLifter
from kinelift.weights import find_model
from tests.lifting.networks import random_lifter
from tests.passes.restless import restless_walk


def assert_lifted_as_whole(keypoints: kl.Keypoints, most: int, model: Path | None = None) -> None:
    """Compare frames of which anything was seen; the others' poses are nobody's."""
    lifter = Lifter(load_network(model or find_model("default")))
    camera = kl.Camera.assumed(keypoints.image_size)
    in_stretches = StretchLifter(lifter, KeypointRows.of(keypoints), camera)
    parts = [in_stretches.lift(part.start, part.stop) for part in stretches(len(keypoints), most)]
    seen = keypoints.seen.any(-1)
    joints = np.concatenate([part.joints for part in parts])
    errors = np.concatenate([part.expected_error_m for part in parts])
    whole = lifter.lift(keypoints, camera)
    assert np.isfinite(joints).all()
    np.testing.assert_allclose(joints[seen], whole.joints[seen], atol=1e-5)
    np.testing.assert_allclose(errors[seen], whole.expected_error_m[seen], atol=1e-5)


@settings(max_examples=10)
@given(
    seed=st.integers(0, 2**32 - 1),
    frames=st.integers(60, 260),
    most=st.integers(20, 120),
    fps=st.sampled_from([30.0, 60.0, 120.0, 25.0, 50.0, 27.3, 15.0]),
)
def test_a_clip_in_stretches_is_lifted_as_whole(seed, frames, most, fps):
    assert_lifted_as_whole(restless_walk(seed, frames, fps), most)


@pytest.mark.parametrize("fps", [30.0, 60.0, 25.0])
def test_the_errors_expected_of_a_clip_in_stretches_are_those_of_the_whole(fps):
    assert_lifted_as_whole(restless_walk(7, 200, fps), 60, random_lifter(4, error_calibration=(0.9, 1.2)))


@pytest.mark.parametrize("fps", [30.0, 60.0, 50.0])
def test_what_was_seen_long_before_a_stretch_still_tells_where_the_person_is(fps):
    keypoints = restless_walk(11, 500, fps)
    scores = keypoints.scores.copy()
    scores[100:400] = 0.0
    scores[150, 4] = 1.0  # one joint tells a place, but no size
    gone = kl.Keypoints(keypoints.points_px, scores, keypoints.skeleton, fps, keypoints.image_size)
    assert_lifted_as_whole(gone, 60)
