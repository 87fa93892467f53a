"""The reference's own evaluation, reproduced from its files."""

import json

import numpy as np
import pytest
import torch

from kinelift.cli.main import main
from kinelift.datasets.studio import HUMAN36M, views
from kinelift.interop.videopose3d import read_keypoints_2d, read_poses_3d
from kinelift.model.reference import load_checkpoint

KEYS = ("p1_mm", "p2_mm", "p3_mm", "mpjve_mm")


def evaluate(shared, tmp_path, *more):
    """Run the command and read its JSON."""
    folder = shared / "golden" / "h36m_evaluation"
    out = tmp_path / "figures.json"
    code = main(
        ["evaluate", "--poses-3d", str(folder / "data_3d_h36m.npz"), "--keypoints-2d",
         str(folder / "data_2d_h36m_gt.npz"), "--checkpoint", str(folder / "checkpoint.bin"),
         "--subjects", "S9,S11", "--json", str(out), *more]
    )  # fmt: skip
    assert code == 0
    return json.loads(out.read_text())


@pytest.mark.parametrize(("setting", "more"), [("flip_tta", []), ("plain", ["--no-mirror"])])
def test_every_golden_figure_is_reproduced(shared, tmp_path, capsys, setting, more):
    found = evaluate(shared, tmp_path, *more)
    golden = json.loads((shared / "golden" / "h36m_evaluation" / "expected.json").read_text())["results"][
        setting
    ]
    expected = golden["per_action_p1_p2_p3_mpjve_mm"]
    assert list(found["per_action"]) == list(expected)
    for action, figures in expected.items():
        assert [found["per_action"][action][key] for key in KEYS] == pytest.approx(figures, abs=0.01)
    for key, average in zip(KEYS, golden["average_mm"], strict=True):
        assert found["average"][key] == pytest.approx(average, abs=0.051)
    printed = capsys.readouterr().out
    assert f"mirror averaging {'off' if more else 'on'}" in printed
    assert found["protocol"] in printed
    assert set(found["per_subject"]) == {"S9", "S11"}


@pytest.mark.parametrize(("options", "within_mm"), [((), 0.01), (("--int8",), 2.0)])
def test_an_exported_checkpoint_gives_the_figures_of_the_checkpoint(shared, tmp_path, options, within_mm):
    folder, model = shared / "golden" / "h36m_evaluation", tmp_path / "golden.onnx"
    assert main(["export", str(folder / "checkpoint.bin"), "-o", str(model), *options]) == 0
    found = evaluate(shared, tmp_path, "--checkpoint", str(model))
    golden = json.loads((folder / "expected.json").read_text())["results"]["flip_tta"]
    for action, (p1, p2, p3, _) in golden["per_action_p1_p2_p3_mpjve_mm"].items():
        assert [found["per_action"][action][key] for key in KEYS[:3]] == pytest.approx(
            [p1, p2, p3], abs=within_mm
        )
    assert found["rules"]["parameters"] is None


def test_actions_are_chosen_by_prefix(shared, tmp_path):
    assert list(evaluate(shared, tmp_path, "--actions", "Walk")["per_action"]) == ["Walking", "WalkDog"]
    both = evaluate(shared, tmp_path, "--actions", "Directions,SittingDown")["per_action"]
    assert list(both) == ["Directions", "SittingDown"]


def test_an_action_nobody_does_is_an_error(shared, tmp_path, capsys):
    with pytest.raises(AssertionError):
        evaluate(shared, tmp_path, "--actions", "Dance")
    said = capsys.readouterr().err
    assert (
        "no recording of S9, S11 begins with Dance; they are Directions, Sitting, SittingDown, WalkDog"
        in said
    )


def test_a_folder_that_is_not_there_is_named_before_the_work(shared, tmp_path, capsys):
    with pytest.raises(AssertionError):
        evaluate(shared, tmp_path, "--markdown", str(tmp_path / "nowhere" / "tables.md"))
    assert "nowhere does not exist; make it first" in capsys.readouterr().err
    assert not (tmp_path / "figures.json").exists()


def test_the_roots_error_is_that_of_the_trajectory_network(shared, tmp_path):
    golden = shared / "golden"
    # The last of two checkpoints counts.
    both = ("--checkpoint", str(golden / "vp3d_checkpoint.bin"), "--actions", "WalkDog", "--no-mirror")
    found = evaluate(shared, tmp_path, *both)
    network = load_checkpoint(golden / "vp3d_checkpoint.bin").trajectory
    assert network is not None
    poses = read_poses_3d(golden / "h36m_evaluation" / "data_3d_h36m.npz")
    keypoints = read_keypoints_2d(golden / "h36m_evaluation" / "data_2d_h36m_gt.npz")
    errors = []
    for view in views(poses, keypoints, HUMAN36M, [("S9", "WalkDog"), ("S11", "WalkDog")]):
        padded = np.pad(view.keypoints, ((13, 13), (0, 0), (0, 0)), mode="edge")
        with torch.no_grad():
            root = network(torch.from_numpy(padded)[None])[0, :, 0].numpy()
        errors.append(np.linalg.norm(root - view.joints[:, 0], axis=-1))
    assert found["average"]["trajectory_mm"] == pytest.approx(
        1000.0 * np.concatenate(errors).mean(), abs=0.01
    )
    assert "trajectory_mm" not in evaluate(shared, tmp_path)["average"]
