"""New motion from old: one clip's upper body on another's legs (after Li et al., CVPR 2020)."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int

from kinelift.body.skeleton import MOCAP_20

UPPER = tuple(
    MOCAP_20.index(name)
    for name in (
        "thorax",
        "neck",
        "head",
        "head_top",
        "left_shoulder",
        "left_elbow",
        "left_wrist",
        "right_shoulder",
        "right_elbow",
        "right_wrist",
    )
)
"""Joints that go with the trunk; the spine above the pelvis stays with the legs."""


def pelvis_axes(joints: Float[np.ndarray, "clip frame 20 3"]) -> Float[np.ndarray, "clip frame 3 3"]:
    """Return the pelvis's axes as columns: left, up along the spine, forward."""
    left = unit(joints[..., MOCAP_20.index("left_hip"), :] - joints[..., MOCAP_20.index("right_hip"), :])
    spine = joints[..., MOCAP_20.index("spine"), :] - joints[..., MOCAP_20.index("pelvis"), :]
    forward = unit(np.cross(left, spine))
    return np.stack([left, np.cross(forward, left), forward], -1)


def exchange_upper_bodies(
    joints: Float[np.ndarray, "clip frame 20 3"],
    head_axes: Float[np.ndarray, "clip frame 3 3"],
    clips: Int[np.ndarray, " some"],
    donors: Int[np.ndarray, " some"],
) -> tuple[Float[np.ndarray, "clip frame 20 3"], Float[np.ndarray, "clip frame 3 3"]]:
    """Give the chosen clips their donors' upper bodies, moving as they did about the donors' own pelvises."""
    axes = pelvis_axes(joints)
    turn = axes[clips] @ np.swapaxes(axes[donors], -1, -2)
    spine = MOCAP_20.index("spine")
    upper = joints[donors][:, :, UPPER] - joints[donors][:, :, [spine]]
    recombined, heads = joints.copy(), head_axes.copy()
    recombined[clips[:, None, None], np.arange(joints.shape[1])[:, None], np.array(UPPER)] = joints[clips][
        :, :, [spine]
    ] + upper @ np.swapaxes(turn, -1, -2)
    heads[clips] = turn @ head_axes[donors]
    return recombined, heads


def unit(vectors: Float[np.ndarray, "*batch 3"]) -> Float[np.ndarray, "*batch 3"]:
    return vectors / np.maximum(np.sqrt(np.einsum("...k,...k->...", vectors, vectors))[..., None], 1e-6)
