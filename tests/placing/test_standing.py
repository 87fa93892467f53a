"""A path that agrees with standing feet, and with the keypoints in the long run."""

import numpy as np
import pytest

from kinelift.placing.standing import STANDING_SECONDS, stand_look_ahead, stand_on_feet

FPS = 30.0


def wandering(frames: int, seed: int = 0) -> np.ndarray:
    """Return how far a body that stands still is misplaced: slowly, and by centimetres."""
    steps = np.random.default_rng(seed).normal(0.0, 0.004, (frames, 3))
    return np.cumsum(steps, axis=0)


def test_a_body_that_stands_comes_to_rest() -> None:
    wander = wandering(90)
    feet = np.arange(12.0).reshape(4, 3) + wander[:, None]
    moved = feet + stand_on_feet(feet, np.ones((90, 4), bool), FPS)[:, None]
    slips = [np.linalg.norm(np.diff(each, axis=0), axis=-1).sum() for each in (feet, moved)]
    assert slips[1] < 0.2 * slips[0]


def test_one_foot_will_do_and_the_other_may_swing() -> None:
    wander = wandering(90, 1)
    feet = np.arange(12.0).reshape(4, 3) + wander[:, None]
    feet[:, 2:] += 0.02 * np.arange(90)[:, None, None]
    standing = np.zeros((90, 4), bool)
    standing[:, :2] = True
    moved = feet + stand_on_feet(feet, standing, FPS)[:, None]
    slips = [np.linalg.norm(np.diff(each[:, 0], axis=0), axis=-1).sum() for each in (feet, moved)]
    assert slips[1] < 0.3 * slips[0]


def test_in_the_air_nothing_changes() -> None:
    feet = np.cumsum(np.random.default_rng(2).normal(0, 0.1, (60, 4, 3)), axis=0)
    np.testing.assert_allclose(stand_on_feet(feet, np.zeros((60, 4), bool), FPS), 0.0, atol=1e-9)


def test_where_the_keypoints_have_the_path_it_stays() -> None:
    """A treadmill: feet said to stand, a path that goes on and on for longer than feet are believed."""
    path = 0.3 * np.arange(900)[:, None] / FPS * np.array([1.0, 0.0, 0.0])
    moved = stand_on_feet(np.zeros((900, 4, 3)) + path[:, None], np.ones((900, 4), bool), FPS)
    margin = int(2 * STANDING_SECONDS * FPS)
    np.testing.assert_allclose(moved[margin:-margin], 0.0, atol=1e-6)


@pytest.mark.parametrize("fps", [25.0, 60.0])
def test_it_reads_no_farther_than_it_says(fps: float) -> None:
    rng = np.random.default_rng(3)
    feet = np.cumsum(rng.normal(0, 0.01, (900, 4, 3)), axis=0)
    standing = rng.random((900, 4)) < 0.7
    whole, reach = stand_on_feet(feet, standing, fps), stand_look_ahead(fps)
    around = slice(450 - reach, 450 + reach + 1)
    np.testing.assert_allclose(
        stand_on_feet(feet[around], standing[around], fps)[reach], whole[450], atol=1e-9
    )


def test_one_frame_is_no_path() -> None:
    np.testing.assert_array_equal(
        stand_on_feet(np.ones((1, 4, 3)), np.ones((1, 4), bool), FPS), np.zeros((1, 3))
    )
