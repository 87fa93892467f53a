"""ASF and AMC: forward kinematics against Rodrigues' formula, and errors that name file and line."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinelift.interop.asf_amc import AsfSkeleton, parse_amc, parse_asf, read_amc, read_asf

UNIT = 0.0254 / 0.45

ASF = """# a leg
:version 1.10
:units
  mass 1.0
  length 0.45
  angle deg
:root
   order TX TY TZ RX RY RZ
   axis XYZ
   position 0 0 0
   orientation 0 0 0
:bonedata
  begin
     id 1
     name hip
     direction 0.6 -0.8 0
     length 2
     axis 0 0 0 XYZ
  end
  begin
     id 2
     name femur
     direction 0 -1 0
     length 8
     axis 10 -20 30 XYZ
     dof rx ry rz
     limits (-160 20)
            (-70 70)
            (-60 70)
  end
  begin
     id 3
     name foot
     direction 0 0 1
     length 3
     axis -90 0 20 XYZ
     dof rx rz
  end
:hierarchy
  begin
    root hip
    hip femur
    femur foot
  end
"""

AMC = """#!OML:ASF somewhere.ASF
:FULLY-SPECIFIED
:DEGREES
1
root 1 17 -2 0 0 0
femur 0 0 0
foot 0 0
2
root 1 17 -2 5 -40 15
femur -30 12 8
foot 25 -10
"""


@pytest.fixture
def skeleton() -> AsfSkeleton:
    return parse_asf(ASF, name="leg.asf")


def about(axis: np.ndarray, degrees: float) -> np.ndarray:
    """Rodrigues' formula, one matrix."""
    x, y, z = axis
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + np.sin(np.radians(degrees)) * cross + (1 - np.cos(np.radians(degrees))) * cross @ cross


def leg_by_rodrigues(root: list[float], femur: list[float], foot: list[float]) -> np.ndarray:
    """The ends of the bones in metres: each turns about its own axes and is carried by its parent."""
    x, y, z = np.eye(3)
    turn = about(z, root[5]) @ about(y, root[4]) @ about(x, root[3])
    ends = [np.array(root[:3])]
    ends.append(ends[-1] + turn @ [1.2, -1.6, 0])
    for axis, angles, offset in (
        ([10, -20, 30], femur, [0, -8, 0]),
        ([-90, 0, 20], [foot[0], 0, foot[1]], [0, 0, 3]),
    ):
        own = about(z, axis[2]) @ about(y, axis[1]) @ about(x, axis[0])
        turn = turn @ about(own @ z, angles[2]) @ about(own @ y, angles[1]) @ about(own @ x, angles[0])
        ends.append(ends[-1] + turn @ np.array(offset, dtype=float))
    return np.array(ends) * UNIT


def test_the_zero_pose_adds_up_the_bones_in_metres(skeleton: AsfSkeleton):
    motion = parse_amc(AMC, skeleton, name="leg.amc")
    expected = np.array([[1, 17, -2], [2.2, 15.4, -2], [2.2, 7.4, -2], [2.2, 7.4, 1]]) * UNIT
    assert motion.bone_names == ("root", "hip", "femur", "foot")
    np.testing.assert_allclose(motion.positions[0], expected, atol=1e-12)
    np.testing.assert_allclose(motion.rotations[0], np.broadcast_to(np.eye(3), (4, 3, 3)), atol=1e-12)
    assert motion.fps == 120.0


def test_a_quarter_turn_of_the_root_about_x_lays_the_femur_backwards(skeleton: AsfSkeleton):
    motion = parse_amc("1\nroot 0 0 0 90 0 0\nfemur 0 0 0\nfoot 0 0\n", skeleton, name="leg.amc")
    np.testing.assert_allclose(motion.positions[0, 2] - motion.positions[0, 1], [0, 0, -8 * UNIT], atol=1e-12)


@given(st.lists(st.floats(-180, 180), min_size=11, max_size=11))
def test_forward_kinematics_agrees_with_rodrigues(values: list[float]):
    root, femur, foot = values[:6], values[6:9], values[9:]
    lines = (f"{bone} {' '.join(map(repr, row))}" for bone, row in (("root", root), ("femur", femur)))
    text = "1\n" + "\n".join([*lines, f"foot {foot[0]!r} {foot[1]!r}"])
    motion = parse_amc(text, parse_asf(ASF, name="leg.asf"), name="leg.amc")
    np.testing.assert_allclose(motion.positions[0], leg_by_rodrigues(root, femur, foot), atol=1e-9)


