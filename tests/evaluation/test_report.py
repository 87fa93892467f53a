"""Figures are pooled and averaged as the paper does."""

import json
from dataclasses import replace

import pytest

from kinelift.evaluation.report import ClipFigures, Evaluation, Rules

RULES = Rules(
    data_set="Human3.6M",
    fps=50.0,
    joints=17,
    keypoints="data_2d_h36m_cpn_ft_h36m_dbb.npz",
    subjects=("S9", "S11"),
    actions=None,
    mirror=True,
    receptive_field=243,
    look_ahead=121,
    parameters=16_952_371,
    flops_per_frame=33_873_920,
)


def clip(subject, action, frames, p1):
    return ClipFigures(subject, action, "54138969", frames, {"p1_mm": p1, "p2_mm": p1 / 2, "mpjve_mm": 1.0})


def test_an_action_weighs_its_frames_and_the_average_does_not():
    found = Evaluation(
        RULES,
        (clip("S9", "Walking", 10, 30.0), clip("S11", "Walking", 30, 50.0), clip("S9", "Photo", 5, 90.0)),
    )
    assert found.per_action()["Walking"]["p1_mm"] == pytest.approx(45.0)
    assert found.average()["p1_mm"] == pytest.approx((45.0 + 90.0) / 2)
    assert found.frame_average()["p1_mm"] == pytest.approx((10 * 30 + 30 * 50 + 5 * 90) / 45)
    assert found.per_subject()["S9"]["p1_mm"] == pytest.approx(60.0)


def test_a_clip_too_short_for_a_measure_does_not_count_for_it():
    short = ClipFigures("S9", "Photo", "54138969", 1, {"p1_mm": 10.0})
    found = Evaluation(RULES, (short, clip("S9", "Photo", 3, 20.0)))
    assert found.per_action()["Photo"] == pytest.approx({"p1_mm": 17.5, "p2_mm": 10.0, "mpjve_mm": 1.0})


def test_json_says_by_which_rules():
    written = json.loads(json.dumps(Evaluation(RULES, (clip("S9", "Photo", 4, 1 / 3),)).to_dict()))
    assert written["average"]["p1_mm"] == 1 / 3
    assert "mirror averaging on" in written["protocol"]
    assert "unweighted mean of the actions" in written["protocol"]
    assert "keypoints cpn_ft_h36m_dbb" in written["protocol"]
    assert "Tested: 1 views of recordings, 4 frames" in written["protocol"]
    assert written["per_subject_and_action"]["S9"]["Photo"]["p1_mm"] == 1 / 3


@pytest.mark.parametrize(
    ("file", "detections"),
    [
        ("data_2d_h36m_gt.npz", "gt"),
        ("data_2d_h36m_sh_pt_mpii.npz", "sh_pt_mpii"),
        ("data_2d_humaneva15_detectron_pt_coco.npz", "detectron_pt_coco"),
        ("mine.npz", "mine.npz"),
    ],
)
def test_the_file_says_what_found_its_keypoints(file, detections):
    assert replace(RULES, keypoints=file).detections == detections
