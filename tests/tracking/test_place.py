"""Where a body is, how large and which way up."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinelift.body import COCO_17
from kinelift.detection import Detection
from kinelift.tracking.place import place_of
from kinelift.tracking.prediction import Trail
from tests.tracking.people import body


def detection(points: np.ndarray) -> Detection:
    return Detection(points.astype(np.float32), np.full(17, 0.9, np.float32))


@given(st.floats(0, 1000), st.floats(0, 1000), st.floats(0.2, 3.0), st.floats(-3.1, 3.1))
def test_a_place_follows_shift_size_and_turn(x: float, y: float, scale: float, turn: float) -> None:
    place = place_of(detection(body(np.array([x]), y, scale, turn)[0]), COCO_17)
    standing = place_of(detection(body(np.array([0.0]), 0.0)[0]), COCO_17)
    assert place is not None
    assert standing is not None
    assert (place.x, place.y) == pytest.approx((x, y), abs=1e-2)
    assert place.radius == pytest.approx(scale * standing.radius, rel=1e-4)
    assert np.angle(np.exp(1j * (place.turn - turn))) == pytest.approx(0, abs=1e-3)


def test_one_hip_tells_a_place_and_none_does_not() -> None:
    points = body(np.array([100.0]), 100.0)[0]
    points[COCO_17.index("left_hip")] = np.nan
    place = place_of(detection(points), COCO_17)
    assert place is not None
    assert (place.x, place.y) == tuple(points[COCO_17.index("right_hip")])
    points[COCO_17.index("right_hip")] = np.nan
    assert place_of(detection(points), COCO_17) is None


def test_an_even_motion_is_carried_on_and_a_pose_with_it() -> None:
    turns = 0.1 * np.arange(12)
    points = body(100 + 5.0 * np.arange(12), 200 - 3.0 * np.arange(12), 1.0, turns)
    trail = Trail(30.0)
    for index in range(10):
        place = place_of(detection(points[index]), COCO_17)
        assert place is not None
        trail.add(index, place, points[index])
    expected = trail.predict(11)
    assert (expected.x, expected.y) == pytest.approx((155, 167), abs=1e-2)
    np.testing.assert_allclose(trail.predicted_points(expected), points[11], atol=0.05)
    assert trail.predict(11, falling=True).y > expected.y
