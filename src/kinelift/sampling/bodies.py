"""Motion capture on bodies of other proportions, with the face, crown and feet that detectors mark."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinelift.body.skeleton import COCO_23, H36M_21, MOCAP_20
from kinelift.geometry.kinematics import LEGS_OF_STATURE
from kinelift.sampling.feet import FOOT_POINTS


@dataclass(frozen=True)
class SegmentGroup:
    """Bones whose lengths vary together; left and right always do."""

    ends: tuple[str, ...]
    """Joints at the bones' ends."""
    human: float = 1.0
    """Mean human length, as a share of the legs', over what motion capture skeletons have."""


SEGMENT_GROUPS = (
    SegmentGroup(("left_hip", "right_hip"), human=1.1),
    SegmentGroup(("left_knee", "right_knee"), human=1.05),
    SegmentGroup(("left_ankle", "right_ankle"), human=0.96),
    SegmentGroup(("left_toe", "right_toe")),
    SegmentGroup(("spine", "thorax", "neck"), human=1.1),
    SegmentGroup(("head", "head_top")),
    SegmentGroup(("left_shoulder", "right_shoulder")),
    SegmentGroup(("left_elbow", "right_elbow")),
    SegmentGroup(("left_wrist", "right_wrist"), human=0.88),
)
"""Thigh and shank are of one length in people (0.245 and 0.246 of stature; Winter, Biomechanics and Motor Control,
2009, after Drillis and Contini), while motion capture skeletons put the knee some 5 % too high; forearms are 0.146,
without the hand that these skeletons' wrists lie in. Hips and shoulders are marked by people and detectors wider apart,
and farther from each other, than the joint centres these skeletons have."""

CROWN_ABOVE_HEAD = 0.17
"""Metres on a body of 1.70 m."""

FACE_FROM_HEAD: dict[str, tuple[float, float, float]] = {
    "nose": (0.0, 0.03, 0.115),
    "left_eye": (0.032, 0.065, 0.09),
    "right_eye": (-0.032, 0.065, 0.09),
    "left_ear": (0.074, 0.045, 0.005),
    "right_ear": (-0.074, 0.045, 0.005),
    "crown": (0.0, CROWN_ABOVE_HEAD, -0.01),
}
"""Offsets from the top of the neck along the head's left, up and forward axes, metres on a body of 1.70 m
(breadth and length of the adult head about 15 and 19 cm, eyes mid-height between chin and crown)."""

BODY_POINTS = (*MOCAP_20.names, *FACE_FROM_HEAD, *FOOT_POINTS)
"""Every point that is marked or lifted, in the order of `body_points`."""

_MARKED = [BODY_POINTS.index(name) for name in COCO_23.names]
_ELSEWHERE = {"thorax": "neck", "head": "crown"}
_LIFTED = [BODY_POINTS.index(_ELSEWHERE.get(name, name)) for name in H36M_21.names]
_HIPS = [BODY_POINTS.index(f"{side}_hip") for side in ("left", "right")]


@dataclass(frozen=True)
class BodyConfig:
    """How bodies vary."""

    stature_mean: float = 1.71
    """Metres, sole to crown."""
    stature_sd: float = 0.10
    """Metres."""
    stature_range: tuple[float, float] = (1.40, 2.05)
    """Metres that nobody is shorter or taller than."""
    segment_sd: float = 0.05
    """Standard deviation of the log of each group's length beside its share of stature."""
    face_sd: float = 0.008
    """Metres by which face points differ from one head to another."""
    head_pitch_sd_degrees: float = 10.0
    """How uncertain the head's pitch is in the motion capture."""


def typical_lengths(joints: Float[np.ndarray, "frame 20 3"]) -> Float[np.ndarray, " 20"]:
    """Return the median length of the bone that ends at each joint of MOCAP_20, metres, both sides alike."""
    parents = np.array(MOCAP_20.parents)
    lengths = np.median(np.linalg.norm(joints - joints[:, np.maximum(parents, 0)], axis=-1), axis=0)
    return (lengths + lengths[list(MOCAP_20.mirrored)]) / 2.0


def human_shares(lengths: Float[np.ndarray, "skeleton 20"]) -> Float[np.ndarray, " 20"]:
    """Return mean human bone lengths as shares of stature, from those of motion capture skeletons of MOCAP_20.

    The skeletons differ by where their makers put joints rather than by whom they were fitted to, so that their median
    is taken.
    """
    factors = np.ones(len(MOCAP_20))
    for group in SEGMENT_GROUPS:
        factors[[MOCAP_20.index(end) for end in group.ends]] = group.human
    legs = [MOCAP_20.index(end) for end in ("left_knee", "left_ankle")]
    shares = np.median(lengths / lengths[:, legs].sum(-1, keepdims=True), axis=0) * factors
    return shares * (LEGS_OF_STATURE / shares[legs].sum())


