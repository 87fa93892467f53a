"""BVH: one person's rig and its angles, for programs of animation; `kinelift.interop.bvh` reads it.

Y up, and the rest pose is a T-pose facing +Z with the left hand at +X. The root stands at OFFSET 0 0 0 and its channels
say where it is, for some programs add the two and some do not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from jaxtyping import Float

from kinelift.angles import JointAngles, Rig, joint_angles
from kinelift.export.joint_names import joint_names
from kinelift.export.takes import PER_METRE, Take, TakeFormat, Wording, one_file_each
from kinelift.geometry.rotations import quaternion_to_matrix
from kinelift.interop.euler import AxisName, euler_from_rotation
from kinelift.whole_files import replacing

Order = tuple[AxisName, AxisName, AxisName]

TRUNK: Order = ("y", "z", "x")
ORDERS: dict[str, Order] = {
    "clavicle": ("z", "x", "y"), "upper_arm": ("z", "x", "y"), "forearm": ("y", "z", "x"), "hand": ("y", "z", "x"),
    "thigh": ("x", "y", "z"), "shin": ("x", "y", "z"), "foot": ("x", "y", "z"), "toe": ("x", "y", "z"),
    "heel": ("x", "y", "z"),
}  # fmt: skip
"""In which order a joint's angles are listed: the one in the middle is about the axis that it turns least about, for
at a quarter turn of that one the other two are not told apart."""


def write_bvh(takes: Sequence[Take], path: Path, wording: Wording) -> tuple[Path, ...]:
    """Write each person to a file of their own."""
    written = []
    for take, own_path in one_file_each(takes, path):
        angles = joint_angles(take.motion)
        with replacing(own_path) as temporary, temporary.open("w", encoding="ascii", newline="\n") as file:
            file.writelines(f"{line}\n" for line in _lines(angles, wording))
        written.append(own_path)
    return tuple(written)


BVH = TakeFormat(".bvh", write_bvh, units=("m", "cm", "mm"), named=True)


def _lines(angles: JointAngles, wording: Wording) -> Iterator[str]:
    per_metre = PER_METRE[wording.units]
    yield "HIERARCHY"
    yield from _hierarchy(angles.rig, joint_names(angles.rig, wording.naming), per_metre)
    yield from ("MOTION", f"Frames: {len(angles)}", f"Frame Time: {1.0 / angles.fps:.10g}")
    degrees = _degrees(angles)
    for place, row in zip(angles.root * per_metre, degrees, strict=True):
        yield " ".join([*(f"{value:.6f}" for value in place), *(f"{value:.5f}" for value in row)])


def _hierarchy(
    rig: Rig, names: tuple[str, ...], per_metre: float, joint: int = 0, depth: int = 0
) -> Iterator[str]:
    """Yield a joint and all that hangs from it; an end is a site without channels."""
    indent, children = "  " * depth, rig.children(joint)
    kind = "ROOT" if depth == 0 else "JOINT"
    yield f"{indent}{kind} {names[joint]}" if children else f"{indent}End Site"
    yield f"{indent}{{"
    yield f"{indent}  OFFSET " + " ".join(f"{value * per_metre:.6f}" for value in rig.offsets[joint])
    if children:
        turns = " ".join(f"{axis.upper()}rotation" for axis in _order(rig.names[joint]))
        places = "" if depth else "Xposition Yposition Zposition "
        yield f"{indent}  CHANNELS {3 if depth else 6} {places}{turns}"
    for child in children:
        yield from _hierarchy(rig, names, per_metre, child, depth + 1)
    yield f"{indent}}}"


def _order(joint: str) -> Order:
    return ORDERS.get(joint.removeprefix("left_").removeprefix("right_"), TRUNK)


def _degrees(angles: JointAngles) -> Float[np.ndarray, "frame angle"]:
    """Return the angles of all joints that turn, in the order in which the hierarchy lists them."""
    rig = angles.rig
    columns = []
    for joint in _listed(rig):
        turns = quaternion_to_matrix(angles.rotations[:, [joint]])
        columns.append(np.degrees(euler_from_rotation(_order(rig.names[joint]), turns))[:, 0])
    return np.concatenate(columns, axis=1)


def _listed(rig: Rig, joint: int = 0) -> Iterator[int]:
    if rig.children(joint):
        yield joint
    for child in rig.children(joint):
        yield from _listed(rig, child)
