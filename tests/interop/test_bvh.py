"""BVH: forward kinematics against a plain recursion, and errors that name file and line."""

from math import cos, radians, sin
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinelift.interop.bvh import parse_bvh, read_bvh

ARM = """HIERARCHY
ROOT hips
{
  OFFSET 0 90 0
  CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation
  JOINT elbow
  {
    OFFSET 30 0 0
    CHANNELS 3 Yrotation Xrotation Zrotation
    JOINT hand
    {
      OFFSET 25 0 0
      CHANNELS 6 Zposition Yposition Xposition Xrotation Yrotation Zrotation
      End Site
      {
        OFFSET 10 0 0
      }
    }
  }
}
MOTION
Frames: 2
Frame Time: 0.0333333
0 100 0 0 0 0 0 0 0 0 0 25 0 0 0
5 100 0 90 0 0 90 0 0 1 2 20 0 0 90
"""


def about(axis: str, degrees: float) -> list[list[float]]:
    """The textbook matrices, written out."""
    c, s = cos(radians(degrees)), sin(radians(degrees))
    match axis:
        case "X":
            return [[1, 0, 0], [0, c, -s], [0, s, c]]
        case "Y":
            return [[c, 0, s], [0, 1, 0], [-s, 0, c]]
        case _:
            return [[c, -s, 0], [s, c, 0], [0, 0, 1]]


def test_rest_pose_stands_at_its_offsets_and_the_root_where_its_channels_say():
    motion = parse_bvh(ARM, name="arm.bvh")
    assert motion.skeleton.joint_names == ("hips", "elbow", "hand", "hand_end")
    assert motion.skeleton.parents == (-1, 0, 1, 2)
    np.testing.assert_allclose(motion.positions[0], [[0, 1, 0], [0.3, 1, 0], [0.55, 1, 0], [0.65, 1, 0]])
    assert motion.fps == pytest.approx(30, abs=1e-3)


def test_turns_worked_out_by_hand():
    # The root turns +x up to +y; the elbow's own y then points to world -x and takes +x (up) to -z, which the
    # root leaves alone; the hand stands at (20, 2, 1) of the elbow's axes and turns its own x to its own y.
    motion = parse_bvh(ARM, name="arm.bvh")
    elbow = np.array([[0, -1, 0], [0, 0, 1], [-1, 0, 0]], dtype=float)  # columns: own x, y, z in the world
    np.testing.assert_allclose(motion.positions[1, 1], [0.05, 1.3, 0], atol=1e-12)
    np.testing.assert_allclose(motion.rotations[1, 1], elbow, atol=1e-12)
    hand = [0.05 - 0.02, 1.3 + 0.01, -0.2]
    np.testing.assert_allclose(motion.positions[1, 2], hand, atol=1e-12)
    np.testing.assert_allclose(motion.positions[1, 3], [hand[0] - 0.1, hand[1], hand[2]], atol=1e-12)


@given(
    st.permutations("XYZ"),
    st.permutations("XYZ"),
    st.lists(st.floats(-360, 360), min_size=9, max_size=9),
)
def test_every_order_of_channels_agrees_with_a_plain_recursion(
    root_order: list[str], elbow_order: list[str], values: list[float]
):
    root, elbow = (" ".join(f"{axis}rotation" for axis in order) for order in (root_order, elbow_order))
    text = (
        "HIERARCHY\nROOT hips\n{\nOFFSET 0 0 0\n"
        f"CHANNELS 6 Xposition Yposition Zposition {root}\n"
        f"JOINT elbow\n{{\nOFFSET 1 2 3\nCHANNELS 3 {elbow}\n"
        "End Site\n{\nOFFSET 4 5 6\n}\n}\n}\nMOTION\nFrames: 1\nFrame Time: 0.01\n"
        + " ".join(map(repr, values))
    )
    motion = parse_bvh(text, name="arm.bvh", units="metres")

    position, turn = np.array(values[:3]), np.eye(3)
    expected = [position]
    for order, angles, child in ((root_order, values[3:6], [1, 2, 3]), (elbow_order, values[6:], [4, 5, 6])):
        for axis, angle in zip(order, angles, strict=True):
            turn = turn @ about(axis, angle)
        position = position + turn @ np.array(child)
        expected.append(position)
    np.testing.assert_allclose(motion.positions[0], expected, atol=1e-9)
    np.testing.assert_allclose(motion.rotations[0, 1], turn, atol=1e-9)
    np.testing.assert_allclose(motion.rotations[0, 0] @ motion.local_rotations[0, 1], turn, atol=1e-9)


