"""Somebody who was lost is known again by his clothes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from kinelift.body import COCO_17
from kinelift.detection import Detection
from kinelift.tracking.clothes import Clothes, colours_of, colours_of_picture, likeness
from kinelift.tracking.follow import follow
from kinelift.tracking.prominence import Sighting
from kinelift.video import Frame
from tests.tracking.people import FPS, SIZE, ReplayingDetector, body, frames

RED, BLUE, GRAY = (190, 40, 30), (30, 60, 180), (120, 125, 118)


def painted(people: list[np.ndarray], clothes: list[tuple[int, int, int]]) -> Iterator[Frame]:
    """Give each person's trunk a colour, before a gray wall, with a sensor's noise."""
    rng = np.random.default_rng(0)
    for frame in frames(len(people[0])):
        image = np.full_like(frame.image, GRAY)
        for points, colour in zip(people, clothes, strict=True):
            if np.isfinite(points[frame.index]).all():
                trunk = points[frame.index][[5, 6, 11, 12]]
                (x0, y0), (x1, y1) = (
                    np.clip(each, 0, SIZE).astype(int) for each in (trunk.min(0), trunk.max(0))
                )
                image[y0:y1, x0:x1] = colour
        noisy = np.clip(image + rng.normal(0, 6, image.shape), 0, 255).astype(np.uint8)
        noisy[0, 0] = frame.image[0, 0]
        yield Frame(noisy, frame.time_seconds, frame.index)


def cut(clothes: list[tuple[int, int, int]]) -> tuple[list[np.ndarray], list[Detection | None]]:
    """Follow a man whose video is cut after 60 frames: he stands elsewhere then, larger, and a passer-by is near."""
    him = np.concatenate([body(np.full(60, 300.0), 300.0), body(np.full(120, 1000.0), 380.0, 2.2)])
    her = np.concatenate([body(np.full(60, 900.0), 300.0), body(np.full(120, 640.0), 320.0)])
    start = Sighting(0, Detection(him[0].astype(np.float32), np.full(17, 0.9, np.float32)))
    detector = ReplayingDetector([him, her])
    return [him, her], list(follow(painted([him, her], clothes), detector, start, FPS))


def who(found: Detection | None, people: list[np.ndarray], index: int) -> int | None:
    if found is None:
        return None
    return int(np.argmin([np.abs(found.points_px - points[index]).max() for points in people]))


def test_after_a_cut_he_is_found_by_his_clothes() -> None:
    people, found = cut([RED, BLUE])
    assert all(who(found[index], people, index) == 0 for index in range(60))
    after = [who(found[index], people, index) for index in range(105, 180)]
    assert after == [0] * len(after)


def test_clothes_that_look_like_the_wall_tell_nothing() -> None:
    people, found = cut([GRAY, BLUE])
    assert 0 not in [who(found[index], people, index) for index in range(60, 180)]


def test_colours_are_shares_and_none_outside_the_picture() -> None:
    rng = np.random.default_rng(1)
    image = rng.integers(0, 256, (200, 300, 3), dtype=np.uint8)
    points = body(np.array([150.0]), 100.0)[0].astype(np.float32)
    colours = colours_of(image, Detection(points, np.ones(17, np.float32)), COCO_17)
    assert colours is not None
    assert colours.sum() == pytest.approx(1.0)
    assert likeness(colours, colours) == pytest.approx(1.0)
    away = Detection(points + np.float32(1000), np.ones(17, np.float32))
    assert colours_of(image, away, COCO_17) is None
    nowhere = Detection(np.full((17, 2), np.nan, np.float32), np.zeros(17, np.float32))
    assert colours_of(image, nowhere, COCO_17) is None


def test_nobody_seen_yet_is_like_nobody() -> None:
    image = np.zeros((48, 64, 3), np.uint8)
    assert not Clothes().are(colours_of_picture(image), colours_of_picture(image))
