"""BVH: what is written is read back by our reader, stands in a T-pose and is called what other programs call it."""

from typing import get_args

import numpy as np
import pytest

import kinelift as kl
from kinelift.angles import joint_angles, rig_positions
from kinelift.export.joint_names import Naming, joint_names
from kinelift.interop.bvh import BvhMotion, read_bvh
from tests.export.motions import TENTH_OF_MM, two_walkers


def apart_m(read: BvhMotion, motion: kl.Motion) -> float:
    """Return how far the joint that is worst is from where forward kinematics has it, metres."""
    angles = joint_angles(motion)
    turning = [index for index in range(len(angles.rig)) if angles.rig.children(index)]
    rows = [read.skeleton.joint_names.index(angles.rig.names[index]) for index in turning]
    expected = rig_positions(angles)[:, turning]
    return float(np.linalg.norm(read.positions[:, rows] - expected, axis=-1).max())


@pytest.mark.parametrize(
    ("units", "read_as"), [("m", "metres"), ("cm", "centimetres"), ("mm", "millimetres")]
)
def test_joints_are_read_back_where_they_are(demo_motion, tmp_path, units, read_as):
    (path,) = kl.write(demo_motion, tmp_path / "a.bvh", units=units)
    assert apart_m(read_bvh(path, units=read_as), demo_motion) < TENTH_OF_MM


def test_the_frame_time_is_the_true_one(demo_motion, tmp_path):
    (path,) = kl.write(demo_motion, tmp_path / "a.bvh")
    assert f"Frame Time: {1.0 / demo_motion.fps:.8f}"[:-1] in path.read_text()
    assert f"Frames: {len(demo_motion)}\n" in path.read_text()


def test_the_root_has_six_channels_and_joints_have_three(demo_motion, tmp_path):
    (path,) = kl.write(demo_motion, tmp_path / "a.bvh")
    root, *others = (line.split() for line in path.read_text().splitlines() if "CHANNELS" in line)
    assert root[1:5] == ["6", "Xposition", "Yposition", "Zposition"]
    assert {other[1] for other in others} == {"3"}


def test_angles_go_the_short_way_from_frame_to_frame(demo_motion, tmp_path):
    (path,) = kl.write(demo_motion, tmp_path / "a.bvh")
    rows = path.read_text().partition("Frame Time")[2].splitlines()[1:]
    degrees = np.array([[float(value) for value in row.split()[3:]] for row in rows])
    assert abs(np.diff(degrees, axis=0)).max() < 180.0


def test_each_person_has_a_file(tmp_path):
    written = kl.write(two_walkers(), tmp_path / "a.bvh")
    assert written == (tmp_path / "a.bvh", tmp_path / "a_1.bvh")
    first, second = (read_bvh(path, units="metres") for path in written)
    assert abs(first.positions - second.positions).max() > 0.5


def test_another_rate_keeps_the_path_and_its_duration(demo_motion, tmp_path):
    (path,) = kl.write(demo_motion, tmp_path / "a.bvh", fps=60.0)
    read, at = read_bvh(path, units="metres"), np.arange(len(demo_motion)) * 60.0 / demo_motion.fps
    assert f"Frame Time: {1.0 / 60.0:.8f}"[:-1] in path.read_text()
    whole = np.flatnonzero(at == np.round(at))
    rows = at[whole].astype(int)
    pelvis = demo_motion.to_world().joints[whole[rows < len(read.positions)], 0]
    np.testing.assert_allclose(read.positions[rows[rows < len(read.positions)], 0], pelvis, atol=1e-3)


@pytest.mark.parametrize("naming", get_args(Naming))
def test_every_naming_tells_joints_and_sides_apart(demo_motion, naming):
    rig = joint_angles(demo_motion).rig
    names = joint_names(rig, naming)
    assert len(set(names)) == len(rig)
    assert names[rig.index("left_hand")] != names[rig.index("right_hand")]


def test_joints_are_called_what_retargeting_knows(demo_motion, tmp_path):
    known: dict[Naming, str] = {
        "mixamo": "mixamorig:LeftForeArm",
        "unreal": "lowerarm_l",
        "rigify": "forearm.L",
        "plain": "left_forearm",
    }
    for naming, name in known.items():
        (path,) = kl.write(demo_motion, tmp_path / f"{naming}.bvh", naming=naming)
        assert f"JOINT {name}\n" in path.read_text()


def test_choices_that_a_format_lacks_are_refused(demo_motion, tmp_path):
    with pytest.raises(ValueError, match=r"naming is for rigs, \.bvh, \.glb; \.trc has none"):
        kl.write(demo_motion, tmp_path / "a.trc", naming="mixamo")
    with pytest.raises(ValueError, match=r"a\.npz: units, fps and naming are for \.bvh"):
        kl.write(demo_motion, tmp_path / "a.npz", units="cm")
