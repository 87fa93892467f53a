"""Inverse kinematics: from joints over time to the angles of a rigid skeleton.

Every bone points where its two joints are, so that positions are met; what is left, each bone's twist, is told by

    hips        the line between them, and the spine above it
    spine       half by the hips, half by the shoulders
    chest       the line between the shoulders
    neck, head  the ears or the eyes where the skeleton has them, else the plane of neck, nose and crown
    arms        the axis of the elbow; where the arm is straight an elbow is expected to bend towards the face
    legs        the axis of the knee; where the leg is straight a knee is expected to bend backwards
    feet        the plane of ball and heel
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from kinelift.angles.rest_pose import rest_rig
from kinelift.angles.rig import JointAngles
from kinelift.angles.twist import turns_along
from kinelift.body import Motion
from kinelift.geometry.rotations import (
    cross,
    invert_quaternion,
    multiply_quaternions,
    normalize_quaternion,
    rotate,
    unit_vectors,
)

Vectors = Float[np.ndarray, "frame 3"]

LEFT, UP, FORWARD = np.eye(3)
TOWARDS_FACE = {
    "left": unit_vectors(np.array([-0.5, 0.0, 0.8])),
    "right": unit_vectors(np.array([0.5, 0.0, 0.8])),
}
"""Where a forearm is expected to bend to, seen from the chest: forward and inward, hence in a T-pose forward."""
FASTEST_ROLL_DEGREES = 1500.0
"""A second, of the hips about the line between them: a somersault's, with room."""
HEAD_PAIRS = (("left_ear", "right_ear"), ("left_eye", "right_eye"))


def joint_angles(motion: Motion) -> JointAngles:
    """Return the angles of a rig with the motion's own bone lengths, in the world's frame.

    A motion in the camera's frame is taken by (x, -y, -z). Needs h36m_17's joints; feet and face are used if there.
    """
    solver = _Solver(motion.to_world())
    _trunk(solver)
    for side in ("left", "right"):
        _arm(solver, side)
        _leg(solver, side)
    return solver.angles()


def _trunk(solver: _Solver) -> None:
    hips, shoulders = solver.bone("right_hip", "left_hip"), solver.bone("right_shoulder", "left_shoulder")
    lower, upper = solver.bone("pelvis", "spine"), solver.bone("spine", "thorax")
    neck, face = solver.bone("thorax", "nose"), _left_of_face(solver)
    solver.turn_root(across=hips, up=lower)
    solver.turn("spine", lower, LEFT, seen=(hips + shoulders) / 2.0)
    solver.turn("chest", upper, LEFT, seen=shoulders)
    solver.turn("neck", neck, LEFT, seen=(shoulders + face) / 2.0)
    solver.turn("head", solver.bone("nose", "head"), LEFT, seen=face)


def _left_of_face(solver: _Solver) -> Vectors:
    """Return where the head's left is, as long as it is sure: a bent neck and nose tell it, straight ones do not."""
    for left, right in HEAD_PAIRS:
        if left in solver.skeleton.names and right in solver.skeleton.names:
            return solver.bone(right, left)
    return cross(solver.bone("nose", "head"), solver.bone("thorax", "nose"))


def _arm(solver: _Solver, side: str) -> None:
    upper_arm, forearm = (
        solver.bone(f"{side}_shoulder", f"{side}_elbow"),
        solver.bone(f"{side}_elbow", f"{side}_wrist"),
    )
    axis = -UP if side == "left" else UP
    solver.turn(f"{side}_clavicle", solver.bone("thorax", f"{side}_shoulder"), FORWARD)
    to_face = cross(upper_arm, solver.taken(f"{side}_clavicle", TOWARDS_FACE[side]))
    solver.turn(f"{side}_upper_arm", upper_arm, axis, seen=cross(upper_arm, forearm), expected=to_face)
    solver.turn(f"{side}_forearm", forearm, axis)


