"""Figures are pooled and averaged as the paper does."""

import json

import pytest

from kinelift.datasets.studio import HUMAN36M_ACTIONS
from kinelift.evaluation.report import ClipFigures, Evaluation, Rules

RULES = Rules("Human3.6M", 50.0, 17, ("S9", "S11"), None, True, 243, 121)


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


def test_a_run_of_all_actions_stands_among_the_papers_systems():
    found = Evaluation(RULES, tuple(clip("S9", action, 4, 40.0) for action in HUMAN36M_ACTIONS))
    tables = found.to_markdown("mine.bin")
    assert tables.count("| **mine.bin** |") == 3
    assert "| Pavllo'19 243 full † | 45.2 | 46.7 |" in tables
    assert "Martinez'17 *" in tables
    assert str(RULES) in tables
    few = Evaluation(RULES, (clip("S9", "Photo", 4, 40.0),)).to_markdown()
    assert "Pavllo" not in few


def test_json_says_by_which_rules():
    written = json.loads(json.dumps(Evaluation(RULES, (clip("S9", "Photo", 4, 1 / 3),)).to_dict()))
    assert written["average"]["p1_mm"] == 1 / 3
    assert "mirror averaging on" in written["protocol"]
    assert "unweighted mean of the actions" in written["protocol"]
