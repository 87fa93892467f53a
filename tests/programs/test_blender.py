"""Blender imports BVH and GLB with its defaults: the right way up, left on the left, in metres and in time."""

from pathlib import Path

import numpy as np
import pytest

import kinelift as kl
from kinelift.angles import joint_angles
from kinelift.body import Motion, Recording
from tests.export.motions import in_world, two_walkers

WITHIN_M = 0.01
BLENDER_FPS = 24.0
"""Of a new scene, which importing leaves as it is."""


def bones_at(opened, recording: Recording, path: Path, rows: list[int]) -> list[dict[str, np.ndarray]]:
    """Return where Blender has the bones of each armature at rows of the motion, metres, Z up."""
    kl.write(recording, path)
    frame_of = {".bvh": lambda row: row + 1, ".glb": lambda row: row / recording.fps * BLENDER_FPS}[
        path.suffix
    ]
    found = opened("in_blender.py", "bpy", path, *(frame_of(row) for row in rows))
    assert found["fps"] == BLENDER_FPS
    return [{name: np.array(places) for name, places in each.items()} for each in found["armatures"]]


def farthest_m(bones: dict[str, np.ndarray], motion: Motion, rows: list[int]) -> float:
    """Return how far a bone starts from the motion's joint at most: Blender's (x, y, z) is our (x, z, -y)."""
    rig = joint_angles(motion).rig
    apart = [
        np.linalg.norm(
            bones[name][:, [0, 2, 1]] * [1.0, 1.0, -1.0] - motion.joints[rows, motion.skeleton.index(place)],
            axis=-1,
        ).max()
        for name, place in zip(rig.names, rig.stands_at, strict=True)
        if place is not None and name in bones
    ]
    assert len(apart) >= 17
    return float(max(apart))


@pytest.mark.parametrize("suffix", [".bvh", ".glb"])
def test_a_known_clip_stands_upright_facing_the_viewer(opened, known, tmp_path, suffix):
    rows = [0, 15, 40, 60]
    (bones,) = bones_at(opened, known, tmp_path / f"known{suffix}", rows)
    assert farthest_m(bones, known.people[0].motion, rows) < WITHIN_M
    first, last = ({name: places[row] for name, places in bones.items()} for row in (0, -1))
    assert 1.4 < first["head"][2] - first["left_foot"][2] < 1.5
    # Front view looks along +Y, +X to the right: a body that faces it has its left hand on the right.
    np.testing.assert_allclose(first["left_hand"], [0.72, 0.0, 1.42], atol=WITHIN_M)
    np.testing.assert_allclose(first["right_hand"], [-0.46, -0.26, 1.42], atol=WITHIN_M)
    # After a quarter turn to its left it faces +X, a metre further on.
    np.testing.assert_allclose(last["left_hand"], [1.0, 0.72, 1.42], atol=WITHIN_M)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".bvh", ".glb"])
def test_the_park_clip_stands_where_it_is(opened, park, tmp_path, suffix):
    rows = [0, 57, 115, 170, 229]
    (bones,) = bones_at(opened, park, tmp_path / f"park{suffix}", rows)
    assert farthest_m(bones, park.people[0].motion.to_world(park.world_from_camera), rows) < WITHIN_M
    assert bones["head"][0, 2] > max(bones[f"{side}_foot"][0, 2] for side in ("left", "right")) + 1.0


def test_two_people_are_two_armatures_of_one_glb(opened, tmp_path):
    recording, rows = two_walkers(), [0, 30]
    everybody = bones_at(opened, recording, tmp_path / "two.glb", rows)
    for bones, motion in zip(everybody, in_world(recording), strict=True):
        assert farthest_m(bones, motion, rows) < WITHIN_M
