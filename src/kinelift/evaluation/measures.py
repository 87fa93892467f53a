"""Everything a clip is measured by, one number a clip.

What is predicted and what is true are one clip's joints in metres, root-relative; the root counts as a joint.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from kinelift.body.skeleton import Skeleton
from kinelift.geometry.errors import mpjpe, mpjve, n_mpjpe, p_mpjpe, position_errors
from kinelift.geometry.kinematics import bone_lengths

PCK_THRESHOLD_METRES = 0.150
AUC_THRESHOLDS_METRES = np.arange(31) * 0.005
"""Those of MPI-INF-3DHP (Mehta et al., 3DV 2017): 0, 5, ... 150 mm."""

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
    """Of what is predicted and what is true, in the unit of the key."""


def acceleration_error(predicted: Clip, target: Clip) -> float:
    """Return the mean distance between second differences, metres a frame squared."""
    return float(mpjpe(np.diff(predicted, 2, axis=0), np.diff(target, 2, axis=0)))


def pck(predicted: Clip, target: Clip) -> float:
    """Return the share of joints within 150 mm."""
    return float((position_errors(predicted, target) <= PCK_THRESHOLD_METRES).mean())


def auc(predicted: Clip, target: Clip) -> float:
    """Return the mean share of joints within 0, 5, ... 150 mm."""
    errors = position_errors(predicted, target)
    return float(np.mean([(errors <= threshold).mean() for threshold in AUC_THRESHOLDS_METRES]))


def bone_drift(predicted: Clip, skeleton: Skeleton) -> float:
    """Return by how much predicted bones change their length: the standard deviation over time, mean over bones."""
    return float(bone_lengths(predicted, skeleton).std(axis=0).mean())


def _in(unit: float, error: Callable[[Clip, Clip], Any]) -> Callable[[Clip, Clip, Skeleton], float]:
    """Bring an error to a table's unit, for measures that ask for no skeleton."""
    return lambda predicted, target, _: unit * float(error(predicted, target))


_MILLIMETRES, _PERCENT = 1000.0, 100.0

MEASURES = (
    Measure("p1_mm", "P1 (MPJPE)", "mean distance of joints, root-relative", 1, _in(_MILLIMETRES, mpjpe)),
    Measure(
        "p2_mm", "P2 (P-MPJPE)", "mean distance after each pose's best similarity, without reflection", 1,
        _in(_MILLIMETRES, p_mpjpe),
    ),
    Measure("p3_mm", "P3 (N-MPJPE)", "mean distance after each pose's best scale", 1, _in(_MILLIMETRES, n_mpjpe)),
    Measure(
        "mpjve_mm", "MPJVE", "mean distance between velocities, per frame at the clip's own rate", 2,
        _in(_MILLIMETRES, mpjve),
    ),
    Measure(
        "acceleration_mm", "Acceleration", "mean distance between accelerations, per frame squared", 3,
        _in(_MILLIMETRES, acceleration_error),
    ),
    Measure("pck_percent", "PCK@150", "joints within 150 mm, percent", 1, _in(_PERCENT, pck)),
    Measure("auc_percent", "AUC", "mean of PCK at 0, 5, ... 150 mm, percent", 1, _in(_PERCENT, auc)),
    Measure(
        "bone_drift_mm", "Bone drift", "standard deviation of predicted bone lengths over a clip, mean over bones", 2,
        lambda predicted, _, skeleton: _MILLIMETRES * bone_drift(predicted, skeleton),
    ),
)  # fmt: skip
"""In the order of a report."""

TRAJECTORY = Measure(
    "trajectory_mm", "Root", "mean distance of the root in the camera's frame", 1, _in(_MILLIMETRES, mpjpe)
)
"""Of a trajectory network's answer, where there is one."""
