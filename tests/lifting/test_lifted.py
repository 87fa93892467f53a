"""How far joints are expected to be off: told by some networks, and carried as joints are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinelift.body import COCO_17, H36M_17, Camera, Keypoints
from kinelift.lifting import Lifted, Lifter, load_network
from kinelift.lifting.lifted import told_errors
from kinelift.pipeline import lift_person
from tests.lifting.networks import random_lifter
from tests.live_clips import IMAGE_SIZE, walk

CAMERA = Camera.assumed(IMAGE_SIZE)
TELLING = random_lifter(4, error_calibration=(1.0, 1.0))


def lifted(keypoints: Keypoints, error_calibration: tuple[float, float] = (1.0, 1.0)) -> Lifted:
    network = load_network(random_lifter(4, error_calibration=error_calibration))
    return Lifter(network).lift(keypoints, CAMERA)


def mirrored(keypoints: Keypoints) -> Keypoints:
    points = keypoints.points_px[:, COCO_17.mirrored] * (-1, 1) + (IMAGE_SIZE[0], 0)
    return replace(keypoints, points_px=points, scores=keypoints.scores[:, COCO_17.mirrored])


@given(seed=st.integers(0, 99), fps=st.sampled_from((30.0, 60.0, 25.0)))
def test_expected_errors_mirror_with_the_body(seed, fps):
    keypoints = walk(20, fps, seed)
    here, there = lifted(keypoints), lifted(mirrored(keypoints))
    np.testing.assert_allclose(there.expected_error_m[:, H36M_17.mirrored], here.expected_error_m, atol=1e-6)
    one_sided = Lifter(load_network(TELLING), mirror=False)
    alone, of_mirror = (one_sided.lift(k, CAMERA).expected_error_m for k in (keypoints, mirrored(keypoints)))
    mean = (alone + of_mirror[:, H36M_17.mirrored]) / 2.0
    np.testing.assert_allclose(here.expected_error_m, mean, atol=1e-6)


@given(
    seed=st.integers(0, 99),
    frames=st.integers(1, 40),
    fps=st.sampled_from((30.0, 60.0, 90.0, 25.0, 50.0, 15.0)),
)
def test_at_every_rate_each_frame_has_a_row_of_errors_that_are_positive(seed, frames, fps):
    result = lifted(walk(frames, fps, seed))
    assert result.expected_error_m.shape == result.joints.shape[:2] == (frames, 17)
    assert (result.expected_error_m[:, 1:] > 0).all()
    np.testing.assert_array_equal(result.expected_error_m[:, 0], 0.0)


def test_phases_are_told_as_the_frames_they_are_made_of():
    fast = walk(41, 60.0)
    slow = replace(fast, points_px=fast.points_px[::2], scores=fast.scores[::2], fps=30.0)
    np.testing.assert_allclose(
        lifted(fast).expected_error_m[::2], lifted(slow).expected_error_m, rtol=1e-5, atol=1e-6
    )


def test_calibration_is_a_power_and_a_scale_and_ones_change_nothing():
    answers = np.random.default_rng(0).uniform(0.01, 0.3, (5, 17, 4)).astype(np.float32)
    facts = load_network(TELLING).facts
    raw = told_errors(answers, facts)
    np.testing.assert_array_equal(raw[:, 1:], answers[:, 1:, 3])
    told = told_errors(answers, replace(facts, error_calibration=(0.5, 1.5)))
    np.testing.assert_allclose(told, 0.5 * raw**1.5, rtol=1e-5)
    keypoints = walk(12)
    one_sided = [
        Lifter(load_network(random_lifter(4, error_calibration=c)), mirror=False).lift(keypoints, CAMERA)
        for c in ((1.0, 1.0), (0.5, 1.5))
    ]
    np.testing.assert_allclose(
        one_sided[1].expected_error_m, 0.5 * one_sided[0].expected_error_m ** 1.5, rtol=1e-5
    )
    np.testing.assert_array_equal(one_sided[0].joints, one_sided[1].joints)


@pytest.mark.parametrize("fps", [30.0, 60.0, 25.0])
def test_a_network_of_three_numbers_tells_nothing(fps):
    result = Lifter(load_network(random_lifter(4))).lift(walk(20, fps), CAMERA)
    assert result.expected_error_m.shape == (20, 17)
    assert np.isnan(result.expected_error_m).all()
    assert np.isfinite(result.joints).all()


def lost_for_a_while(keypoints: Keypoints, gap: slice) -> Keypoints:
    scores = keypoints.scores.copy()
    scores[gap] = 0.0
    return replace(keypoints, scores=scores)


@pytest.mark.parametrize("gap", [slice(20, 26), slice(20, 50), slice(0, 5)])
def test_of_a_person_errors_are_known_where_they_were_observed(gap):
    keypoints = lost_for_a_while(walk(70), gap)
    person = lift_person(keypoints, model=TELLING)
    observed, told = person.motion.observed, person.quality.expected_error_m
    assert not observed[gap].any()
    assert observed.sum() > 30
    np.testing.assert_array_equal(np.isfinite(told), np.repeat(observed[:, None], 17, axis=1))
    by_network = lifted(keypoints).expected_error_m[observed]
    settling_moved = np.sqrt(np.maximum(told[observed] ** 2 - by_network**2, 0.0))
    assert (told[observed] >= by_network - 1e-6).all()
    assert 0.0 < np.median(settling_moved[:, 1:]) < 0.2
    np.testing.assert_allclose(told[observed][:, 0], by_network[:, 0], atol=1e-6)


def test_of_a_person_whose_network_does_not_tell_nothing_is_known():
    person = lift_person(walk(30), model=random_lifter(4))
    assert person.motion.observed.all()
    assert np.isnan(person.quality.expected_error_m).all()


def test_who_is_taller_is_expected_to_be_off_by_more():
    short, tall = (lift_person(walk(40), model=TELLING, height=height) for height in (0.9, 1.8))
    ratio = tall.quality.expected_error_m[:, 1:] / short.quality.expected_error_m[:, 1:]
    assert 1.1 < np.median(ratio) < 2.0
