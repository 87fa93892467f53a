"""Each source's rig in terms of MOCAP_JOINTS.

Rigs differ most between the chest and the head. Measured standing, above the hips, in metres:

                  spine  thorax  shoulders  neck  head  head_top
    ASF            0.22    0.45       0.52  0.55  0.64      0.74
    daz            0.18       -       0.47  0.52  0.59         -
    DragonForged   0.13       -       0.49  0.55  0.62         -      (legs 0.91, the subject's own 0.81)
    keijiro        0.14       -       0.52  0.63  0.73         -

The last three put their `neck` higher up and have no thorax of their own, so both are placed on the line from
the spine (daz: the chest) to that neck, where the ASF rig has them: 3 cm above and 7 cm below the shoulders.
keijiro's `neck` is where the others have the head, its `head` where they have head_top. Elsewhere a missing
head_top is the ASF rig's head bone, 10 cm up from the head.
"""

import numpy as np
from jaxtyping import Float

from kinelift.datasets.trial import MOCAP_JOINTS, MocapTrial
from kinelift.interop.asf_amc import AsfMotion
from kinelift.interop.bvh import BvhMotion

HEAD_BONE_METRES = 0.097
"""From the head to head_top: the median over the ASF subjects."""

_Path = Float[np.ndarray, "frame 3"]

# The bone that ends at each joint. The radius ends mid-forearm, the bone after it at the wrist.
_ASF_BONES = {
    "hip": "hipjoint", "knee": "femur", "ankle": "tibia", "toe": "foot",
    "shoulder": "clavicle", "elbow": "humerus", "wrist": "wrist",
}  # fmt: skip
_ASF_CENTRE = {
    "spine": "lowerback", "thorax": "thorax", "neck": "lowerneck", "head": "upperneck", "head_top": "head",
}  # fmt: skip
_DAZ_LIMBS = {
    "hip": "Thigh", "knee": "Shin", "ankle": "Foot", "toe": "Foot_end",
    "shoulder": "Shldr", "elbow": "ForeArm", "wrist": "Hand",
}  # fmt: skip


def trial_from_asf(motion: AsfMotion, *, subject: str, trial: str) -> MocapTrial:
    """Take the joints from the ends of an ASF skeleton's bones and the head's axes from its head bone."""
    ends = dict(zip(motion.bone_names, np.moveaxis(motion.positions, 1, 0), strict=True))
    joints = {joint: ends[bone] for joint, bone in _ASF_CENTRE.items()}
    for joint, bone in _ASF_BONES.items():
        joints[f"left_{joint}"], joints[f"right_{joint}"] = ends[f"l{bone}"], ends[f"r{bone}"]
    head_axes = motion.rotations[:, motion.bone_names.index("head")]
    return _trial(joints, head_axes, fps=motion.fps, subject=subject, trial=trial)


def trial_from_daz(
    motion: BvhMotion, *, fps: float, subject: str, trial: str, first_frame: int
) -> MocapTrial:
    """Take the joints from a BVH of the DAZ rig, from `first_frame` on."""

    def path(joint: str) -> _Path:
        return motion.positions[first_frame:, motion.index(joint)]

    head_axes = motion.rotations[first_frame:, motion.index("head")]
    joints = {
        "spine": path("abdomen"),
        "thorax": between(path("chest"), path("neck"), 0.5),
        "neck": between(path("chest"), path("neck"), 0.9),
        "head": path("head"),
        "head_top": path("head") + HEAD_BONE_METRES * head_axes[..., 1],
    }
    for joint, name in _DAZ_LIMBS.items():
        joints[f"left_{joint}"], joints[f"right_{joint}"] = path(f"l{name}"), path(f"r{name}")
    return _trial(joints, head_axes, fps=fps, subject=subject, trial=trial)


def adapt_dragonforged(
    joints: Float[np.ndarray, "frame joint 3"], head_axes: Float[np.ndarray, "frame 3 3"]
) -> Float[np.ndarray, "frame joint 3"]:
    """Bring DragonForged's body to the size of its subject.

    Its legs are 1.13, its trunk 1.02 and its arms 0.87 times those of the same subject's calibrated skeleton
    (06_01), so no one factor mends it; 1.08 makes ankle to neck right.
    """
    paths = dict(zip(MOCAP_JOINTS, np.moveaxis(joints / 1.08, 1, 0), strict=True))
    spine, neck = paths["spine"], paths["neck"]
    paths["thorax"], paths["neck"] = between(spine, neck, 0.74), between(spine, neck, 0.93)
    paths["head_top"] = paths["head"] + HEAD_BONE_METRES * head_axes[..., 1]
    return np.stack([paths[joint] for joint in MOCAP_JOINTS], axis=1)


def adapt_keijiro(
    joints: Float[np.ndarray, "frame joint 3"], head_axes: Float[np.ndarray, "frame 3 3"]
) -> Float[np.ndarray, "frame joint 3"]:
    """Move keijiro's neck and head, each one joint too high, down to where other rigs have them."""
    del head_axes  # this rig's own head joint serves as head_top
    paths = dict(zip(MOCAP_JOINTS, np.moveaxis(joints, 1, 0), strict=True))
    spine, neck = paths["spine"], paths["neck"]
    paths["head_top"], paths["head"] = paths["head"], neck
    paths["thorax"], paths["neck"] = between(spine, neck, 0.65), between(spine, neck, 0.84)
    return np.stack([paths[joint] for joint in MOCAP_JOINTS], axis=1)


def between(start: _Path, end: _Path, fraction: float) -> _Path:
    """The point that lies `fraction` of the way from `start` to `end`."""
    return start + fraction * (end - start)


def _trial(joints: dict[str, _Path], head_axes: Float[np.ndarray, "frame 3 3"], **facts) -> MocapTrial:
    joints["pelvis"] = between(joints["left_hip"], joints["right_hip"], 0.5)
    return MocapTrial(
        joints=np.stack([joints[joint] for joint in MOCAP_JOINTS], axis=1, dtype=np.float32),
        joint_names=MOCAP_JOINTS,
        head_axes=head_axes.astype(np.float32),
        **facts,
    )
