"""Feet that are held where they stand, by legs that keep their bones and a body that does not move."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinelift.body import H36M_21
from kinelift.geometry.kinematics import bone_lengths
from kinelift.placing.feet import Anchor, eased, hold, lock_feet, lock_look_ahead
from tests.walking import walking_joints

FPS = 30.0


def walker(frames: int) -> np.ndarray:
    """Return a body with feet, metres: a walker of seventeen joints given toes and heels."""
    joints = walking_joints(frames)
    ankles = joints[:, [H36M_21.index("left_ankle"), H36M_21.index("right_ankle")]]
    feet = [
        ankles[:, foot] + offset for foot in (0, 1) for offset in ((0.05, 0.05, -0.12), (0.0, 0.06, 0.05))
    ]
    return np.concatenate((joints, np.stack(feet, axis=1)), axis=1)


def held_throughout(path: np.ndarray, standing: np.ndarray, farthest: float = 1.0) -> np.ndarray:
    """Hold a point over a whole clip."""
    return hold(path, standing, len(path), Anchor(), fps=FPS, farthest_m=farthest)[0]


def test_a_point_that_stands_is_moved_to_where_it_stands_and_free_otherwise() -> None:
    path = np.random.default_rng(0).normal(0.0, 0.01, (60, 3))
    standing = np.zeros(60, bool)
    standing[10:40] = True
    moves = held_throughout(path, standing)
    assert np.isnan(moves[~standing]).all()
    np.testing.assert_allclose(np.ptp((path + moves)[standing], axis=0), 0.0, atol=1e-12)
    np.testing.assert_allclose((path + moves)[10], np.median(path[10:40], axis=0))


def test_a_point_that_strays_is_let_go_and_held_anew() -> None:
    path = np.zeros((120, 3))
    path[40:] = (0.5, 0.0, 0.0)
    moves = held_throughout(path, np.ones(120, bool), 0.1)
    free = np.isnan(moves).all(-1)
    assert free.sum() == pytest.approx(7, abs=1)
    np.testing.assert_allclose(moves[~free], 0.0)


def test_a_point_that_hops_soon_is_held_where_it_stood_at_first() -> None:
    path = np.zeros((60, 3))
    path[8:] = (0.3, 0.0, 0.0)  # most of the first second is elsewhere
    path += np.random.default_rng(0).normal(0.0, 0.005, path.shape)
    moves = held_throughout(path, np.ones(60, bool), 0.1)
    np.testing.assert_allclose((path + moves)[:8], np.zeros((8, 3)), atol=0.01)
    held = np.isfinite(moves).all(-1)
    assert held[:8].all()
    assert not held[8:14].any()
    np.testing.assert_allclose((path + moves)[held][8:], [[0.3, 0.0, 0.0]] * (held.sum() - 8), atol=0.01)


@given(seed=st.integers(0, 999), parts=st.lists(st.integers(1, 60), min_size=1, max_size=8))
def test_held_part_by_part_is_held_as_a_whole(seed: int, parts: list[int]) -> None:
    rng = np.random.default_rng(seed)
    frames = sum(parts)
    path = np.cumsum(rng.normal(0.0, 0.01, (frames, 3)), axis=0)
    standing = rng.random(frames) < 0.95
    anchor, done, found = Anchor(), 0, []
    for part in parts:
        ahead = slice(done, min(done + part + lock_look_ahead(FPS), frames))
        moves, anchor = hold(path[ahead], standing[ahead], part, anchor, fps=FPS, farthest_m=0.05)
        found.append(moves)
        done += part
    np.testing.assert_array_equal(np.concatenate(found), held_throughout(path, standing, 0.05))


def test_moves_fade_into_the_frames_around() -> None:
    moves = np.full((40, 3), np.nan)
    moves[15:25] = (0.1, 0.0, 0.0)
    carried, weight = eased(moves, FPS)
    np.testing.assert_allclose(carried[15:25], moves[15:25])
    assert (np.diff(carried[8:16, 0]) >= 0).all()
    assert (np.diff(weight[24:32]) <= 0).all()
    assert carried[0, 0] == weight[0] == carried[-1, 0] == 0.0
    assert np.abs(np.diff(carried[:, 0])).max() < 0.05


def test_held_feet_stand_and_nothing_else_moves() -> None:
    body = walker(60)
    feet = [
        [H36M_21.index(f"{side}_{name}") for name in ("toe", "heel", "ankle")] for side in ("left", "right")
    ]
    moves = np.full((60, 2, 3, 3), np.nan)
    standing = slice(20, 40)
    for foot, joints in enumerate(feet):
        for point, joint in enumerate(joints):
            # Where it comes to stand is as far from the knee as ever.
            moves[standing, foot, point] = body[30, joint] - body[standing, joint]
    moves *= 0.2
    locked = lock_feet(body, moves, H36M_21, FPS)
    legs = ("knee", "ankle", "toe", "heel")
    others = [joint for joint, name in enumerate(H36M_21.names) if not name.endswith(legs)]
    np.testing.assert_array_equal(locked[:, others], body[:, others])
    np.testing.assert_allclose(bone_lengths(locked, H36M_21), bone_lengths(body, H36M_21), atol=1e-9)
    for foot, joints in enumerate(feet):
        wanted = body[standing, joints[2]] + moves[standing, foot, 2]
        assert np.abs(locked[standing, joints[2]] - wanted).max() < 0.02


def test_a_foot_that_rolls_over_its_toe_keeps_the_toe_where_it_stands() -> None:
    body = np.repeat(walker(1), 40, axis=0)
    toe, heel, ankle = (H36M_21.index(f"left_{name}") for name in ("toe", "heel", "ankle"))
    body[:, [toe, heel, ankle]] -= (
        0.0,
        0.08,
        0.0,
    )  # the knee is bent: the leg reaches wherever the foot goes
    body += np.maximum(np.arange(40) - 20, 0)[:, None, None] * (0.004, 0.0, 0.0)
    stands = body[0, toe].copy()
    moves = np.full((40, 2, 3, 3), np.nan)
    moves[5:35, 0, 0] = stands - body[5:35, toe]
    moves[5:20, 0, 1:] = 0.0  # flat at first; then heel and ankle rise and only the toe stands
    locked = lock_feet(body, moves, H36M_21, FPS)
    assert np.linalg.norm(locked[5:35, toe] - stands, axis=-1).max() < 0.001
    assert np.linalg.norm(body[5:35, toe] - stands, axis=-1).max() > 0.05
    np.testing.assert_allclose(bone_lengths(locked, H36M_21), bone_lengths(body, H36M_21), atol=1e-9)


def test_a_body_whose_feet_are_free_is_returned_as_it_is() -> None:
    body = walker(30)
    np.testing.assert_array_equal(lock_feet(body, np.full((30, 2, 3, 3), np.nan), H36M_21, FPS), body)


@pytest.mark.parametrize("frame", [3, 30, 55])
def test_it_reads_no_farther_than_it_says(frame: int) -> None:
    body, rng = walker(60), np.random.default_rng(4)
    moves = rng.normal(0.0, 0.02, (60, 2, 3, 3))
    moves[rng.random((60, 2, 3)) < 0.5] = np.nan
    reach = lock_look_ahead(FPS)
    around = slice(max(frame - reach, 0), frame + reach + 1)
    found = lock_feet(body[around], moves[around], H36M_21, FPS)[frame - around.start]
    np.testing.assert_allclose(found, lock_feet(body, moves, H36M_21, FPS)[frame], atol=1e-12)
