"""The paper's presets, and its whole road on a Human3.6M that never was."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from kinelift.datasets.studio import HUMAN36M_ACTIONS
from kinelift.model import TemporalModel
from kinelift.training.paper_presets import PAPER_PRESETS
from kinelift.training.presets import PRESETS

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


def test_published_figures_are_no_part_of_a_run():
    written = json.loads(PAPER_PRESETS["h36m-243"].to_json())
    assert "published" not in written
    assert written["studio"]["detections"] == "cpn_ft_h36m_dbb"
    TemporalModel(PAPER_PRESETS["h36m-debug"].model)


@pytest.mark.slow
def test_a_whole_synthetic_human36m_is_trained_and_tested_by_the_documented_commands(tmp_path):
    page = (ROOT / "docs" / "videopose3d.md").read_text("utf-8")
    (block,) = (block for block in page.split("```") if "make_synthetic" in block)
    script = block.removeprefix("bash\n").replace("python tools", f"{sys.executable} {ROOT}/tools")
    script = script.replace("kinelift ", f"{Path(sys.executable).parent}/kinelift ")
    run = subprocess.run(["bash", "-euc", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    figures = json.loads((tmp_path / "figures.json").read_text())
    assert set(figures["per_action"]) == set(HUMAN36M_ACTIONS)
    assert figures["frames"] == (2 * 15 * 2 - 1) * 4 * 12
    assert 10 < figures["average"]["p1_mm"] < 500
    assert "Pavllo'19 243 full" in run.stdout
    assert (tmp_path / "runs" / "h36m-debug" / "h36m-debug.onnx").is_file()
