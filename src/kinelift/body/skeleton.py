"""Skeletons: which joint stands at which index, and what hangs from what."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Skeleton:
    """A keypoint or joint layout. Adding a layout is adding a value of this class."""

    name: str
    """Short identifier, such as "coco_17"."""

    names: tuple[str, ...]
    """Joint names in index order, snake case, "left" and "right" being the person's own."""

    parents: tuple[int, ...]
    """Index of each joint's parent; -1 for a root. Layouts of loose keypoints may have several roots."""

    def __post_init__(self) -> None:
        if len(self.names) != len(self.parents):
            raise ValueError(
                f"skeleton {self.name}: {len(self.names)} names but {len(self.parents)} parents; "
                "each joint needs one, -1 for a root."
            )
        if len(set(self.names)) != len(self.names):
            raise ValueError(f"skeleton {self.name}: joint names must differ from each other.")
        for joint, parent in enumerate(self.parents):
            if not -1 <= parent < len(self.names) or parent == joint:
                raise ValueError(f"skeleton {self.name}: parent {parent} of {self.names[joint]} is no joint.")
        _check_acyclic(self)

    def __len__(self) -> int:
        return len(self.names)

    def __repr__(self) -> str:
        return f"Skeleton({self.name!r}, {len(self)} joints)"

    def index(self, joint: str) -> int:
        """Index of a joint by name; ValueError listing the names if there is none."""
        if joint not in self.names:
            raise ValueError(f"{self.name} has no joint {joint!r}; it has {', '.join(self.names)}.")
        return self.names.index(joint)

    @cached_property
    def mirrored(self) -> tuple[int, ...]:
        """For each joint the index of its left/right counterpart, or its own."""
        return tuple(
            self.names.index(_other_side(n)) if _other_side(n) in self.names else i
            for i, n in enumerate(self.names)
        )

    @cached_property
    def bones(self) -> tuple[tuple[int, int], ...]:
        """(parent, child) of every bone, parents before their children."""
        return tuple((self.parents[j], j) for j in self.descending if self.parents[j] >= 0)

    @cached_property
    def descending(self) -> tuple[int, ...]:
        """Joint indices ordered so that every parent comes before its children."""
        return tuple(sorted(range(len(self)), key=self._depth))

    def _depth(self, joint: int) -> int:
        depth = 0
        while self.parents[joint] >= 0:
            joint, depth = self.parents[joint], depth + 1
        return depth


def _other_side(name: str) -> str:
    if name.startswith("left_"):
        return "right_" + name.removeprefix("left_")
    if name.startswith("right_"):
        return "left_" + name.removeprefix("right_")
    return name


def _check_acyclic(skeleton: Skeleton) -> None:
    for start in range(len(skeleton)):
        joint = start
        for _ in range(len(skeleton)):
            joint = skeleton.parents[joint]
            if joint < 0:
                break
        else:
            raise ValueError(
                f"skeleton {skeleton.name}: the parents of {skeleton.names[start]} form a circle."
            )


def _skeleton(name: str, *joints: tuple[str, str | None]) -> Skeleton:
    names = tuple(joint for joint, _ in joints)
    return Skeleton(name, names, tuple(-1 if parent is None else names.index(parent) for _, parent in joints))


def _extended(name: str, skeleton: Skeleton, *more: tuple[str, str]) -> Skeleton:
    """Return a layout with further joints after its own."""
    names = skeleton.names + tuple(joint for joint, _ in more)
    return Skeleton(name, names, skeleton.parents + tuple(names.index(parent) for _, parent in more))


COCO_17 = _skeleton(
    "coco_17",
    ("nose", None),
    ("left_eye", "nose"),
    ("right_eye", "nose"),
    ("left_ear", "left_eye"),
    ("right_ear", "right_eye"),
    ("left_shoulder", None),
    ("right_shoulder", "left_shoulder"),
    ("left_elbow", "left_shoulder"),
    ("right_elbow", "right_shoulder"),
    ("left_wrist", "left_elbow"),
    ("right_wrist", "right_elbow"),
    ("left_hip", "left_shoulder"),
    ("right_hip", "right_shoulder"),
    ("left_knee", "left_hip"),
    ("right_knee", "right_hip"),
    ("left_ankle", "left_knee"),
    ("right_ankle", "right_knee"),
)
"""COCO's person keypoints (Lin et al., ECCV 2014)."""

COCO_23 = _extended(
    "coco_23",
    COCO_17,
    ("left_big_toe", "left_ankle"),
    ("left_small_toe", "left_big_toe"),
    ("left_heel", "left_ankle"),
    ("right_big_toe", "right_ankle"),
    ("right_small_toe", "right_big_toe"),
    ("right_heel", "right_ankle"),
)
"""COCO's keypoints and the feet's, as COCO-WholeBody orders them (Jin et al., ECCV 2020)."""

