"""Clips lifted a stretch at a time, against the same clips lifted whole."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import kinelift as kl
from kinelift.body.rows import KeypointRows, PersonRows
from kinelift.geometry import tally
from kinelift.lifting import load_network
from kinelift.passes import DiskScratch, LiftSettings, MemoryScratch, lift_clip
from kinelift.weights import find_model
from tests.lifting.networks import random_lifter
from tests.passes.restless import restless_walk

METRES = 1e-5
"""What a stretch may change a joint by; where a clip was parted can be seen nowhere else."""


def lifted(
    keypoints: kl.Keypoints, stretch_frames: int, scratch: object = None, model: Path | None = None
) -> PersonRows:
    """Lift with the shipped weights unless with others."""
    network = load_network(model or find_model("default"))
    how = LiftSettings(network, kl.Camera.assumed(keypoints.image_size))
    clip = KeypointRows.of(keypoints)
    return lift_clip(clip, how, scratch or MemoryScratch(), stretch_frames=stretch_frames).person  # pyright: ignore[reportArgumentType]


def arrays(person: PersonRows) -> list[np.ndarray]:
    """Read everything."""
    motion, keypoints = person.motion, person.keypoints
    rows = (
        motion.joints,
        motion.observed,
        motion.scores,
        person.reprojection_px,
        keypoints.points_px,
        keypoints.scores,
        person.expected_error_m,
    )
    return [values[:] for values in rows]


def assert_same(found: PersonRows, expected: PersonRows, metres: float) -> None:
    """Compare everything; scores, what was observed, the keypoints and the spans must be equal."""
    assert found.spans == expected.spans
    joints, _, _, error, _, _, expected_errors = zip(arrays(found), arrays(expected), strict=True)
    np.testing.assert_allclose(*expected_errors, atol=metres, rtol=0)
    np.testing.assert_allclose(*joints, atol=metres, rtol=0)
    np.testing.assert_allclose(*error, atol=2e3 * metres, rtol=0)
    for index in (1, 2, 4, 5):
        np.testing.assert_array_equal(arrays(found)[index], arrays(expected)[index])


@settings(max_examples=12)
@given(
    seed=st.integers(0, 2**32 - 1),
    frames=st.integers(120, 500),
    stretch_frames=st.integers(61, 260),
    fps=st.sampled_from([30.0, 60.0, 25.0, 50.0, 27.3]),
)
@example(seed=0, frames=300, stretch_frames=299, fps=29.97)
def test_a_clip_lifted_in_stretches_is_the_clip_lifted_whole(seed, frames, stretch_frames, fps):
    keypoints = restless_walk(seed, frames, fps)
    if keypoints.seen.sum() > 100:
        assert_same(lifted(keypoints, stretch_frames), lifted(keypoints, frames), METRES)


def test_borders_in_the_middle_of_a_leap_and_of_a_gap_are_not_seen():
    keypoints = restless_walk(3, 360)
    points, scores = keypoints.points_px.copy(), keypoints.scores.copy()
    points[112:130] += (500, 100)  # around the first border
    scores[180:330] = 0.0  # the third stretch and more
    keypoints = kl.Keypoints(points, scores, keypoints.skeleton, 30.0, keypoints.image_size)
    parted = lifted(keypoints, 90)
    assert not parted.motion.observed[112:130].any()
    assert_same(parted, lifted(keypoints, 360), METRES)


@pytest.mark.parametrize("seed", range(3))
def test_what_errors_are_expected_does_not_tell_where_a_clip_was_parted(seed):
    keypoints, telling = restless_walk(seed, 300), random_lifter(4, error_calibration=(1.1, 0.9))
    parted, whole = (lifted(keypoints, frames, model=telling) for frames in (70, 300))
    errors, observed = whole.expected_error_m[:], whole.motion.observed[:]
    assert np.isfinite(errors).any()
    assert np.isnan(errors[~observed]).all()
    np.testing.assert_allclose(parted.expected_error_m[:], errors, atol=METRES, rtol=0)


def test_more_frames_than_are_counted_exactly_change_next_to_nothing(monkeypatch):
    keypoints = restless_walk(5, 400)
    exact = lifted(keypoints, 100)
    monkeypatch.setattr(tally, "EXACT_NUMBERS", 50)
    assert_same(lifted(keypoints, 100), exact, 2e-3)


@pytest.mark.parametrize("seed", range(4))
def test_disk_and_memory_give_the_same_bits_and_nothing_stays_on_the_disk(seed, tmp_path: Path):
    keypoints = restless_walk(seed, 300, 50.0)
    with DiskScratch(tmp_path) as scratch:
        on_disk = arrays(lifted(keypoints, 97, scratch))
        assert list(tmp_path.iterdir()) == []
    for found, expected in zip(on_disk, arrays(lifted(keypoints, 97)), strict=True):
        np.testing.assert_array_equal(found, expected)
        assert found.dtype == expected.dtype


def test_nobody_in_any_stretch_is_an_error_of_its_own():
    keypoints = restless_walk(0, 200)
    blank = kl.Keypoints(
        keypoints.points_px, np.zeros((200, 17)), keypoints.skeleton, 30.0, keypoints.image_size
    )
    with pytest.raises(
        ValueError, match=r"nobody to lift: no frame of Keypoints\(\(200, 17, 2\), coco_17, 30 fps"
    ):
        lifted(blank, 64)


def test_every_pass_says_how_far_it_is():
    said: list[tuple[str, int, int]] = []
    keypoints = restless_walk(0, 200)
    how = LiftSettings(load_network(find_model("default")), kl.Camera.assumed(keypoints.image_size))
    lift_clip(
        KeypointRows.of(keypoints),
        how,
        MemoryScratch(),
        progress=lambda *step: said.append(step),
        stretch_frames=100,
    )
    assert list(dict.fromkeys(what for what, _, _ in said)) == [
        "following",
        "lifting",
        "placing",
        "putting together",
        "finding the ground",
        "standing up",
        "holding feet",
        "measuring",
    ]
    assert all(0 <= done <= total == 200 for _, done, total in said)
