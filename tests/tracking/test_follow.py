"""Following one person and keeping him."""

from collections.abc import Callable

import numpy as np
import pytest

from kinelift.detection import Detection, Detector
from kinelift.tracking.follow import follow
from kinelift.tracking.prominence import Sighting, find_person
from tests.tracking.people import FPS, ReplayingDetector, body, frames


def followed(detector: ReplayingDetector, count: int) -> list[Detection | None]:
    """Follow the first of the people, from where he is first there."""
    index = int(np.flatnonzero(np.isfinite(detector.people[0]).all((1, 2)))[0])
    points = detector.people[0][index].astype(np.float32)
    person = Sighting(index, Detection(points, np.full(len(points), 0.9, np.float32)))
    return list(follow(frames(count), detector, person, FPS))


def losing_him(lost: range) -> Callable[[int, int], bool]:
    """Return what a detector sees that loses the first of the people for some frames, and nobody else."""
    return lambda frame, person: person != 0 or frame not in lost


def assert_is(found: Detection | None, points: np.ndarray) -> None:
    assert found is not None
    np.testing.assert_allclose(found.points_px, points, atol=1e-3)


def test_the_stand_in_is_a_detector() -> None:
    assert isinstance(ReplayingDetector([]), Detector)


def test_a_walking_person_is_found_on_every_frame_with_one_look_each() -> None:
    him = body(np.linspace(300, 900, 90), 360.0)
    detector = ReplayingDetector([him])
    person = find_person(frames(90), detector, FPS)
    assert person is not None
    assert person.index == 0
    detector.looks.clear()
    found = list(follow(frames(90), detector, person, FPS))
    for detection, points in zip(found, him, strict=True):
        assert_is(detection, points)
    assert len(detector.looks) == 90


def test_somebody_who_crosses_in_front_is_never_taken_for_him() -> None:
    him = body(np.full(90, 640.0), 330.0)
    her = body(np.linspace(1200, 100, 90), 420.0, 1.1)
    # While she hides him, the detector sees her alone.
    hidden = losing_him(range(38, 52))
    found = followed(ReplayingDetector([him, her], hidden, hidden), 90)
    for index, detection in enumerate(found):
        if detection is not None:
            assert_is(detection, him[index])
    assert sum(d is not None for d in found) >= 90 - 14


def test_when_he_is_lost_the_other_one_is_not_him() -> None:
    him = body(np.full(120, 500.0), 360.0)
    her = body(np.full(120, 800.0), 360.0)
    gone = losing_him(range(40, 120))
    found = followed(ReplayingDetector([him, her], gone, gone), 120)
    assert all(d is not None for d in found[:40])
    assert all(d is None for d in found[40:])


def test_he_is_taken_up_again_when_he_comes_back() -> None:
    him = body(np.linspace(400, 600, 150), 360.0)
    her = body(np.full(150, 1000.0), 360.0)
    away = losing_him(range(40, 100))
    found = followed(ReplayingDetector([him, her], away, away), 150)
    assert all(d is None for d in found[40:100])
    assert all(d is not None for d in found[108:])
    for index in range(108, 150):
        assert_is(found[index], him[index])


def test_a_somersault_through_the_air_is_followed() -> None:
    times = np.arange(75) / FPS
    flight = np.clip(times - 0.8, 0, 0.9)
    x = 400 + 300 * flight
    y = 300 - 250 * flight + 0.5 * 9.81 * 90 * flight**2
    him = body(x, y, 1.0, 2 * np.pi * flight / 0.9)
    found = followed(ReplayingDetector([him]), 75)
    for detection, points in zip(found, him, strict=True):
        assert_is(detection, points)


@pytest.mark.parametrize("fps", [8.0, 30.0, 240.0])
def test_a_runner_is_followed_at_any_rate(fps: float) -> None:
    count = int(1.6 * fps)
    him = body(80 + 5.0 * 100 * np.arange(count) / fps, 360.0)
    detector = ReplayingDetector([him])
    person = find_person(frames(count), detector, fps)
    assert person is not None
    for detection, points in zip(follow(frames(count), detector, person, fps), him, strict=True):
        assert_is(detection, points)


def test_frames_the_whole_picture_misses_are_found_in_the_region() -> None:
    him = body(np.linspace(300, 900, 90), 360.0)
    found = followed(ReplayingDetector([him], sees_whole=lambda frame, person: frame % 20 == 0), 90)
    assert all(d is not None for d in found)


def test_a_few_frames_nobody_sees_are_missing_and_nothing_more() -> None:
    him = body(np.linspace(300, 900, 90), 360.0)
    seen = losing_him(range(40, 47))
    found = followed(ReplayingDetector([him], seen, seen), 90)
    assert [i for i, d in enumerate(found) if d is None] == list(range(40, 47))


def test_sides_exchanged_for_a_moment_are_put_right() -> None:
    him = body(np.full(60, 640.0), 360.0)
    found = followed(ReplayingDetector([him], swaps_sides=lambda frame: 30 <= frame < 36), 60)
    for detection, points in zip(found, him, strict=True):
        assert_is(detection, points)


def test_a_detector_that_insists_on_the_sides_is_believed() -> None:
    him = body(np.full(90, 640.0), 360.0)
    detector = ReplayingDetector([him], swaps_sides=lambda frame: frame >= 30)
    found = followed(detector, 90)
    assert_is(found[-1], him[-1][list(detector.skeleton.mirrored)])


@pytest.mark.parametrize("late", [3, 20, 70])
def test_he_may_come_late(late: int) -> None:
    him = body(np.full(120, 640.0), 360.0)
    him[:late] = np.nan
    detector = ReplayingDetector([him])
    person = find_person(frames(120), detector, FPS)
    assert person is not None
    found = list(follow(frames(120), detector, person, FPS))
    assert [i for i, d in enumerate(found) if d is None] == list(range(late))