def test_units_scale_offsets_and_position_channels_alike():
    metres = parse_bvh(ARM, name="arm.bvh", units="metres").positions
    centimetres = parse_bvh(ARM, name="arm.bvh", units="centimetres").positions
    np.testing.assert_allclose(metres, 100 * centimetres)


def test_a_file_with_tabs_a_byte_order_mark_and_no_blank_before_the_numbers_is_read(tmp_path: Path):
    file = tmp_path / "arm.bvh"
    file.write_bytes(b"\xef\xbb\xbf" + ARM.replace(": ", ":\t").replace("\n", "\r\n").encode())
    np.testing.assert_array_equal(read_bvh(file).positions, parse_bvh(ARM, name="arm.bvh").positions)


def test_an_unknown_joint_is_answered_with_the_joints_there_are():
    with pytest.raises(ValueError, match="no joint 'head' in this BVH; it has hips, elbow, hand, hand_end"):
        parse_bvh(ARM, name="arm.bvh").index("head")


@pytest.mark.parametrize(
    ("find", "replacement", "message"),
    [
        (ARM, "", "arm.bvh: line 1: not a BVH file"),
        (ARM, ":version 1.10\n", "arm.bvh: line 1: not a BVH file"),
        (ARM[ARM.index("MOTION") :], "", "arm.bvh: line 20: the file breaks off before its MOTION section"),
        ("    }\n  }\n}\n", "", "arm.bvh: line 17: the HIERARCHY section breaks off"),
        ("  JOINT elbow", "  }\n  JOINT elbow", "arm.bvh: line 7: 'JOINT elbow' stands outside the braces"),
        ("JOINT elbow", "ROOT elbow", "arm.bvh: line 6: a BVH file has one ROOT"),
        ("JOINT hand", "JOINT elbow", "arm.bvh: line 10: joint names must be unique"),
        ("OFFSET 30 0 0", "OFFSET 30 0", "arm.bvh: line 8: expected 3 numbers, got 2"),
        ("    OFFSET 30 0 0\n", "", "arm.bvh: no OFFSET for elbow"),
        ("CHANNELS 3", "CHANNELS 4", "arm.bvh: line 9: CHANNELS needs a count and as many names"),
        ("3 Yrotation", "3 Wrotation", "arm.bvh: line 9: channel 'Wrotation' is none of"),
        ("End Site", "Ending", "arm.bvh: line 14: not understood in the HIERARCHY section: 'Ending'"),
        ("Frames: 2", "Frames: 3", "arm.bvh: line 25: `Frames:` announces 3, the file holds 2"),
        ("Frames: 2", "Frames: two", "arm.bvh: line 22: 'two' is not a number"),
        ("Frames: 2\n", "", "arm.bvh: line 22: expected `Frames:` and `Frame Time:` after MOTION"),
        ("0.0333333", "0", "arm.bvh: line 22: needs at least one frame and a positive frame time"),
        ("20 0 0 90", "20 0 0", "arm.bvh: line 25: expected 15 numbers, got 14"),
        ("20 0 0 90", "20 0 0 nan", "arm.bvh: line 25: every number must be finite"),
        ("20 0 0 90", "20 0 0 9o", "arm.bvh: line 25: '9o' is not a number"),
    ],
)
def test_a_broken_file_is_refused_by_file_and_line(find: str, replacement: str, message: str):
    assert ARM.count(find) == 1
    with pytest.raises(ValueError) as error:
        parse_bvh(ARM.replace(find, replacement), name="arm.bvh")
    assert str(error.value).startswith(message)
