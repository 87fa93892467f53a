"""Joints lost for a moment are carried across, and nothing else is touched."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinelift.body import COCO_17, Keypoints
from kinelift.body.rows import KeypointRows
from kinelift.tracking.bridge import bridge, bridge_look_ahead, bridge_rows

FPS = 30.0
LONGEST = bridge_look_ahead(FPS)


def steady(frames: int = 30) -> Keypoints:
    """Return somebody who moves evenly, whom a line continues exactly."""
    points = np.arange(17)[:, None] * [3.0, 2.0] + np.arange(frames)[:, None, None] * [1.0, -0.5] + 50.0
    return Keypoints(points, np.full((frames, 17), 0.8), COCO_17, FPS, (640, 480))


def without(keypoints: Keypoints, lost: np.ndarray) -> Keypoints:
    """Lose some joints in some frames."""
    points, scores = keypoints.points_px.copy(), keypoints.scores.copy()
    points[lost], scores[lost] = np.nan, 0.0
    return replace(keypoints, points_px=points, scores=scores)


def test_nothing_lost_nothing_changed():
    bridged = bridge(steady())
    np.testing.assert_array_equal(bridged.points_px, steady().points_px)
    np.testing.assert_array_equal(bridged.scores, steady().scores)


@pytest.mark.parametrize(("length", "there"), [(1, True), (LONGEST, True), (LONGEST + 1, False)])
def test_gaps_are_bridged_up_to_the_longest(length, there):
    lost = np.zeros((30, 17), bool)
    lost[10 : 10 + length, 9] = True
    bridged = bridge(without(steady(), lost))
    assert bridged.seen.all() == there
    if there:
        np.testing.assert_allclose(bridged.points_px, steady().points_px, atol=1e-4)
        assert bridged.scores[10, 9] == pytest.approx(0.8)


def test_what_is_lost_at_the_ends_stays_lost():
    lost = np.zeros((30, 17), bool)
    lost[:2, 3] = lost[-1:, 4] = True
    assert (bridge(without(steady(), lost)).seen == ~lost).all()


@given(seed=st.integers(0, 10_000), cut=st.integers(1, 29))
def test_a_stretch_at_a_time_gives_the_same(seed, cut):
    lost = np.random.default_rng(seed).random((30, 17)) < 0.4
    clip = without(steady(), lost)
    whole, rows = bridge(clip), bridge_rows(KeypointRows.of(clip))
    for part in (slice(0, cut), slice(cut, 30)):
        np.testing.assert_array_equal(rows[part].points_px, whole.points_px[part])
        np.testing.assert_array_equal(rows[part].scores, whole.scores[part])
    kept = clip.seen
    np.testing.assert_array_equal(whole.points_px[kept], clip.points_px[kept])
