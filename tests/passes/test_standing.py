"""A body stood on its feet."""

from collections.abc import Iterator

import numpy as np
import pytest

from kinelift.body import H36M_17, H36M_21
from kinelift.body.rows import stretches
from kinelift.geometry.kinematics import bone_lengths, symmetric_bone_lengths
from kinelift.passes import MemoryScratch
from kinelift.passes.standing import Body, Stood, stand
from kinelift.placing.contacts import FOOT_POINTS
from tests.placing.test_feet import walker

FPS = 30.0
POINTS = [H36M_21.index(name) for name in FOOT_POINTS]


def body(frames: int) -> Body:
    """Return a walker whose path wanders by some centimetres, as lifted ones do."""
    at = np.arange(frames)[:, None, None] / FPS
    wandering = 0.04 * np.concatenate((np.sin(2.0 * at), np.zeros_like(at), np.cos(3.0 * at)), axis=-1)
    joints = (walker(frames) + wandering).astype(np.float32)
    return Body(joints, np.ones(frames, bool), symmetric_bone_lengths(joints, H36M_21), H36M_21, FPS)


def stood(frames: int, most: int | None = None) -> Stood:
    """Stand it on its feet, some frames at a time."""

    def parts(_: str) -> Iterator[slice]:
        return stretches(frames, most or frames)

    found = stand(body(frames), MemoryScratch(), parts)
    assert found is not None
    return found


def test_what_stands_stays_where_it_is() -> None:
    found, loose = stood(180), body(180).joints[:]
    standing = found.standing[:]
    assert 0.2 < standing.mean() < 0.9
    stay = standing[1:] & standing[:-1]
    held, free = (
        np.linalg.norm(np.diff(joints[:, POINTS], axis=0), axis=-1)[stay]
        for joints in (found.joints[:], loose)
    )
    assert np.median(held) < 0.001
    assert np.median(held) < 0.1 * np.median(free)
    np.testing.assert_allclose(
        bone_lengths(found.joints[:], H36M_21), bone_lengths(loose, H36M_21), atol=1e-5
    )


@pytest.mark.parametrize("most", [7, 64])
def test_part_by_part_it_stands_as_a_whole(most: int) -> None:
    whole, parted = stood(180), stood(180, most)
    np.testing.assert_array_equal(parted.standing[:], whole.standing[:])
    np.testing.assert_allclose(parted.joints[:], whole.joints[:], atol=1e-4)
    np.testing.assert_allclose(parted.stance.places, whole.stance.places, atol=1e-4)
    np.testing.assert_allclose(parted.stance.upright.total, whole.stance.upright.total, rtol=1e-3)


def test_a_body_without_toes_and_heels_stands_on_nothing() -> None:
    joints = walker(30)[:, :17]
    footless = Body(joints, np.ones(30, bool), symmetric_bone_lengths(joints, H36M_17), H36M_17, FPS)
    assert stand(footless, MemoryScratch(), lambda _: stretches(30, 30)) is None
