"""Stage 5b: joint angles, from joints that move to a rigid skeleton that turns."""

from kinelift.angles.forward import rig_positions, rig_turns
from kinelift.angles.rest_pose import rest_rig
from kinelift.angles.rig import JointAngles, Rig
from kinelift.angles.solve import joint_angles

__all__ = ["JointAngles", "Rig", "joint_angles", "rest_rig", "rig_positions", "rig_turns"]
