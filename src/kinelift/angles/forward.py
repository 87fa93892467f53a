"""Forward kinematics: from joint angles to where everything is."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from kinelift.angles.rig import JointAngles
from kinelift.geometry.rotations import multiply_quaternions, rotate


def rig_turns(angles: JointAngles) -> Float[np.ndarray, "frame joint 4"]:
    """Return each joint's turn relative to the world: its parent's, then its own."""
    turns = angles.rotations.copy()
    for joint, parent in enumerate(angles.rig.parents):
        if parent >= 0:
            turns[:, joint] = multiply_quaternions(turns[:, parent], angles.rotations[:, joint])
    return turns


def rig_positions(angles: JointAngles) -> Float[np.ndarray, "frame joint 3"]:
    """Return where each joint of the rig is, metres, in the world."""
    turns = rig_turns(angles)
    positions = np.repeat(angles.root[:, None], len(angles.rig), axis=1)
    for joint, parent in enumerate(angles.rig.parents):
        if parent >= 0:
            offset = np.broadcast_to(angles.rig.offsets[joint], angles.root.shape)
            positions[:, joint] = positions[:, parent] + rotate(turns[:, parent], offset)
    return positions
