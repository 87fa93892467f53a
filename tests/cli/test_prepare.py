"""kinelift prepare, which needs numpy alone."""

import subprocess
import sys

from kinelift.datasets.mocap import load_trials


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
