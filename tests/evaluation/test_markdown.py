"""A run prints itself among the systems that were tested as it was."""

from dataclasses import replace

import pytest

from kinelift.datasets.studio import HUMAN36M_ACTIONS
from kinelift.evaluation.markdown import to_markdown
from kinelift.evaluation.published import published
from kinelift.evaluation.report import ClipFigures, Evaluation
from tests.evaluation.test_report import RULES, clip

TABLES = {table.key: table for table in published().tables}


def human36m(**rules):
    """Return a test of all actions."""
    clips = tuple(clip(subject, action, 4, 40.0) for subject in ("S9", "S11") for action in HUMAN36M_ACTIONS)
    return Evaluation(replace(RULES, **rules), clips)


def humaneva(*actions):
    """Return a test of HumanEva's subjects, each action with its own error."""
    clips = tuple(
        ClipFigures(
            f"Validate/S{subject}", action, "C1", 4, {"p1_mm": 30.0, "p2_mm": 10.0 * subject + number}
        )
        for subject in (1, 2, 3)
        for number, action in enumerate(actions)
    )
    rules = replace(
        RULES,
        data_set="HumanEva-I",
        fps=60.0,
        joints=15,
        keypoints="data_2d_humaneva15_detectron_pt_coco.npz",
        subjects=("Validate/S1", "Validate/S2", "Validate/S3"),
    )
    return Evaluation(rules, clips)


def titles(tables):
    """Return which published tables are printed."""
    return [key for key, table in TABLES.items() if f"{table.title}, of " in tables]


def test_a_run_of_all_actions_stands_among_the_papers_systems():
    tables = to_markdown(human36m(), "mine.bin")
    assert titles(tables) == ["table-1-p1", "table-1-p2", "table-2-mpjve", "table-3-detectors"]
    assert tables.count("| **mine.bin, cpn_ft_h36m_dbb** |") == 4
    assert "| Pavllo'19 243 full † | 45.2 | 46.7 |" in tables
    assert "Martinez'17 *" in tables
    assert "| Pavllo'19 243 full, Mask R-CNN, fine-tuned † (the page of the authors' code) | 51.6 |" in tables
    assert str(RULES) in tables


def test_velocity_stands_among_velocities():
    tables = to_markdown(human36m())
    (velocity,) = (part for part in tables.split("\n\n") if "| 12.8 | 12.6 |" in part)
    assert velocity.endswith("| 1.0 |")


def test_size_and_work_are_compared_where_the_paper_did():
    plain = to_markdown(human36m(mirror=False, keypoints="data_2d_h36m_gt.npz"), "mine.bin")
    assert "table-5-models" in titles(plain)
    assert "| Pavllo'19 243 full † | 16.95 | 33.87 | 37.8 |" in plain
    assert "| **mine.bin, gt** | 16.95 | 33.87 | 40.0 |" in plain
    assert "table-5-models" not in titles(to_markdown(human36m(keypoints="data_2d_h36m_gt.npz")))
    assert "table-5-models" not in titles(to_markdown(human36m(mirror=False)))


def test_a_run_on_humaneva_stands_among_humanevas_systems():
    tables = to_markdown(humaneva("Walking", "Jog", "Box", "Gestures"), "mine.bin")
    assert titles(tables) == ["table-4-humaneva"]
    assert "| Lee'18 † (Xu et al., CVPR 2020) | 18.6 | 19.9 | 30.5 |" in tables
    assert "| Martinez'17 (unverified) | 19.7 | 17.4 | 46.8 | 26.9 | 18.2 | 18.6 |  |  |  |" in tables
    row = "| **mine.bin, detectron_pt_coco** | 10.0 | 20.0 | 30.0 | 11.0 | 21.0 | 31.0 | 12.0 | 22.0 | 32.0 |"
    assert row in tables


def test_a_test_of_something_else_stands_in_no_table():
    few = Evaluation(RULES, (clip("S9", "Photo", 4, 40.0),))
    for other in (few, human36m(subjects=("S9",)), humaneva("Walking", "Jog")):
        assert titles(to_markdown(other)) == []


def test_the_tables_are_as_wide_as_their_columns():
    for table in TABLES.values():
        for row in table.rows:
            assert len(row.values) == len(table.columns), (table.key, row.system)


def test_the_papers_rows_average_to_what_it_prints():
    off = {"Pavlakos'17", "Pavlakos'18", "Yang'18"}
    for key in ("table-1-p1", "table-1-p2", "table-2-mpjve"):
        table = TABLES[key]
        assert table.columns == (*HUMAN36M_ACTIONS, "average")
        for row in table.rows:
            *actions, average = (value for value in row.values if value is not None)
            if row.system not in off:
                assert sum(actions) / 15 == pytest.approx(average, abs=0.115), row


def test_figures_that_stand_in_several_places_agree():
    def average(key, system):
        return [row.values[-1] for row in TABLES[key].rows if row.system == system]

    assert (
        average("table-1-p1", "Pavllo'19 243 full")[0]
        == average("table-3-detectors", "Pavllo'19 243 full, CPN, fine-tuned")[0]
    )
    whole = next(row for row in TABLES["table-4-humaneva"].rows if row.system == "Pavllo'19 27 MA").values
    assert sum(value for value in whole if value is not None) / 9 == pytest.approx(23.1, abs=0.05)
    for letter in "abc":
        supervised, semi = TABLES[f"figure-5{letter}"].rows
        assert semi.values[-1] is None
        for without, beside in zip(supervised.values[:6], semi.values[:6], strict=True):
            assert without is not None
            assert beside is not None
            assert without > beside
