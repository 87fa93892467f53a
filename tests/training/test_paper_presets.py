"""The paper's presets, and its whole road on a Human3.6M that never was."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from kinelift.cli.main import main
from kinelift.datasets.studio import HUMAN36M_ACTIONS
from kinelift.evaluation.networks import load_networks
from kinelift.evaluation.published import published
from kinelift.interop.keypoint_layouts import MPII_16
from kinelift.model import TemporalModel
from kinelift.training.paper_presets import PAPER_PRESETS, StudioConfig, choosing
from kinelift.training.presets import PRESETS
from kinelift.training.studio_run import run_studio
from tests.datasets.synthetic_studio import make_synthetic_studio

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("name", "field", "look_ahead"),
    [("h36m-1", 1, 0), ("h36m-27", 27, 13), ("h36m-81", 81, 40), ("h36m-243", 243, 121), ("h36m-243-causal", 243, 0),
     ("h36m-243-gt", 243, 121), ("humaneva-27", 27, 13)],
)  # fmt: skip
def test_every_row_of_the_paper_is_a_preset(name, field, look_ahead):
    preset = PAPER_PRESETS[name]
    assert PRESETS[name] is preset
    assert (preset.model.receptive_field, preset.model.look_ahead) == (field, look_ahead)
    assert preset.model.channels == 1024
    assert preset.published.p1_mm is not None
    row = f"| `{name}` | `{preset.studio.detections}` | {preset.published.p1_mm}"
    assert row in (ROOT / "docs" / "videopose3d.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "table", "system"),
    [("h36m-1", "table-1-p1", "Pavllo'19 1 frame"), ("h36m-1", "table-1-p2", "Pavllo'19 1 frame"),
     ("h36m-1", "table-2-mpjve", "Pavllo'19 1 frame"), ("h36m-243", "table-1-p1", "Pavllo'19 243 full"),
     ("h36m-243", "table-1-p2", "Pavllo'19 243 full"), ("h36m-243", "table-2-mpjve", "Pavllo'19 243 full"),
     ("h36m-243-causal", "table-1-p1", "Pavllo'19 243 causal"),
     ("h36m-243-causal", "table-1-p2", "Pavllo'19 243 causal"),
     ("h36m-243-gt", "table-3-detectors", "Pavllo'19 243 full, ground truth")],
)  # fmt: skip
def test_a_presets_figures_are_those_of_the_published_tables(name, table, system):
    (found,) = (each for each in published().tables if each.key == table)
    row = next(row for row in found.rows if row.system == system)
    assert getattr(PAPER_PRESETS[name].published, found.measure) == row.values[-1]


def test_published_figures_are_no_part_of_a_run():
    written = json.loads(PAPER_PRESETS["h36m-243"].to_json())
    assert "published" not in written
    assert written["studio"]["detections"] == "cpn_ft_h36m_dbb"
    TemporalModel(PAPER_PRESETS["h36m-debug"].model)


def run_documented(data_set, folder):
    """Run the commands that the docs give for a made-up data set, two minutes at most.

    Returns what they print, and their figures.
    """
    page = (ROOT / "docs" / "videopose3d.md").read_text("utf-8")
    (block,) = (block for block in page.split("```") if f"make_synthetic_studio.py {data_set}" in block)
    script = block.removeprefix("bash\n").replace("python tools", f"{sys.executable} {ROOT}/tools")
    script = script.replace("kinelift ", f"{Path(sys.executable).parent}/kinelift ")
    run = subprocess.run(
        ["bash", "-euc", script], cwd=folder, capture_output=True, text=True, check=False, timeout=120
    )
    assert run.returncode == 0, run.stderr
    return run.stdout, json.loads((folder / "figures.json").read_text())


@pytest.mark.slow
def test_a_whole_synthetic_human36m_is_trained_and_tested_by_the_documented_commands(tmp_path):
    printed, figures = run_documented("human36m", tmp_path)
    assert set(figures["per_action"]) == set(HUMAN36M_ACTIONS)
    assert figures["frames"] == (2 * 15 * 2 - 1) * 4 * 12
    assert 10 < figures["average"]["p1_mm"] < 500
    assert "| **checkpoint.pt, gt** |" in printed
    assert "Pavllo'19 243 full" in printed
    assert (tmp_path / "runs" / "h36m-debug" / "h36m-debug.onnx").is_file()


@pytest.mark.slow
def test_a_synthetic_humaneva_is_trained_and_tested_by_the_documented_commands(tmp_path):
    printed, figures = run_documented("humaneva", tmp_path)
    assert list(figures["per_action"]) == ["Walking", "Jog", "Box"]
    assert list(figures["per_subject"]) == ["Validate/S1", "Validate/S2", "Validate/S3"]
    assert figures["frames"] == 3 * 3 * 2 * 3 * 4
    assert figures["rules"]["fps"] == 60.0
    assert "| **checkpoint.pt, detectron_pt_coco** |" in printed
    assert "Lee'18" in printed
    assert "Tekin'17" not in printed


@pytest.fixture(scope="module")
def studio_files(tmp_path_factory):
    """Write a few frames of Human3.6M, as two detectors saw it."""
    folder = tmp_path_factory.mktemp("data")
    make_synthetic_studio.write("human36m", folder, ["gt", "sh_ft_h36m"], 2)
    return folder


def test_a_run_may_read_another_detectors_keypoints_of_other_subjects(studio_files, tmp_path, capsys):
    run = tmp_path / "run"
    chosen = ["--keypoints", "sh_ft_h36m", "--subjects", "S1,S5", "--actions", "Walk"]
    assert main(["train", "h36m-debug", "--data", str(studio_files), "--out", str(run), *chosen]) == 0
    card = json.loads((run / "h36m-debug.json").read_text())
    assert card["command"].endswith(f"--data DIR {' '.join(chosen)}")
    assert card["input_skeleton"] == "mpii_16"
    tested = ["evaluate", "--poses-3d", str(studio_files / "data_3d_h36m.npz"), "--keypoints-2d",
              str(studio_files / "data_2d_h36m_sh_ft_h36m.npz"), "--checkpoint", str(run / "checkpoint.pt"),
              "--actions", "Walk"]  # fmt: skip
    assert main(tested) == 0
    assert "keypoints sh_ft_h36m" in capsys.readouterr().out
    tested[4] = str(studio_files / "data_2d_h36m_gt.npz")
    assert main(tested) == 1
    assert "16 of 2 numbers expected by the network, got (17, 2)" in capsys.readouterr().err


def test_our_networks_are_mirrored_as_they_learnt_and_others_as_the_file_says(studio_files, tmp_path):
    preset = choosing(PAPER_PRESETS["h36m-debug"], keypoints="sh_ft_h36m", actions=("Photo",))
    assert isinstance(preset, StudioConfig)
    run_studio(preset, studio_files, tmp_path)
    ours = load_networks(tmp_path / "checkpoint.pt")
    # Hips with hips; the file pairs the right one with the left ankle.
    assert ours.keypoint_sides == MPII_16.mirrored
    assert MPII_16.mirrored[2] == 3


def test_only_the_papers_presets_are_chosen_from():
    assert choosing(PRESETS["debug"]) is PRESETS["debug"]
    with pytest.raises(ValueError, match=r"debug: .* are chosen in the paper's presets, which are h36m-1, "):
        choosing(PRESETS["debug"], keypoints="gt")
