"""The layouts of keypoints in VideoPose3D's files, as skeletons."""

from __future__ import annotations

from kinelift.body.skeleton import COCO_17, H36M_17, MPII_16, Skeleton

HUMANEVA_15 = Skeleton(
    "humaneva_15",
    (
        "pelvis", "thorax", "left_shoulder", "left_elbow", "left_wrist", "right_shoulder", "right_elbow",
        "right_wrist", "left_hip", "left_knee", "left_ankle", "right_hip", "right_knee", "right_ankle", "head",
    ),
    (-1, 0, 1, 2, 3, 1, 5, 6, 0, 8, 9, 0, 11, 12, 1),
)  # fmt: skip
"""HumanEva-I's joints as Pavllo et al. (CVPR 2019) use them."""

LAYOUTS: dict[str, Skeleton] = {
    "h36m": H36M_17,
    "coco": COCO_17,
    "mpii": MPII_16,
    "humaneva15": HUMANEVA_15,
}
"""By what the files call them."""
