"""Whom to follow."""

import numpy as np

from kinelift.tracking.prominence import find_person
from tests.tracking.people import FPS, ReplayingDetector, body, frames


def chosen(*people: np.ndarray) -> int:
    found = find_person(frames(len(people[0])), ReplayingDetector(list(people)), FPS)
    assert found is not None
    errors = [np.abs(p[found.index] - found.detection.points_px).max() for p in people]
    return int(np.nanargmin(errors))


def test_the_larger_is_preferred() -> None:
    assert chosen(body(np.full(60, 400.0), 360.0, 0.5), body(np.full(60, 880.0), 360.0, 1.5)) == 1


def test_the_more_central_is_preferred() -> None:
    assert chosen(body(np.full(60, 100.0), 360.0), body(np.full(60, 600.0), 360.0)) == 1


def test_a_large_passer_by_of_the_first_moments_is_not() -> None:
    passer = body(np.linspace(0, 900, 60), 360.0, 2.0)
    passer[12:] = np.nan
    assert chosen(passer, body(np.full(60, 700.0), 360.0)) == 1


def test_nobody_is_nobody() -> None:
    assert find_person(frames(30), ReplayingDetector([]), FPS) is None


def test_no_more_of_the_video_is_read_than_needed() -> None:
    read = []

    def watched():
        for frame in frames(300):
            read.append(frame.index)
            yield frame

    find_person(watched(), ReplayingDetector([body(np.full(300, 640.0), 360.0)]), FPS)
    assert len(read) < 65
