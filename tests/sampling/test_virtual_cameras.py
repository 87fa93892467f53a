"""Cameras see people from everywhere, near and far, upright and sideways, still and swaying."""

from dataclasses import replace

import numpy as np
import pytest

from kinelift.sampling.handheld import rotations_of, sway
from kinelift.sampling.virtual_cameras import CameraConfig, VirtualCameras, sample_cameras

CLIPS, FRAMES = 400, 60
PLAIN = CameraConfig(
    extreme=0.0, roll_sd_degrees=0.0, sideways=0.0, cut_off=0.0, handheld=0.0, off_centre=0.0, focal_error=0.0
)
CENTERS = np.random.default_rng(1).uniform((-2.0, 0.6, -2.0), (2.0, 1.2, 2.0), (CLIPS, 3))


def cameras(config: CameraConfig = PLAIN, seed: int = 0) -> VirtualCameras:
    """Draw cameras around people here and there."""
    return sample_cameras(CENTERS, FRAMES, config, np.random.default_rng(seed))


def seen(of: VirtualCameras, offset: tuple[float, float, float] = (0.0, 0.0, 0.0)) -> np.ndarray:
    """Return where the people's middle, or what lies beside it, is in each camera's frame over time."""
    points = np.repeat((CENTERS + np.array(offset))[:, None, None], FRAMES, 1)
    return of.to_camera(points)[:, :, 0]


def rays(points: np.ndarray) -> np.ndarray:
    """Project."""
    return points[..., :2] / points[..., 2:]


def test_the_same_seed_gives_the_same_cameras():
    first, again, other = (cameras(CameraConfig(), seed) for seed in (0, 0, 1))
    assert np.array_equal(first.position, again.position)
    assert np.array_equal(first.turns, again.turns)
    assert not np.array_equal(first.position, other.position)


def test_plain_cameras_look_straight_at_people_with_heads_up():
    of = cameras()
    np.testing.assert_allclose(rays(seen(of)), 0.0, atol=1e-9)
    above = rays(seen(of, (0.0, 0.3, 0.0)))
    np.testing.assert_allclose(above[..., 0], 0.0, atol=1e-9)
    assert (above[..., 1] < 0).all()


@pytest.mark.parametrize("config", [PLAIN, CameraConfig(), replace(PLAIN, handheld=1.0, sideways=1.0)])
def test_a_cameras_frame_is_rigid(config):
    of = cameras(config)
    a, b = seen(of), seen(of, (0.3, -0.2, 0.5))
    np.testing.assert_allclose(np.linalg.norm(a - b, axis=-1), np.linalg.norm((0.3, -0.2, 0.5)), atol=1e-5)
    np.testing.assert_allclose(np.linalg.det(of.rotation), 1.0)
    np.testing.assert_allclose(np.linalg.det(of.turns), 1.0, atol=1e-5)


def test_people_are_seen_from_all_sides_and_at_all_distances():
    of = cameras()
    away = of.position - CENTERS
    sides, _ = np.histogram(np.arctan2(away[:, 0], away[:, 2]), 8, (-np.pi, np.pi))
    assert sides.min() > 0.5 * CLIPS / 8
    distance = np.linalg.norm(away, axis=-1)
    low, high = PLAIN.distance_range
    assert low - 1e-6 <= distance.min() < 2.0
    assert 9.0 < distance.max() <= high + 1e-6
    wide = np.degrees(2 * np.arctan(of.half_size.max(1)))
    assert wide.min() < 30
    assert wide.max() > 85


def test_extreme_cameras_look_steeply_up_and_down():
    def pitch(of: VirtualCameras) -> np.ndarray:
        away = of.position - CENTERS
        return np.degrees(np.arcsin(away[:, 1] / np.linalg.norm(away, axis=-1)))

    steep = pitch(cameras(replace(PLAIN, extreme=1.0)))
    assert (np.abs(steep) > 24.9).all()
    assert steep.min() < -75
    assert steep.max() > 75
    usual, mixed = pitch(cameras()), pitch(cameras(replace(PLAIN, extreme=0.1)))
    assert np.abs(usual).mean() < np.abs(mixed).mean() < np.abs(steep).mean()


def test_sideways_images_are_a_quarter_turn_off_and_still_hold_the_person():
    of = cameras(replace(PLAIN, sideways=1.0, off_centre=0.7))
    middle, above = rays(seen(of)), rays(seen(of, (0.0, 0.05, 0.0)))
    assert (np.abs(middle) < of.half_size[:, None]).all()
    up = (above - middle)[:, 0]
    assert (np.abs(up[:, 0]) > 2.0 * np.abs(up[:, 1])).mean() > 0.9
    assert 0.35 < (up[:, 0] > 0).mean() < 0.65


def test_cut_off_people_stand_at_a_border():
    of = cameras(replace(PLAIN, cut_off=1.0))
    middle = np.abs(rays(seen(of)))[:, 0] / of.half_size
    assert (middle.max(1) > 0.65).all()
    assert (middle.max(1) < 1.6).all()


def test_swaying_cameras_move_slowly_and_not_far_and_others_stand_still():
    of = cameras(replace(PLAIN, handheld=0.5))
    path = seen(of)
    moves = np.abs(path - path[:, :1]).max((1, 2)) > 1e-6
    assert set(np.flatnonzero(moves)) == set(of.moving)
    assert 0.4 < moves.mean() < 0.6
    distance = np.linalg.norm(path.mean(1), axis=-1)[moves]
    angles = np.degrees(np.abs(rays(path))[moves]).max((1, 2))
    assert np.median(angles) < 6.0
    steps = np.linalg.norm(np.diff(path[moves], axis=1), axis=-1) / distance[:, None]
    assert np.percentile(steps, 99) < np.radians(1.5)
    bends = np.linalg.norm(np.diff(path[moves], 2, axis=1), axis=-1) / distance[:, None]
    assert np.percentile(bends, 99) < np.radians(0.15)


def test_sway_is_as_large_as_asked():
    turns, shifts = sway(2000, 3, 2.0, 0.05, np.random.default_rng(0))
    assert 0.045 < shifts.std() < 0.055
    pitch = np.arctan2(turns[..., 2, 1], turns[..., 2, 2])
    assert 1.8 < np.degrees(pitch.std()) < 2.2


def test_no_angle_is_no_turn_and_a_yaw_turns_to_the_right():
    np.testing.assert_allclose(rotations_of(np.zeros((2, 3))), np.broadcast_to(np.eye(3), (2, 3, 3)))
    yaw = rotations_of(np.array([0.0, np.pi / 2, 0.0]))
    np.testing.assert_allclose(yaw @ np.array([0.0, 0.0, 1.0]), [1.0, 0.0, 0.0], atol=1e-6)