H36M_17 = _skeleton(
    "h36m_17",
    ("pelvis", None),
    ("right_hip", "pelvis"),
    ("right_knee", "right_hip"),
    ("right_ankle", "right_knee"),
    ("left_hip", "pelvis"),
    ("left_knee", "left_hip"),
    ("left_ankle", "left_knee"),
    ("spine", "pelvis"),
    ("thorax", "spine"),
    ("nose", "thorax"),
    ("head", "nose"),
    ("left_shoulder", "thorax"),
    ("left_elbow", "left_shoulder"),
    ("left_wrist", "left_elbow"),
    ("right_shoulder", "thorax"),
    ("right_elbow", "right_shoulder"),
    ("right_wrist", "right_elbow"),
)
"""The 17 of Human3.6M's 32 joints that Martinez et al. (ICCV 2017) and Pavllo et al. (CVPR 2019) keep.

"thorax" is the base of the neck, "nose" what the data set calls Neck/Nose, "head" the top of the head."""

H36M_21 = _extended(
    "h36m_21",
    H36M_17,
    ("left_toe", "left_ankle"),
    ("left_heel", "left_ankle"),
    ("right_toe", "right_ankle"),
    ("right_heel", "right_ankle"),
)
"""H36M_17 with feet: "left_toe" is the ball of the foot."""

BLAZEPOSE_33 = _skeleton(
    "blazepose_33",
    ("nose", None),
    ("left_eye_inner", "nose"),
    ("left_eye", "left_eye_inner"),
    ("left_eye_outer", "left_eye"),
    ("right_eye_inner", "nose"),
    ("right_eye", "right_eye_inner"),
    ("right_eye_outer", "right_eye"),
    ("left_ear", "left_eye_outer"),
    ("right_ear", "right_eye_outer"),
    ("left_mouth", None),
    ("right_mouth", "left_mouth"),
    ("left_shoulder", None),
    ("right_shoulder", "left_shoulder"),
    ("left_elbow", "left_shoulder"),
    ("right_elbow", "right_shoulder"),
    ("left_wrist", "left_elbow"),
    ("right_wrist", "right_elbow"),
    ("left_pinky", "left_wrist"),
    ("right_pinky", "right_wrist"),
    ("left_index", "left_wrist"),
    ("right_index", "right_wrist"),
    ("left_thumb", "left_wrist"),
    ("right_thumb", "right_wrist"),
    ("left_hip", "left_shoulder"),
    ("right_hip", "right_shoulder"),
    ("left_knee", "left_hip"),
    ("right_knee", "right_hip"),
    ("left_ankle", "left_knee"),
    ("right_ankle", "right_knee"),
    ("left_heel", "left_ankle"),
    ("right_heel", "right_ankle"),
    ("left_foot_index", "left_heel"),
    ("right_foot_index", "right_heel"),
)
"""MediaPipe's pose landmarks (Bazarevsky et al., 2020)."""

MOCAP_20 = _skeleton(
    "mocap_20",
    ("pelvis", None),
    ("left_hip", "pelvis"),
    ("left_knee", "left_hip"),
    ("left_ankle", "left_knee"),
    ("left_toe", "left_ankle"),
    ("right_hip", "pelvis"),
    ("right_knee", "right_hip"),
    ("right_ankle", "right_knee"),
    ("right_toe", "right_ankle"),
    ("spine", "pelvis"),
    ("thorax", "spine"),
    ("head", "neck"),
    ("head_top", "head"),
    ("left_shoulder", "neck"),
    ("left_elbow", "left_shoulder"),
    ("left_wrist", "left_elbow"),
    ("right_shoulder", "neck"),
    ("right_elbow", "right_shoulder"),
    ("right_wrist", "right_elbow"),
    ("neck", "thorax"),
)
"""The joints every motion capture source is brought to.

"thorax" is mid-chest, "neck" the base of the neck, "head" the top of the neck, "left_toe" the ball of the
foot.
"""

BODY_25 = _skeleton(
    "body_25",
    ("nose", "neck"),
    ("neck", "pelvis"),
    ("right_shoulder", "neck"),
    ("right_elbow", "right_shoulder"),
    ("right_wrist", "right_elbow"),
    ("left_shoulder", "neck"),
    ("left_elbow", "left_shoulder"),
    ("left_wrist", "left_elbow"),
    ("pelvis", None),
    ("right_hip", "pelvis"),
    ("right_knee", "right_hip"),
    ("right_ankle", "right_knee"),
    ("left_hip", "pelvis"),
    ("left_knee", "left_hip"),
    ("left_ankle", "left_knee"),
    ("right_eye", "nose"),
    ("left_eye", "nose"),
    ("right_ear", "right_eye"),
    ("left_ear", "left_eye"),
    ("left_big_toe", "left_ankle"),
    ("left_small_toe", "left_big_toe"),
    ("left_heel", "left_ankle"),
    ("right_big_toe", "right_ankle"),
    ("right_small_toe", "right_big_toe"),
    ("right_heel", "right_ankle"),
)
"""OpenPose's BODY_25 (Cao et al., TPAMI 2019); "pelvis" is what it calls MidHip, its neck is midway between the
shoulders."""

