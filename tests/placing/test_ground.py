"""Gravity and floor from people who stand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinelift.body.ground import Ground, GroundKnowledge
from kinelift.placing.ground import Footholds, Stance, Uprightness, find_ground, shared_scales

LEVEL = np.array([0.0, -1.0, 0.0])


def pitched(degrees: float) -> np.ndarray:
    """Return up as a camera sees it that looks down by so much."""
    angle = math.radians(degrees)
    return np.array([0.0, -math.cos(angle), -math.sin(angle)])


def stance(
    up: np.ndarray, floor_m: float = -1.5, places: int = 12, told: np.ndarray | None = None, seed: int = 0
) -> Stance:
    """Return what somebody tells who walks about on a floor."""
    rng = np.random.default_rng(seed)
    across = np.linalg.svd(up[None])[2][1:]
    on_floor = rng.uniform(-2.0, 2.0, (places, 2)) @ across + floor_m * up
    return Stance(Uprightness(100.0 * (up if told is None else told), 100.0), on_floor, np.ones(places), 0.85)


def degrees(first: np.ndarray, second: np.ndarray) -> float:
    """Return the angle between unit vectors."""
    return math.degrees(math.acos(np.clip(first @ second, -1.0, 1.0)))


def found(*stances: Stance) -> Ground:
    """Find a ground that is there."""
    ground = find_ground(stances)
    assert ground is not None
    return ground


@given(pitch=st.floats(-60.0, 60.0), floor=st.floats(-3.0, -0.5))
def test_who_stands_upright_tells_up_and_the_floor(pitch: float, floor: float) -> None:
    ground = found(stance(pitched(pitch), floor))
    assert degrees(ground.up, pitched(pitch)) < 0.1
    assert ground.floor_m == pytest.approx(floor, abs=1e-6)
    assert ground.known.source == "found"


def test_a_floor_walked_about_on_mends_a_body_that_leans() -> None:
    leaning = stance(pitched(10.0), told=pitched(16.0))
    assert degrees(found(leaning).up, pitched(10.0)) < 1.5
    still = stance(pitched(10.0), places=1, told=pitched(16.0))
    assert degrees(found(still).up, pitched(16.0)) < 0.1
    assert found(still).known.gravity_error_degrees > 2.0 * found(leaning).known.gravity_error_degrees


def test_feet_that_stand_still_for_ever_say_little_of_the_slope() -> None:
    # Feet a third of a metre apart, one lifted too high by the same four centimetres all the while: seven degrees.
    still = np.tile([[0.0, 1.5, 3.9], [0.0, 1.46, 4.2]], (60, 1))
    ground = found(Stance(Uprightness(100.0 * LEVEL, 100.0), still, np.ones(120), 0.85))
    assert degrees(ground.up, LEVEL) < 2.0
    assert ground.known.gravity_error_degrees > 3.0


def test_a_foothold_in_the_air_is_not_believed() -> None:
    told = stance(LEVEL, places=20)
    told.places[3] += (0.0, -0.6, 0.0)
    ground = found(told)
    assert degrees(ground.up, LEVEL) < 1.0
    assert ground.floor_m == pytest.approx(-1.5, abs=0.03)


def test_of_two_levels_the_lower_is_the_floor() -> None:
    box = stance(LEVEL, floor_m=0.3, places=30)
    lawn = stance(LEVEL, floor_m=-1.5, places=8, seed=1)
    assert found(box, lawn).floor_m == pytest.approx(-1.5, abs=0.01)


def test_nobody_tells_nothing_and_nobody_on_the_floor_nothing_of_it() -> None:
    assert find_ground([]) is None
    nothing = Stance(Uprightness.none(), np.zeros((0, 3)), np.zeros(0), 0.85)
    assert find_ground([nothing]) is None
    flying = Stance(Uprightness(LEVEL, 1.0), np.zeros((0, 3)), np.zeros(0), 0.85)
    ground = found(flying)
    assert math.isnan(ground.floor_m)
    assert math.isnan(ground.known.floor_error_m)
    np.testing.assert_array_equal(ground.world_from_camera[:3, 3], 0.0)


@given(pitch=st.floats(-89.0, 89.0), roll=st.floats(-180.0, 180.0))
def test_the_world_is_upright_and_right_handed_with_the_floor_at_0(pitch: float, roll: float) -> None:
    sideways = math.radians(roll)
    cos, sin = math.cos(sideways), math.sin(sideways)
    turn = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]])
    ground = Ground(turn @ pitched(pitch), -1.4, GroundKnowledge("found", 3.0, 0.02))
    world = ground.world_from_camera
    np.testing.assert_allclose(world[:3, :3] @ world[:3, :3].T, np.eye(3), atol=1e-9)
    assert np.linalg.det(world[:3, :3]) == pytest.approx(1.0)
    np.testing.assert_allclose(world[:3, :3] @ ground.up, (0.0, 1.0, 0.0), atol=1e-9)
    on_floor = ground.floor_m * ground.up + np.cross(ground.up, (0.3, 0.5, 0.7))
    assert (world @ [*on_floor, 1.0])[1] == pytest.approx(0.0, abs=1e-9)


def test_a_level_camera_sees_the_world_as_it_did() -> None:
    world = Ground(LEVEL, -1.4, GroundKnowledge("found")).world_from_camera
    expected = np.diag([1.0, -1.0, -1.0, 1.0])
    expected[1, 3] = 1.4
    np.testing.assert_allclose(world, expected)


def test_footholds_do_not_depend_on_how_a_clip_was_parted() -> None:
    rng = np.random.default_rng(5)
    feet, standing = rng.normal(size=(200, 4, 3)), rng.random((200, 4)) < 0.6
    whole, parted = Footholds(30.0), Footholds(30.0)
    whole.add(feet, standing, 0)
    for start in range(0, 200, 37):
        parted.add(feet[start : start + 37], standing[start : start + 37], start)
    for one, other in zip(whole.places(), parted.places(), strict=True):
        np.testing.assert_allclose(one, other)
    assert whole.places()[1].sum() == pytest.approx(standing.sum() / 30.0)


def test_people_of_unknown_size_stand_on_one_floor_in_the_end() -> None:
    true = [stance(LEVEL, seed=seed) for seed in range(3)]
    seen = [each.scaled(factor) for each, factor in zip(true, (1.05, 0.97, 1.0), strict=True)]
    factors = shared_scales(seen)
    floors = [found(each.scaled(factor)).floor_m for each, factor in zip(seen, factors, strict=True)]
    assert np.ptp(floors) < 0.2 * 0.08 * 1.5
    assert floors[0] == pytest.approx(-1.5, rel=0.03)


def test_who_stands_on_something_else_keeps_his_size() -> None:
    assert shared_scales([stance(LEVEL), stance(LEVEL, floor_m=0.3, seed=1)]) == [1.0, 1.0]
    assert shared_scales([stance(LEVEL), stance(LEVEL, floor_m=-0.9, seed=1)]) == [1.0, 1.0]
    assert shared_scales([stance(LEVEL)]) == [1.0]
