"""What other programs call the joints of a rig, so that their retargeting knows them."""

from __future__ import annotations

from typing import Literal

from kinelift.angles import Rig

Naming = Literal["plain", "mixamo", "unreal", "rigify"]
"""Ours; Mixamo's characters; Unreal Engine's mannequins; the human metarig of Blender's Rigify."""

_SIDES = {"mixamo": ("Left", "Right"), "unreal": ("_l", "_r"), "rigify": (".L", ".R")}

# The chest is the joint that neck and shoulders hang from, whatever stands below it in theirs.
_NAMES: dict[str, tuple[str, str, str]] = {
    "hips": ("Hips", "pelvis", "spine"),
    "spine": ("Spine", "spine_01", "spine.001"),
    "chest": ("Spine2", "spine_03", "spine.003"),
    "neck": ("Neck", "neck_01", "spine.004"),
    "head": ("Head", "head", "spine.006"),
    "head_end": ("HeadTop_End", "head_end", "spine.006_end"),
    "clavicle": ("{}Shoulder", "clavicle{}", "shoulder{}"),
    "upper_arm": ("{}Arm", "upperarm{}", "upper_arm{}"),
    "forearm": ("{}ForeArm", "lowerarm{}", "forearm{}"),
    "hand": ("{}Hand", "hand{}", "hand{}"),
    "hand_end": ("{}Hand_End", "hand_end{}", "hand_end{}"),
    "thigh": ("{}UpLeg", "thigh{}", "thigh{}"),
    "shin": ("{}Leg", "calf{}", "shin{}"),
    "foot": ("{}Foot", "foot{}", "foot{}"),
    "toe": ("{}ToeBase", "ball{}", "toe{}"),
    "toe_end": ("{}Toe_End", "ball_end{}", "toe_end{}"),
    "heel": ("{}Heel", "heel{}", "heel.02{}"),
    "heel_end": ("{}Heel_End", "heel_end{}", "heel_end{}"),
}
"""For each joint of a rig, without its side: Mixamo's name, Unreal's, Rigify's; {} is their word for the side.

Heels and ends are ours where theirs have none."""


def joint_names(rig: Rig, naming: Naming) -> tuple[str, ...]:
    """Return what a program calls each joint of a rig."""
    if naming == "plain":
        return rig.names
    prefix = "mixamorig:" if naming == "mixamo" else ""
    column = ("mixamo", "unreal", "rigify").index(naming)
    names = []
    for joint in rig.names:
        side, _, part = joint.partition("_")
        if side not in ("left", "right"):
            side, part = "left", joint  # which has no {} to fill
        names.append(prefix + _NAMES[part][column].format(_SIDES[naming][side == "right"]))
    return tuple(names)
