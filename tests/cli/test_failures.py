"""One clear sentence and a non-zero exit for whatever goes wrong."""

import importlib
import os
import subprocess
import sys

import pytest

from kinelift.cli.failures import exit_code_of, sentence, with_options
from kinelift.cli.main import main


def raising(error: BaseException):
    """Return a command that fails."""

    def run() -> None:
        raise error

    return run


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (FileNotFoundError("a.mp4: no such file."), 1, "a.mp4: no such file."),
        (ValueError("fps: more\n  than one line."), 1, "fps: more than one line."),
        (PermissionError(13, "Permission denied", "/x/out"), 1, "/x/out: Permission denied."),
        (
            ImportError('reading video needs PyAV: pip install "kinelift[video]"'),
            1,
            'pip install "kinelift[video]"',
        ),
        (ModuleNotFoundError("No module named 'torch'", name="torch"), 1, 'pip install "kinelift[train]"'),
        (KeyboardInterrupt(), 130, "stopped."),
        (FloatingPointError("the loss is no longer finite."), 1, "the loss is no longer finite."),
        (
            KeyError("joint"),
            1,
            "this is a bug in kinelift, please report it with what -v shows (KeyError: 'joint')",
        ),
        (
            ModuleNotFoundError("No module named 'kinelift.x'", name="kinelift.x"),
            1,
            "No module named 'kinelift.x'",
        ),
        (ValueError(), 1, "this is a bug in kinelift"),
    ],
)
def test_an_error_becomes_one_line_and_an_exit_code(error, code, said, capsys):
    assert exit_code_of(raising(error), verbose=False) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("kinelift: ")
    assert said in captured.err
    assert captured.err.count("\n") == 1


def test_only_verbose_shows_the_traceback(capsys):
    assert exit_code_of(raising(RuntimeError("deep inside")), verbose=True) == 1
    captured = capsys.readouterr().err
    assert "Traceback" in captured
    assert "raise error" in captured


def test_every_extra_that_may_be_missing_is_named():
    for module, extra in (
        ("av", "video"),
        ("mediapipe.framework", "video"),
        ("torch._C", "train"),
        ("onnx", "train"),
    ):
        error = ModuleNotFoundError(f"No module named {module!r}", name=module)
        assert f"kinelift[{extra}]" in sentence(error)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("lift", "nowhere.mp4", "-o", "out"), "nowhere.mp4: no such file."),
        (("lift", ".", "-o", "out", "--model", "unheard"), "unknown model 'unheard'; choose a shipped one"),
        (("lift", "walk.npz", "-o", "out", "--model", "gone.onnx"), "no model at gone.onnx."),
        (
            ("lift", "walk.bvh", "-o", "out"),
            "walk.bvh: .bvh files hold motion in space, which is lifted already",
        ),
        (("view", "walk.txt", "-o", "view.html"), "walk.txt: no such file."),
        (("view", "motion.npz", "-o", "view.html"), "motion.npz: no such file."),
        (("view", "walk.npz", "-o", "walk.npz"), "walk.npz: the name of a page ends in .html"),
        (("prepare", "mocap", "nowhere", "-o", "trials.npz"), "nowhere: no such folder of motion capture"),
        (("prepare", "mocap", "nowhere", "-o", "."), ".: is a folder; name the file to write in it."),
    ],
)
def test_users_mistakes_are_explained(kinelift, clip, monkeypatch, arguments, said):
    monkeypatch.chdir(clip.parent)
    (clip.parent / "walk.bvh").write_text("HIERARCHY")
    if arguments[0] == "prepare":
        pytest.importorskip("torch", reason="preparing imports the training road")
    run = kinelift(*arguments)
    assert run.code == 1
    assert said in run.err
    assert run.err.count("\n") == 1


def test_a_wrong_file_of_keypoints_leaves_no_results(kinelift, tiny_model, tmp_path):
    (tmp_path / "short.npz").write_bytes(b"PK\x03\x04 cut short")
    run = kinelift("lift", tmp_path / "short.npz", "-o", tmp_path / "out", "--model", tiny_model)
    assert run.code == 1
    assert "not a readable .npz" in run.err
    assert not (tmp_path / "out").exists()


def test_a_folder_that_was_there_stays_when_lifting_fails(kinelift, tiny_model, tmp_path):
    (tmp_path / "short.npz").write_bytes(b"PK\x03\x04 cut short")
    (tmp_path / "mine").mkdir()
    run = kinelift("lift", tmp_path / "short.npz", "-o", tmp_path / "mine" / "a" / "b", "--model", tiny_model)
    assert run.code == 1
    assert list((tmp_path / "mine").iterdir()) == []


def test_options_are_named_where_the_library_names_arguments():
    said = "holds no image size; say it with image_size=(width, height), or leave fps= out; skeleton=coco_17"
    assert with_options(said) == (
        "holds no image size; say it with --image-size WIDTH HEIGHT, or leave --fps out; --skeleton coco_17"
    )
    assert with_options("x_fps=3 stays") == "x_fps=3 stays"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_that_may_not_be_written_is_named(kinelift, clip, tiny_model, tmp_path):
    (tmp_path / "closed").mkdir(mode=0o500)
    run = kinelift("lift", clip, "-o", tmp_path / "closed" / "out", "--model", tiny_model)
    assert run.code == 1
    assert f"{tmp_path / 'closed' / 'out'}: Permission denied." in run.err


def test_a_file_in_the_place_of_the_folder_is_named(kinelift, clip, tiny_model):
    run = kinelift("lift", clip, "-o", clip, "--model", tiny_model)
    assert (run.code, run.err) == (1, f"kinelift: {clip}: File exists.\n")


def test_training_without_torch_names_the_extra(kinelift, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    for name in [name for name in sys.modules if name.startswith(("kinelift.training", "kinelift.model"))]:
        monkeypatch.delitem(sys.modules, name)
    for package in ("kinelift.training", "kinelift.model"):
        monkeypatch.delattr(importlib.import_module("kinelift"), package.split(".")[1], raising=False)
    run = kinelift("train", "debug")
    assert run.code == 1
    assert 'this needs torch, which is not installed: pip install "kinelift[train]"' in run.err


@pytest.mark.parametrize(
    "arguments", [(), ("lift",), ("dance",), ("lift", "a.npz", "-o", "b", "--only", "gif")]
)
def test_a_wrong_command_line_exits_with_two(arguments, capsys):
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    assert "--help" in capsys.readouterr().err


def test_a_stop_while_the_commands_are_still_being_loaded_is_one_line_too(tmp_path):
    (tmp_path / "tyro.py").write_text("raise KeyboardInterrupt")
    run = subprocess.run(
        [sys.executable, "-m", "kinelift", "models"],
        env={**os.environ, "PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (run.returncode, run.stderr) == (130, "kinelift: stopped.\n")


def test_a_reader_who_has_read_enough_is_no_failure():
    script = (
        "import sys; from kinelift.cli.failures import exit_code_of\n"
        "sys.exit(exit_code_of(lambda: print('more than a pipe holds' * 10_000), verbose=False))"
    )
    piped = f"'{sys.executable}' -c \"$0\" | true; exit ${{PIPESTATUS[0]}}"
    run = subprocess.run(["bash", "-c", piped, script], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (141, "")
