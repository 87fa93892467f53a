"""kinelift train and export."""

import json
import shutil
from dataclasses import replace

import pytest

import kinelift as kl
from kinelift.datasets.mocap import is_held_out
from kinelift.weights.checksum import file_sha256

pytest.importorskip("torch", reason="training needs torch: pip install '.[train]'")


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """Train the preset debug once."""
    from kinelift.cli.main import main

    folder = tmp_path_factory.mktemp("runs")
    assert (
        main(["train", "debug", "--out", str(folder / "debug"), "--export", str(folder / "mine.onnx")]) == 0
    )
    return folder


def test_debug_leaves_a_model_with_its_card_a_checkpoint_and_metrics(finished):
    names = sorted(path.name for path in (finished / "debug").iterdir())
    assert names == ["checkpoint.pt", "debug.json", "debug.onnx", "metrics.jsonl"]
    card = json.loads((finished / "debug" / "debug.json").read_text())
    assert card["command"] == "kinelift train debug"
    assert card["sha256"] == file_sha256(finished / "debug" / "debug.onnx")
    assert (card["epochs_done"], card["config"]["name"]) == (3, "debug")
    assert len((finished / "debug" / "metrics.jsonl").read_text().splitlines()) == 3
    assert (finished / "mine.onnx").read_bytes() == (finished / "debug" / "debug.onnx").read_bytes()
    assert (finished / "mine.json").read_text() == (finished / "debug" / "debug.json").read_text()


def test_the_trained_model_lifts(kinelift, finished, clip, tmp_path):
    run = kinelift("lift", clip, "-o", tmp_path / "out", "--model", finished / "mine.onnx")
    assert run.code == 0, run.err
    assert len(kl.load_motion(tmp_path / "out" / "motion.npz")) == 60


def test_a_finished_run_given_again_trains_no_further(kinelift, finished, tmp_path):
    shutil.copytree(finished / "debug", tmp_path / "debug")
    run = kinelift("train", "debug", "--out", tmp_path / "debug")
    assert run.code == 0, run.err
    assert run.lines[0] == str(tmp_path / "debug" / "debug.onnx")
    for name in ("metrics.jsonl", "checkpoint.pt", "debug.onnx"):
        assert (tmp_path / "debug" / name).read_bytes() == (finished / "debug" / name).read_bytes()


def test_another_configuration_in_the_same_folder_is_refused(kinelift, finished):
    run = kinelift("train", "debug", "--out", finished / "debug", "--epochs", 5)
    assert run.code == 1
    assert "belongs to another configuration" in run.err


def test_export_writes_the_model_of_a_checkpoint_or_of_its_folder(kinelift, finished, tmp_path):
    for given in (finished / "debug", finished / "debug" / "checkpoint.pt"):
        run = kinelift("export", given, "-o", tmp_path / "again.onnx")
        assert run.code == 0, run.err
        assert run.lines == [
            str(tmp_path / "again.onnx"),
            "debug: coco_23 to h36m_21, 9 frames at 30 fps, 4 of them ahead",
        ]
    run = kinelift("export", finished / "mine.onnx", "-o", tmp_path / "x.onnx")
    assert run.code == 1
    assert "not a kinelift checkpoint" in run.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nope",), "unknown preset 'nope'; choose one of default, "),
        (("default",), "needs a folder of motion capture or a prepared file"),
        (("debug", "--data", "."), "makes up its motion; leave the data out"),
        (("default", "--data", "nowhere"), "nowhere: no such folder of motion capture or prepared file"),
        (("debug", "--device", "abacus"), "device: 'abacus' cannot be used here"),
        (("debug", "--epochs", "0"), "epochs: debug needs at least one epoch, got 0."),
        (("debug", "--export", "nowhere/a.onnx"), "the folder nowhere does not exist"),
    ],
)
def test_users_mistakes_in_training_are_explained(kinelift, tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    run = kinelift("train", *arguments)
    assert run.code == 1
    assert said in run.err


def test_training_reads_a_folder_once_and_keeps_the_prepared_file_beside_the_run(mocap_folder, tmp_path):
    from kinelift.training.presets import DEBUG
    from kinelift.training.run import run, trials_for

    config = replace(DEBUG, name="small", synthetic=False, epochs=1)
    told = []

    def on_reading(name: str, number: int, of: int) -> None:
        told.append(name)

    before = sorted(mocap_folder.iterdir())
    done = run(config, mocap_folder, tmp_path / "run", on_reading=on_reading)
    assert told == ["positions.npz", "mocap"]
    assert sorted(mocap_folder.iterdir()) == before
    assert "held out: subjects 49" in json.loads(done.card.read_text())["split"]
    kept = trials_for(config, mocap_folder, cache=tmp_path / "run", on_reading=on_reading)
    assert len(told) == 2
    assert not any(map(is_held_out, kept))


def test_the_held_out_split_is_left_out_of_prepared_files_too(mocap_folder, tmp_path):
    from kinelift.datasets.mocap import load_mocap, save_trials
    from kinelift.training.presets import DEBUG
    from kinelift.training.run import StagedEngine, trials_for

    config = replace(DEBUG, synthetic=False)
    save_trials(tmp_path / "all.npz", load_mocap(mocap_folder))
    trials = trials_for(config, tmp_path / "all.npz")
    assert {trial.trial for trial in trials} == {"07_01", "07_02"}
    assert len(StagedEngine(config, trials).epoch(0).lengths) == config.data.clips
