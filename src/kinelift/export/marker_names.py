"""What laboratories call the joints of a skeleton: the marker names of Pose2Sim, whose OpenSim models know them."""

from __future__ import annotations

from kinelift.body import Skeleton

_NAMES = {
    "pelvis": "Hip",
    "thorax": "Neck",
    "left_toe": "LBigToe",
    "right_toe": "RBigToe",
    "left_foot_index": "LBigToe",
    "right_foot_index": "RBigToe",
    "head_top": "Head",
}
"""Those that are more than our words run together."""


def marker_names(skeleton: Skeleton) -> tuple[str, ...]:
    """Return the marker of each joint, such as RBigToe.

    Our "toe" is the ball of the foot, between the big toe and the small one; what theirs has no name for, such as the
    spine, is called what we call it.
    """
    names = [_NAMES.get(joint, _run_together(joint)) for joint in skeleton.names]
    if len(set(names)) < len(names):  # a layout that tells, say, thorax and neck apart
        names = [_run_together(joint) for joint in skeleton.names]
    return tuple(names)


def _run_together(joint: str) -> str:
    """Turn left_small_toe into LSmallToe."""
    words = joint.split("_")
    if words[0] in ("left", "right"):
        words[0] = words[0][0]
    return "".join(word[0].upper() + word[1:] for word in words)
