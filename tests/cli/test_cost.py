"""What the command line and a lift cost: no network, nothing heavy, no waiting."""

import os
import subprocess
import sys
from pathlib import Path

import kinelift

HEAVY = ("torch", "mediapipe", "av", "cv2", "matplotlib")
OFFLINE = """
import socket
def refuse(*_, **__): raise AssertionError("the network was asked")
socket.socket.connect = socket.getaddrinfo = refuse
"""


def run_python(script: str, *arguments: object) -> str:
    """Run a script of its own and return what it printed."""
    command = [sys.executable, "-c", script, *map(str, arguments)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout


def processor_seconds(command: list[str]) -> float:
    """Return what a command costs, whatever else the machine does meanwhile."""
    before = os.times()
    subprocess.run(command, capture_output=True, check=True)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def test_help_answers_in_under_half_a_second():
    command = [
        sys.executable,
        "-c",
        "import sys; from kinelift.cli.main import main; sys.exit(main())",
        "--help",
    ]
    assert min(processor_seconds(command) for _ in range(3)) < 0.5


def test_help_names_every_command_and_needs_not_even_numpy():
    script = """
import sys
from kinelift.cli.main import main
try:
    main(["--help"])
except SystemExit as stop:
    assert not stop.code
print(*[name for name in ("numpy", "onnxruntime", "torch") if name in sys.modules], "imported")
"""
    printed = run_python(script)
    for command in ("lift", "demo", "convert", "view", "prepare", "train", "export", "models", "doctor"):
        assert f"• {command}" in printed
    assert printed.splitlines()[-1] == "imported"


def test_lifting_keypoints_imports_nothing_heavy_and_asks_no_network(clip, tiny_model):
    script = f"""{OFFLINE}
import sys
import kinelift as kl
motion = kl.lift(kl.read_keypoints(sys.argv[1]), model=sys.argv[2])
print(len(motion), *[name for name in {HEAVY} if name in sys.modules])
"""
    assert run_python(script, clip, tiny_model).split() == ["60"]


def test_the_command_lifts_with_nothing_heavy_and_no_network(clip, tiny_model, tmp_path):
    script = f"""{OFFLINE}
import sys
from kinelift.cli.main import main
assert main(["lift", sys.argv[1], "-o", sys.argv[3], "--model", sys.argv[2]]) == 0
print(*[name for name in {HEAVY} if name in sys.modules], "heavy")
"""
    assert run_python(script, clip, tiny_model, tmp_path / "out").splitlines()[-1] == "heavy"
    assert (tmp_path / "out" / "view.html").is_file()


def test_version_says_which_kinelift_this_is():
    script = "import sys; from kinelift.cli.main import main; sys.exit(main(['--version']))"
    assert run_python(script).strip() == f"kinelift {kinelift.__version__}"


def test_a_command_file_is_under_forty_lines():
    folder = Path(kinelift.__file__).parent / "cli"
    for command in ("lift", "demo", "convert", "view", "prepare", "train", "export", "models", "doctor"):
        assert len((folder / f"{command}.py").read_text().splitlines()) < 40
