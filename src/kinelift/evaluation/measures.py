"""Everything a clip is measured by, in millimetres, one number a clip.

What is predicted and what is true are one clip's joints in metres, root-relative; the root counts as a joint.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinelift.body.skeleton import Skeleton
from kinelift.geometry.errors import mpjpe, mpjve, n_mpjpe, p_mpjpe, position_errors
from kinelift.geometry.kinematics import bone_lengths

PCK_THRESHOLD_MM = 150.0
AUC_THRESHOLDS_MM = np.arange(0.0, 151.0, 5.0)
"""Those of MPI-INF-3DHP (Mehta et al., 3DV 2017)."""

Clip = Float[np.ndarray, "frame joint 3"]


@dataclass(frozen=True)
class Measure:
    """A figure of a report."""

    key: str
    """Its name in JSON, with the unit."""
    label: str
    """Its name in a table."""
    meaning: str
    """What exactly it is."""
    fewest_frames: int
    """Clips shorter than this have none."""
    of: Callable[[Clip, Clip, Skeleton], float]


def acceleration_error_mm(predicted: Clip, target: Clip) -> float:
    """Return the mean distance between second differences, millimetres a frame squared."""
    return 1000.0 * float(mpjpe(np.diff(predicted, 2, axis=0), np.diff(target, 2, axis=0)))


def pck(predicted: Clip, target: Clip) -> float:
    """Return the share of joints within 150 mm, percent."""
    return 100.0 * float((1000.0 * position_errors(predicted, target) <= PCK_THRESHOLD_MM).mean())


def auc(predicted: Clip, target: Clip) -> float:
    """Return the mean share of joints within 0, 5, ... 150 mm, percent."""
    errors = 1000.0 * position_errors(predicted, target)
    return 100.0 * float(np.mean([(errors <= threshold).mean() for threshold in AUC_THRESHOLDS_MM]))


def bone_drift_mm(predicted: Clip, skeleton: Skeleton) -> float:
    """Return by how much predicted bones change their length: the standard deviation over time, mean over bones."""
    return 1000.0 * float(bone_lengths(predicted, skeleton).std(axis=0).mean())


MEASURES = (
    Measure(
        "p1_mm", "P1 (MPJPE)", "mean distance of joints, root-relative", 1,
        lambda predicted, target, _: 1000.0 * float(mpjpe(predicted, target)),
    ),
    Measure(
        "p2_mm", "P2 (P-MPJPE)", "mean distance after each pose's best similarity, without reflection", 1,
        lambda predicted, target, _: 1000.0 * float(p_mpjpe(predicted, target)),
    ),
    Measure(
        "p3_mm", "P3 (N-MPJPE)", "mean distance after each pose's best scale", 1,
        lambda predicted, target, _: 1000.0 * float(n_mpjpe(predicted, target)),
    ),
    Measure(
        "mpjve_mm", "MPJVE", "mean distance between velocities, per frame at the clip's own rate", 2,
        lambda predicted, target, _: 1000.0 * float(mpjve(predicted, target)),
    ),
    Measure(
        "acceleration_mm", "Acceleration", "mean distance between accelerations, per frame squared", 3,
        lambda predicted, target, _: acceleration_error_mm(predicted, target),
    ),
    Measure(
        "pck_percent", "PCK@150", "joints within 150 mm, percent", 1,
        lambda predicted, target, _: pck(predicted, target),
    ),
    Measure(
        "auc_percent", "AUC", "mean of PCK at 0, 5, ... 150 mm, percent", 1,
        lambda predicted, target, _: auc(predicted, target),
    ),
    Measure(
        "bone_drift_mm", "Bone drift", "standard deviation of predicted bone lengths over a clip, mean over bones", 2,
        lambda predicted, _, skeleton: bone_drift_mm(predicted, skeleton),
    ),
)  # fmt: skip
"""In the order of a report."""

TRAJECTORY = Measure(
    "trajectory_mm", "Root", "mean distance of the root in the camera's frame", 1,
    lambda predicted, target, _: 1000.0 * float(mpjpe(predicted, target)),
)  # fmt: skip
"""Of a trajectory network's answer, where there is one."""