COCO_18 = _skeleton(
    "coco_18",
    ("nose", "neck"),
    ("neck", None),
    ("right_shoulder", "neck"),
    ("right_elbow", "right_shoulder"),
    ("right_wrist", "right_elbow"),
    ("left_shoulder", "neck"),
    ("left_elbow", "left_shoulder"),
    ("left_wrist", "left_elbow"),
    ("right_hip", "neck"),
    ("right_knee", "right_hip"),
    ("right_ankle", "right_knee"),
    ("left_hip", "neck"),
    ("left_knee", "left_hip"),
    ("left_ankle", "left_knee"),
    ("right_eye", "nose"),
    ("left_eye", "nose"),
    ("right_ear", "right_eye"),
    ("left_ear", "left_eye"),
)
"""OpenPose's order of COCO's keypoints, with a neck midway between the shoulders (Cao et al., CVPR 2017)."""

HALPE_26 = _skeleton(
    "halpe_26",
    ("nose", "head"),
    ("left_eye", "nose"),
    ("right_eye", "nose"),
    ("left_ear", "left_eye"),
    ("right_ear", "right_eye"),
    ("left_shoulder", "neck"),
    ("right_shoulder", "neck"),
    ("left_elbow", "left_shoulder"),
    ("right_elbow", "right_shoulder"),
    ("left_wrist", "left_elbow"),
    ("right_wrist", "right_elbow"),
    ("left_hip", "pelvis"),
    ("right_hip", "pelvis"),
    ("left_knee", "left_hip"),
    ("right_knee", "right_hip"),
    ("left_ankle", "left_knee"),
    ("right_ankle", "right_knee"),
    ("head", "neck"),
    ("neck", "pelvis"),
    ("pelvis", None),
    ("left_big_toe", "left_ankle"),
    ("right_big_toe", "right_ankle"),
    ("left_small_toe", "left_big_toe"),
    ("right_small_toe", "right_big_toe"),
    ("left_heel", "left_ankle"),
    ("right_heel", "right_ankle"),
)
"""The body and feet of Halpe's 136 keypoints (Fang et al., TPAMI 2022), which AlphaPose and RTMPose mark.

"head" is the top of the head, "pelvis" what Halpe calls Hip."""

MPII_16 = _skeleton(
    "mpii_16",
    ("right_ankle", "right_knee"),
    ("right_knee", "right_hip"),
    ("right_hip", "pelvis"),
    ("left_hip", "pelvis"),
    ("left_knee", "left_hip"),
    ("left_ankle", "left_knee"),
    ("pelvis", None),
    ("thorax", "pelvis"),
    ("neck", "thorax"),
    ("head", "neck"),
    ("right_wrist", "right_elbow"),
    ("right_elbow", "right_shoulder"),
    ("right_shoulder", "thorax"),
    ("left_shoulder", "thorax"),
    ("left_elbow", "left_shoulder"),
    ("left_wrist", "left_elbow"),
)
"""MPII's keypoints (Andriluka et al., CVPR 2014), which stacked hourglass networks mark.

"neck" is its upper neck, "head" the top of the head."""

MPI_INF_3DHP_17 = _skeleton(
    "mpi_inf_3dhp_17",
    ("head_top", "head"),
    ("neck", "spine"),
    ("right_shoulder", "neck"),
    ("right_elbow", "right_shoulder"),
    ("right_wrist", "right_elbow"),
    ("left_shoulder", "neck"),
    ("left_elbow", "left_shoulder"),
    ("left_wrist", "left_elbow"),
    ("right_hip", "pelvis"),
    ("right_knee", "right_hip"),
    ("right_ankle", "right_knee"),
    ("left_hip", "pelvis"),
    ("left_knee", "left_hip"),
    ("left_ankle", "left_knee"),
    ("pelvis", None),
    ("spine", "pelvis"),
    ("head", "neck"),
)
"""MPI-INF-3DHP's test joints (Mehta et al., 3DV 2017), 17 of the 28 it trains with; "neck" is the neck's base."""

SKELETONS: dict[str, Skeleton] = {
    s.name: s
    for s in (
        COCO_17, COCO_23, H36M_17, H36M_21, BLAZEPOSE_33, MOCAP_20,
        BODY_25, COCO_18, HALPE_26, MPII_16, MPI_INF_3DHP_17,
    )
}  # fmt: skip
"""Every layout by its name, for files and command lines."""


def skeleton_named(name: str) -> Skeleton:
    """Return the layout of that name; ValueError listing the choices if there is none."""
    if name not in SKELETONS:
        raise ValueError(f"unknown skeleton {name!r}; choose one of {', '.join(sorted(SKELETONS))}.")
    return SKELETONS[name]
