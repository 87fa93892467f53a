"""What bodies tell of their world."""

from itertools import pairwise

import numpy as np
import pytest

from kinelift.body import H36M_21
from kinelift.geometry.kinematics import symmetric_bone_lengths
from kinelift.placing.footing import footing_features, footing_look_ahead, leg_length, tell_footing
from tests.placing.test_feet import walker


def leg_m(joints: np.ndarray) -> float:
    """Return the length of a body's legs."""
    return leg_length(symmetric_bone_lengths(joints, H36M_21), H36M_21)


def told(joints: np.ndarray, fps: float = 30.0, parts: int = 1) -> tuple[np.ndarray, np.ndarray, float]:
    """Tell of a whole clip, part by part."""
    edges = np.linspace(0, len(joints), parts + 1).astype(int)
    each = [
        tell_footing(joints, leg_m(joints), fps, int(start), int(stop)) for start, stop in pairwise(edges)
    ]
    upright = sum((part.upright for part in each[1:]), each[0].upright)
    return np.concatenate([part.probability for part in each]), upright.total, upright.weight


@pytest.mark.parametrize("fps", [30.0, 29.97, 25.0, 60.0, 12.5])
@pytest.mark.parametrize("frames", [1, 2, 7, 200])
def test_part_by_part_is_the_whole(fps: float, frames: int) -> None:
    joints = walker(frames)
    whole, parted = told(joints, fps), told(joints, fps, min(frames, 5))
    for one, other in zip(whole, parted, strict=True):
        np.testing.assert_allclose(other, one, rtol=2e-4, atol=2e-5)
    assert whole[0].shape == (frames, 4)
    assert ((whole[0] >= 0.0) & (whole[0] <= 1.0)).all()


def test_it_reads_no_farther_than_it_says() -> None:
    joints, reach = walker(400), footing_look_ahead(50.0)
    legs = leg_m(joints)
    start = 200 - reach - (200 - reach) % 5  # moments of the network, three a five frames
    around = joints[start : 201 + reach]
    found = tell_footing(around, legs, 50.0, 200 - start, 201 - start).probability
    np.testing.assert_allclose(found, tell_footing(joints, legs, 50.0, 200, 201).probability, atol=1e-5)


def test_size_tells_nothing() -> None:
    joints = walker(90)
    one, other = told(joints), told(1.3 * joints)
    for first, second in zip(one, other, strict=True):
        np.testing.assert_allclose(first, second, rtol=1e-3, atol=1e-4)


def test_of_a_mirrored_body_it_tells_the_mirrored_thing() -> None:
    joints = walker(90)
    probability, total, weight = told(joints)
    mirrored, other_total, other_weight = told(joints[:, list(H36M_21.mirrored)] * (-1.0, 1.0, 1.0))
    np.testing.assert_allclose(mirrored, probability[:, [2, 3, 0, 1]], atol=1e-5)
    np.testing.assert_allclose(other_total, total * (-1.0, 1.0, 1.0), rtol=1e-4, atol=1e-3)
    assert other_weight == pytest.approx(weight, rel=1e-4)


def test_a_walker_who_stands_upright_says_so() -> None:
    joints = walker(150)  # upright before a level camera
    _, total, _ = told(joints)
    up = total / np.linalg.norm(total)
    assert np.degrees(np.arccos(-up[1])) < 12.0


def test_features_are_of_the_shape_the_network_reads() -> None:
    joints = walker(30)
    assert footing_features(joints, leg_m(joints)).shape == (30, 75)
    batch = footing_features(np.stack((joints, 2.0 * joints)), np.array([leg_m(joints), 2.0 * leg_m(joints)]))
    np.testing.assert_allclose(batch[0], batch[1], atol=1e-5)