def sample_bodies(
    shares: Float[np.ndarray, " 20"], clips: int, config: BodyConfig, rng: np.random.Generator
) -> tuple[Float[np.ndarray, "clip 20"], Float[np.ndarray, " clip"]]:
    """Draw a body for each clip: bone lengths and stature, metres, every group of segments about its share of it."""
    stature = np.clip(rng.normal(config.stature_mean, config.stature_sd, clips), *config.stature_range)
    lengths = stature[:, None] * shares
    for group in SEGMENT_GROUPS:
        drawn = np.exp(rng.normal(0.0, config.segment_sd, clips))
        lengths[:, [MOCAP_20.index(end) for end in group.ends]] *= drawn[:, None]
    return lengths, stature


def with_lengths(
    joints: Float[np.ndarray, "clip frame 20 3"],
    old: Float[np.ndarray, "clip 20"],
    new: Float[np.ndarray, "clip 20"],
) -> Float[np.ndarray, "clip frame 20 3"]:
    """Give bodies other bone lengths: directions are kept, the root's path is scaled by the legs' lengths."""
    legs = [MOCAP_20.index(j) for j in ("left_knee", "left_ankle")]
    stride = (new[:, legs].sum(-1) / old[:, legs].sum(-1)).astype(joints.dtype)
    # Joint by joint in memory, so that each bone's frames lie side by side.
    old_paths = np.ascontiguousarray(np.moveaxis(joints, 2, 0))
    paths = np.empty_like(old_paths)
    paths[0] = old_paths[0] * stride[:, None, None]
    for parent, child in MOCAP_20.bones:
        bone = old_paths[child] - old_paths[parent]
        length = np.maximum(np.sqrt(np.einsum("nfk,nfk->nf", bone, bone)), 1e-6)
        bone *= (new[:, child].astype(joints.dtype)[:, None] / length)[..., None]
        np.add(paths[parent], bone, out=paths[child])
    return np.ascontiguousarray(np.moveaxis(paths, 0, 2))


def face_points(
    head: Float[np.ndarray, "clip frame 3"],
    axes: Float[np.ndarray, "clip frame 3 3"],
    stature: Float[np.ndarray, " clip"],
    config: BodyConfig,
    rng: np.random.Generator,
) -> Float[np.ndarray, "clip frame 6 3"]:
    """Place the points of FACE_FROM_HEAD on a head whose axes (columns) point left, up and forward."""
    clips = len(head)
    pitch = np.radians(rng.normal(0.0, config.head_pitch_sd_degrees, clips)).astype(head.dtype)
    sin, cos = np.sin(pitch), np.cos(pitch)
    scale = (stature / 1.70).astype(head.dtype)
    asymmetric = {"nose": (0.0, 1.0, 1.0), "crown": (0.0, 1.0, 1.0)}
    spread = {
        name: rng.normal(0.0, config.face_sd, (clips, 3)).astype(head.dtype)
        for name in ("nose", "left_eye", "left_ear", "crown")
    }
    local = np.empty((clips, len(FACE_FROM_HEAD), 3), head.dtype)
    for place, (name, offset) in enumerate(FACE_FROM_HEAD.items()):
        drawn = spread[name.replace("right", "left")] * asymmetric.get(name, (1.0, 1.0, 1.0))
        if name.startswith("right"):
            drawn = drawn * (-1.0, 1.0, 1.0)
        left, up, forward = ((np.array(offset) + drawn) * scale[:, None]).astype(head.dtype).T
        local[:, place] = np.stack([left, up * cos + forward * sin, forward * cos - up * sin], -1)
    return head[:, :, None] + local[:, None] @ np.swapaxes(axes, -1, -2)


def body_points(
    joints: Float[np.ndarray, "clip frame 20 3"],
    face: Float[np.ndarray, "clip frame 6 3"],
    feet: Float[np.ndarray, "clip frame 6 3"],
) -> Float[np.ndarray, "clip frame point 3"]:
    """Return all BODY_POINTS."""
    return np.concatenate([joints, face, feet], axis=2)


def marked_points(
    points: Float[np.ndarray, "clip frame point 3"],
) -> Float[np.ndarray, "clip frame 23 3"]:
    """Return where a detector of COCO_23 marks its keypoints, in 3D, from BODY_POINTS."""
    return points[:, :, _MARKED]


def lifted_joints(
    points: Float[np.ndarray, "clip frame point 3"],
) -> Float[np.ndarray, "clip frame 21 3"]:
    """Return the joints of H36M_21, from BODY_POINTS: the pelvis midway between the hips, thorax at the neck's base."""
    joints = points[:, :, _LIFTED]
    joints[:, :, 0] = points[:, :, _HIPS].mean(2)
    return joints