def test_a_foreign_line_end_and_bone_order_change_nothing(skeleton: AsfSkeleton, tmp_path: Path):
    (tmp_path / "leg.asf").write_text(ASF.replace("\n", "\r\n"), newline="")
    swapped = (
        "1\nfoot 0 0\nroot 1 17 -2 0 0 0\nfemur 0 0 0\n"
        "2\nfoot 25 -10\nroot 1 17 -2 5 -40 15\nfemur -30 12 8\n"
    )
    (tmp_path / "leg.amc").write_text(swapped)
    motion = read_amc(tmp_path / "leg.amc", read_asf(tmp_path / "leg.asf"), fps=60.0)
    np.testing.assert_array_equal(motion.positions, parse_amc(AMC, skeleton, name="leg.amc").positions)
    assert motion.fps == 60


@pytest.mark.parametrize(
    ("find", "replacement", "message"),
    [
        ("direction 0 -1 0", "direction 0 -1", "leg.asf: line 23: expected 3 finite numbers, got '0 -1'"),
        ("length 8", "length nan", "leg.asf: line 24: expected 1 finite numbers, got 'nan'"),
        ("     length 8\n", "", "leg.asf: line 22: bone femur has no line `length`"),
        ("dof rx ry rz", "dof rx l", "leg.asf: line 26: channels may be tx ty tz rx ry rz, got 'rx l'"),
        ("axis 10 -20 30 XYZ", "axis 10 -20 30 XYY", "leg.asf: line 25: expected an order of axes"),
        ("orientation 0 0 0", "orientation 0 90 0", "leg.asf: line 11: a root with its own orientation"),
        ("hip femur", "hip tibia", "leg.asf: line 42: tibia is not a bone of :bonedata"),
        ("    femur foot\n", "", "leg.asf: the hierarchy leaves out foot"),
        ("    root hip\n", "", "leg.asf: line 41: hip is given children before it has a parent itself"),
        (":root", ":roof", "leg.asf: not an ASF skeleton, the section :root is missing"),
        (
            ASF[ASF.index("     limits") :],
            ":hierarchy\n",
            "leg.asf: line 26: the file breaks off inside a bone",
        ),
        (ASF, "", "leg.asf: not an ASF skeleton, no section such as :root in it"),
        (ASF, "HIERARCHY\nROOT hip\n", "leg.asf: not an ASF skeleton"),
    ],
)
def test_a_broken_skeleton_is_refused_by_file_and_line(find: str, replacement: str, message: str):
    assert ASF.count(find) == 1
    with pytest.raises(ValueError) as error:
        parse_asf(ASF.replace(find, replacement), name="leg.asf")
    assert str(error.value).startswith(message)


@pytest.mark.parametrize(
    ("find", "replacement", "message"),
    [
        ("foot 25 -10\n", "", "leg.amc: line 10: the file breaks off inside a frame"),
        ("foot 25 -10", "foot 25", "leg.amc: line 11: foot needs 2 numbers, got 1"),
        ("foot 25 -10", "foot 25 -1x", "leg.amc: line 11: expected 2 finite numbers, got '25 -1x'"),
        ("foot 25 -10", "foot 25 nan", "leg.amc: line 11: expected 2 finite numbers, got '25 nan'"),
        ("femur -30 12 8", "tibia -30 12 8", "leg.amc: line 10: expected femur as in the first frame"),
        ("2\nroot", "root", "leg.amc: line 8: a second line for root in the same frame"),
        ("femur 0 0 0", "fibula 0 0 0", "leg.amc: line 6: 'fibula' is not a bone of this skeleton"),
        ("femur 0 0 0\n", "", "leg.amc: line 4: this frame has no line for femur"),
        (
            "1\nroot 1 17 -2 0",
            "1 root 1 17 -2 0",
            "leg.amc: not an AMC motion, no frame number where the first frame begins: line 4",
        ),
        (AMC, "", "leg.amc: not an AMC motion, no frame number where the first frame begins: it is empty"),
        (AMC, "HIERARCHY\nROOT hip\n", "leg.amc: not an AMC motion"),
    ],
)
def test_a_broken_motion_is_refused_by_file_and_line(
    skeleton: AsfSkeleton, find: str, replacement: str, message: str
):
    assert AMC.count(find) == 1
    with pytest.raises(ValueError) as error:
        parse_amc(AMC.replace(find, replacement), skeleton, name="leg.amc")
    assert str(error.value).startswith(message)
