"""kinelift models and kinelift doctor."""

import json
import shutil
import subprocess
import sys

import pytest

import kinelift.cli.cards
import kinelift.cli.checks
import kinelift.weights.checksum
from kinelift.weights import find_footing
from kinelift.weights.checksum import file_sha256

FIGURES = {"set": {"clean": {"p1_mm": 80.5, "p2_mm": 60}, "noisy": {"p1_mm": 85}}, "protocol": "page"}


@pytest.fixture
def shipped(monkeypatch, tiny_model, tmp_path):
    """Ship the tiny model, with a card, and nothing else."""
    path = tmp_path / "weights" / "tiny.onnx"
    path.parent.mkdir()
    shutil.copyfile(tiny_model, path)
    card = {"sha256": file_sha256(path), "licence": "Apache-2.0", "figures": FIGURES, "config": {}}
    path.with_suffix(".json").write_text(json.dumps(card))
    ship(monkeypatch, {"tiny": path})
    return path


def ship(monkeypatch, models):
    """Replace the shipped models."""
    monkeypatch.setattr(kinelift.weights, "shipped_models", lambda: models)
    footing = {"footing": find_footing()}
    for module in (kinelift.weights, kinelift.weights.checksum, kinelift.cli.cards):
        monkeypatch.setattr(module, "shipped_networks", lambda: models | footing)


def test_models_prints_each_card_and_the_file(kinelift, shipped, monkeypatch):
    monkeypatch.setenv("COLUMNS", "300")
    run = kinelift("models")
    assert run.code == 0, run.err
    assert str(shipped) in run.out
    for part in ("tiny", "Apache-2.0", "matches"):
        assert part in run.out
    lines = [line.strip("│ ").split("│")[-1].strip(" ") for line in run.lines]
    assert "clean: p1_mm: 80.5, p2_mm: 60" in lines
    assert "noisy: p1_mm: 85" in lines
    assert "protocol: page" in lines


def test_models_finds_a_damaged_file_and_a_missing_card(kinelift, shipped, monkeypatch):
    monkeypatch.setenv("COLUMNS", "300")
    shipped.write_bytes(shipped.read_bytes()[:-1])
    run = kinelift("models")
    assert run.code == 1
    assert "damaged or changed" in run.out
    shipped.with_suffix(".json").unlink()
    run = kinelift("models")
    assert run.code == 1
    assert "its card tiny.json is missing" in run.out


def test_models_says_when_nothing_is_shipped(kinelift, monkeypatch):
    ship(monkeypatch, {})
    run = kinelift("models")
    assert run.code == 1
    assert "no model is shipped" in run.err


def test_doctor_is_content_without_the_extras_and_says_how_to_get_them(
    kinelift, shipped, monkeypatch, tmp_path
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(kinelift_checks(), "EXTRAS", {"video": ("av", "not_there"), "train": ("not_there",)})
    run = kinelift("doctor")
    assert run.code == 0, run.out
    assert (
        'absent  extra video: not_there not installed; pip install "kinelift[video]" to lift videos'
        in run.lines
    )
    assert any(line.startswith("ok      model tiny: 9 frames at 30 fps") for line in run.lines)
    assert f"ok      write access: {tmp_path}" in run.lines


def test_doctor_fails_where_a_model_is_damaged(kinelift, shipped, monkeypatch):
    monkeypatch.setattr(kinelift_checks(), "EXTRAS", {})
    shipped.write_bytes(b"nothing")
    run = kinelift("doctor")
    assert run.code == 1
    assert any(line.startswith("broken  model tiny: ") and "damaged" in line for line in run.lines)


def test_doctor_fails_where_something_installed_cannot_be_imported(kinelift, shipped, monkeypatch, tmp_path):
    (tmp_path / "splintered.py").write_text("raise ImportError('libGL.so.1: no such file')")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(kinelift_checks(), "EXTRAS", {"video": ("splintered",)})
    run = kinelift("doctor")
    assert run.code == 1
    assert (
        "broken  extra video: splintered: ImportError: libGL.so.1: no such file; "
        "apt-get install libgl1, or your system's like"
    ) in run.lines


@pytest.mark.slow
def test_doctor_finds_this_installation_sound(mediapipe):
    script = "import sys; from kinelift.cli.main import main; sys.exit(main(['doctor']))"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def kinelift_checks():
    """Return the module, whose name the fixture's hides."""
    return sys.modules["kinelift.cli.checks"]
