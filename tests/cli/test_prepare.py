"""kinelift prepare, which needs numpy alone."""

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from kinelift.datasets.mocap import load_trials
from kinelift.datasets.recorded_store import open_set

ROOT = Path(__file__).parents[2]


def test_prepare_writes_one_file_without_the_held_out_split(kinelift, mocap_folder, tmp_path):
    run = kinelift("prepare", "mocap", mocap_folder, "-o", tmp_path / "trials.npz")
    assert run.code == 0, run.err
    assert run.lines == [str(tmp_path / "trials.npz"), "2 trials of 1 subject, 0.2 minutes"]
    assert {trial.trial for trial in load_trials(tmp_path / "trials.npz")} == {"07_01", "07_02"}


def test_prepare_never_imports_torch_nor_what_models_run_on(mocap_folder, tmp_path):
    script = """
import sys
from kinelift.cli.main import main
assert main(["prepare", "mocap", sys.argv[1], "-o", sys.argv[2]]) == 0
print(*[name for name in ("torch", "onnx", "onnxruntime", "mediapipe", "av") if name in sys.modules], "imported")
"""
    command = [sys.executable, "-c", script, str(mocap_folder), str(tmp_path / "trials.npz")]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines()[-1] == "imported"


def test_a_folder_of_keypoints_becomes_a_set_that_is_read_back_as_it_was(kinelift, clip, tmp_path):
    import kinelift as kl

    (tmp_path / "clips").mkdir()
    for name in ("a.npz", "b.npz"):
        shutil.copy(clip, tmp_path / "clips" / name)
    run = kinelift("prepare", "keypoints", tmp_path / "clips", "-o", tmp_path / "set", "--camera-fov", 65)
    assert run.code == 0, run.err
    assert run.lines == [str(tmp_path / "set"), "clips: 2 views of 2 subjects, 0.1 minutes"]
    given, views = kl.read_keypoints(clip), list(open_set(tmp_path / "set"))
    assert [view.subject for view in views] == ["a", "b"]
    for view in views:
        np.testing.assert_array_equal(view.points_px, given.points_px)
        assert view.scores is not None
        np.testing.assert_array_equal(view.scores, given.scores)
        assert view.joints is None
        assert view.camera.lens == kl.Camera.from_fov(65, given.image_size)
    again = kinelift("prepare", "keypoints", tmp_path / "clips", "-o", tmp_path / "set")
    assert (again.code, again.lines) == (0, run.lines)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("human36m", "nowhere", "-o", "set"), "nowhere: no such folder"),
        (("human36m", ".", "-o", "set"), "no S1/MyPoseFeatures/D3_Positions/*.cdf"),
        (("humaneva", ".", "-o", "file"), "file: is a file; name a folder"),
        (("keypoints", ".", "-o", "set"), "files ending in .json or .npz expected"),
        (("humaneva", ".", "-o", "set", "--detections", "x.npz"), "detections: of human36m alone"),
    ],
)
def test_users_mistakes_in_preparing_are_explained(kinelift, tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("")
    run = kinelift("prepare", *arguments)
    assert run.code == 1
    assert said in run.err


@pytest.mark.slow
def test_human36m_in_its_original_files_is_prepared_trained_and_tested_by_the_documented_commands(tmp_path):
    for library in ("torch", "cdflib"):
        pytest.importorskip(library, reason="the whole example needs: pip install '.[train,datasets]'")
    page = (ROOT / "docs" / "datasets.md").read_text("utf-8")
    (block,) = (each for each in page.split("```") if "make_synthetic_originals.py human36m" in each)
    script = block.removeprefix("bash\n").replace("python tools", f"{sys.executable} {ROOT}/tools")
    script = script.replace("kinelift ", f"{Path(sys.executable).parent}/kinelift ")
    started = time.monotonic()
    run = subprocess.run(
        ["bash", "-euc", script], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120
    )
    assert run.returncode == 0, run.stderr
    assert time.monotonic() - started < 120
    assert "Human3.6M: 836 views of 7 subjects" in run.stdout
    figures = json.loads((tmp_path / "figures.json").read_text())
    assert (figures["frames"], len(figures["per_action"])) == ((2 * 15 * 2 - 1) * 4 * 12, 15)
    assert 10 < figures["average"]["p1_mm"] < 500
    table = (tmp_path / "figures.md").read_text()
    assert "| **checkpoint.pt, gt** |" in table
    assert "Pavllo'19 243 full" in table
    card = json.loads((tmp_path / "runs" / "h36m-original" / "h36m-debug.json").read_text())
    assert card["data"].startswith("Human3.6M, subjects S1, S5, S6, S7, S8, keypoints gt")
