"""Identities that stay: through crossings, out of the picture and back."""

import numpy as np
import pytest

from kinelift.body import COCO_17
from kinelift.detection import Detection
from kinelift.tracking.people import PeopleTracker
from tests.tracking.people import FPS, SIZE, body

RED, BLUE = np.eye(144)[10], np.eye(144)[90]


def seen(points: np.ndarray, score: float = 0.9) -> Detection | None:
    """Detect what is in the picture; None where hardly anything is."""
    inside = ((points >= 0) & (points <= SIZE)).all(-1)
    if inside.sum() < 9:
        return None
    marked = np.where(inside[:, None], points, np.nan).astype(np.float32)
    return Detection(marked, np.where(inside, score, 0.0).astype(np.float32))


def tracked(people: list[np.ndarray], colours: list[np.ndarray] | None = None) -> list[dict[int, int]]:
    """Track people through a picture: for each frame, who is said to be whom."""
    tracker, told = PeopleTracker(COCO_17, FPS, SIZE), []
    for index in range(len(people[0])):
        found = [(who, each) for who, path in enumerate(people) if (each := seen(path[index])) is not None]
        found = found[::-1] if index % 2 else found  # a detector has no order
        clothes = None if colours is None else [colours[who] for who, _ in found]
        numbers = tracker.follow(index, [each for _, each in found], clothes)
        told.append({who: number for (who, _), number in zip(found, numbers, strict=True)})
    who_is = tracker.finish()
    return [{who: who_is[number] for who, number in frame.items() if number is not None} for frame in told]


def identities(told: list[dict[int, int]], person: int) -> set[int]:
    """Return all that one person was said to be."""
    return {frame[person] for frame in told if person in frame}


def test_two_who_cross_stay_who_they_are() -> None:
    across = np.linspace(-100.0, 1380.0, 150)
    near, far = body(across, 420.0, 1.6), body(across[::-1], 380.0, 1.2)
    far[60:90] = np.nan  # hidden behind the other
    told = tracked([near, far])
    assert len(identities(told, 0)) == len(identities(told, 1)) == 1
    assert identities(told, 0) != identities(told, 1)


def test_who_leaves_and_comes_back_is_who_he_was() -> None:
    out = np.concatenate(
        (np.linspace(640.0, 1500.0, 60), np.full(50, 1500.0), np.linspace(1500.0, 640.0, 60))
    )
    told = tracked([body(out, 400.0), body(np.full(170, 300.0), 420.0, 1.3)])
    assert identities(told, 0) == {0}
    assert identities(told, 1) == {1}
    assert any(0 not in frame for frame in told)


def test_two_who_leave_by_one_side_are_told_apart_by_their_size() -> None:
    def path(late: int) -> np.ndarray:
        walk = np.linspace(640.0, 1500.0, 60)
        return np.concatenate((np.full(late, 640.0), walk, np.full(80 - late, 1500.0), walk[::-1]))

    told = tracked([body(path(0), 430.0, 1.6), body(path(25), 390.0, 1.1)])
    assert identities(told, 0) == {0}
    assert identities(told, 1) == {1}


def test_clothes_tell_who_is_back_where_nothing_else_does_and_that_somebody_is_new() -> None:
    gone = np.full(60, 1600.0)
    first = np.concatenate((np.linspace(640.0, 1500.0, 60), gone, gone))
    second = np.concatenate((gone, gone, np.linspace(1500.0, 640.0, 60)))
    people = [body(first, 400.0), body(second, 400.0)]
    assert identities(tracked(people), 1) == {0}  # as far as anybody can see
    assert identities(tracked(people, [RED, RED]), 1) == {0}
    assert identities(tracked(people, [RED, BLUE]), 1) == {1}


def test_one_body_found_twice_is_one_and_what_tells_no_place_is_nobody() -> None:
    points = body(np.array([600.0]), 400.0)[0]
    blank = Detection(np.full((17, 2), np.nan, np.float32), np.zeros(17, np.float32))
    tracker = PeopleTracker(COCO_17, FPS, SIZE)
    found = [Detection(points.astype(np.float32), np.full(17, s, np.float32)) for s in (0.9, 0.8)]
    assert tracker.follow(0, [*found, blank]) == [0, None, None]
    assert tracker.follow(1, []) == []


@pytest.mark.parametrize("cut", [30, 77, 120])
def test_tracklets_depend_on_nothing_later(cut: int) -> None:
    across = np.linspace(-100.0, 1380.0, 150)
    people = [body(across, 420.0, 1.6), body(across[::-1], 380.0, 1.2)]

    def numbers(frames: int) -> list[list[int | None]]:
        tracker = PeopleTracker(COCO_17, FPS, SIZE)
        return [
            tracker.follow(t, [each for path in people if (each := seen(path[t])) is not None])
            for t in range(frames)
        ]

    assert numbers(150)[:cut] == numbers(cut)


def test_who_somebody_is_is_settled_within_the_time_it_says() -> None:
    tracker = PeopleTracker(COCO_17, FPS, SIZE)
    points = body(np.full(40, 600.0), 400.0).astype(np.float32)
    for index in range(40):
        (number,) = tracker.follow(index, [Detection(points[index], np.full(17, 0.9, np.float32))])
        assert (number in tracker.who) == (index >= FPS)
