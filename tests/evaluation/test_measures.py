"""The measures beside the paper's obey what their names say."""

import numpy as np
import pytest

from kinelift.body import H36M_17
from kinelift.evaluation.measures import MEASURES, acceleration_error, auc, bone_drift, pck
from tests.geometry.drawing import points


def test_a_perfect_clip_has_no_error_and_full_marks():
    clip = points(0, 6, 17, 3)
    for measure in MEASURES:
        best = {"pck_percent": 100.0, "auc_percent": 100.0, "bone_drift_mm": 1000 * bone_drift(clip, H36M_17)}
        assert measure.of(clip, clip, H36M_17) == pytest.approx(best.get(measure.key, 0.0), abs=1e-6)


def test_acceleration_does_not_see_place_and_velocity():
    predicted, target = points(0, 6, 17, 3), points(1, 6, 17, 3)
    drifting = predicted + points(2, 1, 17, 3) + np.arange(6.0)[:, None, None] * points(3, 1, 17, 3)
    assert acceleration_error(drifting, target) == pytest.approx(acceleration_error(predicted, target))


def test_pck_and_auc_count_joints_within_reach():
    target = np.zeros((4, 10, 3))
    predicted = target.copy()
    predicted[:, :3, 0] = 0.2
    predicted[:, 3:5, 1] = 0.074
    assert pck(predicted, target) == pytest.approx(0.7)
    # Of 31 thresholds all hold the five exact joints, and those from 75 mm on, 16, the two others.
    assert auc(predicted, target) == pytest.approx((5 + 2 * 16 / 31) / 10)


def test_bones_of_constant_length_do_not_drift_however_they_move():
    still = np.repeat(points(0, 1, 17, 3), 5, axis=0)
    assert bone_drift(still + points(1, 5, 1, 3), H36M_17) < 1e-12
    breathing = still * np.array([1.0, 1.1, 1.0, 1.1, 1.0])[:, None, None]
    assert bone_drift(breathing, H36M_17) > 1e-3


def test_every_figure_is_in_the_unit_of_its_name():
    target = np.zeros((4, 17, 3))
    predicted = target + np.array([0.010, 0.0, 0.0])
    figures = {measure.key: measure.of(predicted, target, H36M_17) for measure in MEASURES}
    assert figures["p1_mm"] == pytest.approx(10.0)
    assert figures["pck_percent"] == pytest.approx(100.0)
    assert figures["auc_percent"] == pytest.approx(100.0 * 29 / 31)