def _leg(solver: _Solver, side: str) -> None:
    thigh, shin = solver.bone(f"{side}_hip", f"{side}_knee"), solver.bone(f"{side}_knee", f"{side}_ankle")
    solver.turn(f"{side}_thigh", thigh, LEFT, seen=cross(thigh, shin))
    solver.turn(f"{side}_shin", shin, LEFT)
    if f"{side}_toe" not in solver.skeleton.names:
        return
    ball = solver.bone(f"{side}_ankle", f"{side}_toe")
    if f"{side}_heel" not in solver.skeleton.names:
        solver.turn(f"{side}_foot", ball, LEFT)
        return
    heel = solver.bone(f"{side}_ankle", f"{side}_heel")
    solver.turn(f"{side}_foot", ball, LEFT, seen=cross(ball, heel))
    solver.turn(f"{side}_heel", heel, LEFT)


class _Solver:
    """The turns found so far, from the root outwards."""

    def __init__(self, motion: Motion) -> None:
        self.skeleton = motion.skeleton
        self._joints = motion.joints.astype(np.float64)
        self._fps = motion.fps
        self._rig = rest_rig(motion)
        self._local = np.zeros((len(motion), len(self._rig), 4)) + np.array([1.0, 0.0, 0.0, 0.0])
        self._world = self._local.copy()

    def bone(self, start: str, end: str) -> Vectors:
        """Return unit vectors from one joint of the skeleton to another, in the world."""
        index = self.skeleton.index
        return unit_vectors(self._joints[:, index(end)] - self._joints[:, index(start)])

    def taken(self, joint: str, rest: Float[np.ndarray, "3"]) -> Vectors:
        """Return where a direction of the rest pose is taken by a joint of the rig."""
        return _taken(self._world[:, self._rig.index(joint)], rest)

    def turn(
        self,
        joint: str,
        bone: Vectors,
        side: Float[np.ndarray, "3"],
        *,
        seen: Vectors | None = None,
        expected: Vectors | None = None,
    ) -> None:
        """Turn a joint so that the bone to its first child points along `bone`, and its `side` to where it is seen.

        A side is a direction of the rest pose, square to the bone. Unless told otherwise it is expected to stay where
        the parent takes it.
        """
        index = self._rig.index(joint)
        parent = self._world[:, self._rig.parents[index]]
        rest_bone = unit_vectors(self._rig.offsets[self._rig.children(index)[0]])
        self._local[:, index] = turns_along(
            _seen_from(parent, bone),
            _seen_from(parent, np.zeros_like(bone) if seen is None else seen),
            _seen_from(parent, _taken(parent, side) if expected is None else expected),
            rest_bone=rest_bone,
            rest_side=side,
            fps=self._fps,
        )
        self._world[:, index] = multiply_quaternions(parent, self._local[:, index])

    def turn_root(self, across: Vectors, up: Vectors) -> None:
        """Turn the root so that its left points along `across`, and its up to where it is seen."""
        nothing = np.zeros_like(across)
        turns = turns_along(
            across,
            up,
            nothing,
            rest_bone=LEFT,
            rest_side=UP,
            fps=self._fps,
            fastest_degrees=FASTEST_ROLL_DEGREES,
        )
        self._local[:, 0] = self._world[:, 0] = turns

    def angles(self) -> JointAngles:
        """Return all of them."""
        return JointAngles(self._rig, self._joints[:, 0], _shorter_way(self._local), self._fps)


def _taken(turns: Float[np.ndarray, "frame 4"], rest: Float[np.ndarray, "3"]) -> Vectors:
    return rotate(turns, np.broadcast_to(rest, (len(turns), 3)))


def _seen_from(turns: Float[np.ndarray, "frame 4"], vectors: Vectors) -> Vectors:
    return rotate(invert_quaternion(turns), vectors)


def _shorter_way(rotations: Float[np.ndarray, "frame joint 4"]) -> Float[np.ndarray, "frame joint 4"]:
    """Of q and -q, which are one rotation, take the one nearer to the frame before."""
    turned_away = (rotations[1:] * rotations[:-1]).sum(axis=-1) < 0
    first = np.zeros((1, rotations.shape[1]), dtype=bool)
    flips = np.concatenate([first, np.logical_xor.accumulate(turned_away, axis=0)])
    return normalize_quaternion(np.where(flips[..., None], -rotations, rotations))
