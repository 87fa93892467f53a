"""The layouts of keypoints in VideoPose3D's files, as skeletons."""

from __future__ import annotations

from kinelift.body.skeleton import COCO_17, H36M_17, Skeleton

HUMANEVA_15 = Skeleton(
    "humaneva_15",
    (
        "pelvis", "thorax", "left_shoulder", "left_elbow", "left_wrist", "right_shoulder", "right_elbow",
        "right_wrist", "left_hip", "left_knee", "left_ankle", "right_hip", "right_knee", "right_ankle", "head",
    ),
    (-1, 0, 1, 2, 3, 1, 5, 6, 0, 8, 9, 0, 11, 12, 1),
)  # fmt: skip
"""HumanEva-I's joints as Pavllo et al. (CVPR 2019) use them."""

MPII_16 = Skeleton(
    "mpii_16",
    (
        "right_ankle", "right_knee", "right_hip", "left_hip", "left_knee", "left_ankle", "pelvis", "thorax",
        "neck", "head", "right_wrist", "right_elbow", "right_shoulder", "left_shoulder", "left_elbow", "left_wrist",
    ),
    (1, 2, 6, 6, 3, 4, -1, 6, 7, 8, 11, 12, 7, 7, 13, 14),
)  # fmt: skip
"""MPII's keypoints (Andriluka et al., CVPR 2014), which stacked hourglass networks mark."""

LAYOUTS: dict[str, Skeleton] = {
    "h36m": H36M_17,
    "coco": COCO_17,
    "mpii": MPII_16,
    "humaneva15": HUMANEVA_15,
}
"""By what the files call them."""
