"""What the motion capture behind the development set says of its clips: which way is up, the floor, and contacts.

The set's truth is twelve joints in each camera's frame. A clip is found in its trial by the angles between its bones,
which no camera changes, and the rotation that brings the two together brings gravity along.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from development_set import Clip
from kinelift.body.skeleton import MOCAP_20
from kinelift.datasets.mocap import MocapTrial

FPS = 30.0
TOUCHING_M, STILL_METRES_PER_SECOND = 0.05, 0.35
"""A toe or ankle touches the floor that is so near to where the lowest of its kind come, and no faster."""
MOST_TRUNK_DEGREES, LEAST_ON_FLOOR, LEAST_HIP_SHARE = 25.0, 0.9, 0.85
"""Of a clip that stands or walks: the trunk's tilt in nine frames of ten, the share of frames with a foot near the
floor, and how high hips stay, of how high they come."""

_BONES = [
    *((f"{side}_shoulder", f"{side}_elbow") for side in ("left", "right")),
    *((f"{side}_elbow", f"{side}_wrist") for side in ("left", "right")),
    *((f"{side}_hip", f"{side}_knee") for side in ("left", "right")),
    *((f"{side}_knee", f"{side}_ankle") for side in ("left", "right")),
    ("left_hip", "right_hip"),
    ("left_shoulder", "right_shoulder"),
    ("left_hip", "left_shoulder"),
    ("right_hip", "right_shoulder"),
]  # fmt: skip
_FEET = [[MOCAP_20.index(f"{side}_{name}") for side in ("left", "right")] for name in ("toe", "ankle")]


@dataclass(frozen=True, eq=False)
class Truth:
    """What is true of one clip."""

    up: np.ndarray
    """(3,) against gravity, in the clip's camera's frame."""
    contacts: np.ndarray
    """(frame, 2) whether the left and the right foot touch the floor."""
    ankles_m: np.ndarray
    """(frame,) mean height of the ankles over the floor, on the clip's body."""
    stands: bool
    """Whether the person stands or walks throughout."""


def truth_of(clip: Clip, names: Sequence[str], trial: MocapTrial) -> Truth:
    """Find a clip in its trial and read off what it does not say itself."""
    directions = _directions(clip.truth, list(names))
    theirs = _directions(trial.joints.astype(float), list(trial.joint_names))
    frames = np.round(np.arange(len(directions)) * trial.fps / FPS).astype(int)
    some = slice(None, None, max(1, len(directions) // 20))
    angles, their_angles = _angles(directions), _angles(theirs)
    starts = range(max(1, len(theirs) - frames[-1]))
    start = min(starts, key=lambda each: ((their_angles[each + frames[some]] - angles[some]) ** 2).mean())
    joints = trial.joints[start + frames].astype(float)
    u, _, vt = np.linalg.svd(theirs[start + frames].reshape(-1, 3).T @ directions.reshape(-1, 3))
    rotation = (vt.T * [1.0, 1.0, np.sign(np.linalg.det(vt.T @ u.T))]) @ u.T
    scale = _leg(clip.truth, list(names)) / _leg(joints, list(trial.joint_names))
    floor = np.quantile(joints[:, _FEET[0], 1].min(-1), 0.02)
    return Truth(
        rotation @ np.array([0.0, 1.0, 0.0]),
        _contacts(joints),
        (joints[:, _FEET[1], 1].mean(-1) - floor) * scale,
        _stands(joints, floor),
    )


def _directions(joints: np.ndarray, names: list[str]) -> np.ndarray:
    bones = np.stack([joints[:, names.index(b)] - joints[:, names.index(a)] for a, b in _BONES], axis=1)
    return bones / np.linalg.norm(bones, axis=-1, keepdims=True)


def _angles(directions: np.ndarray) -> np.ndarray:
    rows, columns = np.triu_indices(len(_BONES), 1)
    return np.einsum("fax,fbx->fab", directions, directions)[:, rows, columns]


def _leg(joints: np.ndarray, names: list[str]) -> float:
    hip, knee, ankle = (joints[:, names.index(f"left_{name}")] for name in ("hip", "knee", "ankle"))
    return float(np.median(np.linalg.norm(knee - hip, axis=-1) + np.linalg.norm(ankle - knee, axis=-1)))


def _contacts(joints: np.ndarray) -> np.ndarray:
    touching = []
    for points, low in zip(_FEET, (0.02, 0.05), strict=True):
        heights = joints[:, points, 1] - np.quantile(joints[:, points, 1].min(-1), low)
        speeds = np.linalg.norm(np.gradient(joints[:, points], axis=0), axis=-1) * FPS
        touching.append((heights < TOUCHING_M) & (speeds < STILL_METRES_PER_SECOND))
    return touching[0] | touching[1]


def _stands(joints: np.ndarray, floor: float) -> bool:
    trunk = joints[:, MOCAP_20.index("thorax")] - joints[:, 0]
    tilt = np.degrees(np.arccos(trunk[:, 1] / np.linalg.norm(trunk, axis=-1)))
    on_floor = (joints[:, _FEET[0], 1].min(-1) < floor + 0.06).mean()
    hips = joints[:, 0, 1] - floor
    return bool(
        np.percentile(tilt, 90) < MOST_TRUNK_DEGREES
        and on_floor > LEAST_ON_FLOOR
        and np.percentile(hips, 10) > LEAST_HIP_SHARE * np.percentile(hips, 95)
    )
