"""kinelift export."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest

import kinelift as kl
from kinelift.geometry.normalisation import normalise_width
from kinelift.lifting.network import load_network
from tests.walking import IMAGE_SIZE, walking_joints, walking_person

torch = pytest.importorskip("torch", reason="exporting needs torch: pip install '.[train]'")

from kinelift.model import TemporalModel  # noqa: E402
from tests.interop.hostile import write_torch  # noqa: E402
from tests.model.reference_files import reference_state  # noqa: E402

ALOUD = (
    "a checkpoint of VideoPose3D, which does not say what it reads: taken for h36m_17 keypoints, normalised to the "
    "image's width, and h36m_17 joints, at each clip's own rate; it has no card"
)


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    """Write a checkpoint like VideoPose3D's."""
    return write_torch(tmp_path / "theirs.bin", {"model_pos": reference_state(), "epoch": 80, "lr": 1e-4})


@pytest.fixture
def run_folder(tiny_model: Path) -> Path:
    """Return the folder of a run of the preset debug."""
    return tiny_model.parent


def seen_walker() -> kl.Keypoints:
    """Return a walker as Human3.6M's own keypoints would have him."""
    joints = walking_joints(40)
    camera = kl.Camera.assumed(IMAGE_SIZE)
    points = joints[..., :2] / joints[..., 2:] * camera.focal_length + camera.center
    return kl.Keypoints(points, np.ones(points.shape[:2]), kl.H36M_17, 50.0, IMAGE_SIZE)


def test_a_checkpoint_of_videopose3d_is_exported_and_what_it_does_not_say_is_said_aloud(
    kinelift, reference, tmp_path
):
    run = kinelift("export", reference, "-o", tmp_path / "theirs.onnx")
    assert run.code == 0, run.err
    assert run.lines == [
        str(tmp_path / "theirs.onnx"),
        "theirs: h36m_17 to h36m_17, 9 frames at each clip's own rate, 4 of them ahead",
        ALOUD,
    ]
    facts = load_network(tmp_path / "theirs.onnx").facts
    assert (facts.fps, facts.normalisation, facts.card) == (None, "width", {})


def test_the_file_gives_what_the_checkpoint_gives(kinelift, reference, tmp_path):
    assert kinelift("export", reference, "-o", tmp_path / "theirs.onnx").code == 0
    walker = seen_walker()
    read = normalise_width(walker.points_px, walker.scores, walker.image_size).joints
    answers = load_network(tmp_path / "theirs.onnx").run_whole(read.reshape(1, len(walker), -1))
    with torch.no_grad():
        expected = TemporalModel.from_reference_state(reference_state())(torch.from_numpy(read[None]))
    np.testing.assert_allclose(answers[:, 4:-4], expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("options", [(), ("--int8",), ("--causal",), ("--causal", "--int8")])
def test_the_file_lifts_keypoints_of_its_own_skeleton_and_of_coco(kinelift, reference, tmp_path, options):
    assert kinelift("export", reference, "-o", tmp_path / "theirs.onnx", *options).code == 0
    for keypoints in (seen_walker(), walking_person(0, 40).keypoints):
        motion = kl.lift(keypoints, model=tmp_path / "theirs.onnx")
        assert (len(motion), motion.skeleton) == (40, kl.H36M_17)
        assert motion.observed.all()
        assert 2.0 < np.median(motion.joints[:, 0, 2]) < 10.0


@pytest.mark.parametrize(("options", "ahead"), [(("--causal",), 0), (("--look-ahead", 1), 1), ((), 4)])
def test_how_far_a_bin_looks_ahead_is_as_said(kinelift, reference, tmp_path, options, ahead):
    assert kinelift("export", reference, "-o", tmp_path / "theirs.onnx", *options).code == 0
    network = load_network(tmp_path / "theirs.onnx")
    assert network.facts.look_ahead == ahead
    x = np.random.default_rng(0).normal(size=(1, 40, 34)).astype(np.float32)
    changed = x.copy()
    changed[:, 20 + ahead + 1 :] += 1
    before, after = network.run_whole(x), network.run_whole(changed)
    np.testing.assert_array_equal(before[:, :21], after[:, :21])
    assert not np.array_equal(before[:, 21], after[:, 21])


def test_the_keypoints_a_bin_reads_may_be_named(kinelift, reference, tmp_path):
    run = kinelift("export", reference, "-o", tmp_path / "a.onnx", "--skeleton", "coco_17")
    assert run.lines[1].startswith("theirs: coco_17 to h36m_17")
    assert "taken for coco_17 keypoints" in run.lines[2]


def test_integers_say_how_far_they_move_joints_and_the_file_says_it_too(kinelift, reference, tmp_path):
    run = kinelift("export", reference, "-o", tmp_path / "theirs.onnx", "--int8")
    assert run.code == 0, run.err
    *_, moved = run.lines
    assert moved.startswith("int8 moves joints by ")
    assert "mm on average" in moved
    assert "on the clip of kinelift demo; ranges set by 96 clips" in moved
    told = load_network(tmp_path / "theirs.onnx").facts.card["int8"]
    assert 0 < told["change_mm"]["mean"] < told["change_mm"]["max"] < 20
    assert f"{told['change_mm']['mean']:.1f} mm on average" in moved


def test_a_run_of_ours_is_exported_in_integers_with_its_card(kinelift, run_folder, clip, tmp_path):
    run = kinelift("export", run_folder, "-o", tmp_path / "mine.onnx", "--int8")
    assert run.code == 0, run.err
    assert run.lines[1] == "debug: coco_23 to h36m_21, 9 frames at 30 fps, 4 of them ahead"
    card = load_network(tmp_path / "mine.onnx").facts.card
    assert card["config"]["name"] == "debug"
    assert {weight.data_type for weight in onnx.load(tmp_path / "mine.onnx").graph.initializer} >= {
        onnx.TensorProto.INT8
    }
    assert kinelift("lift", clip, "-o", tmp_path / "out", "--model", tmp_path / "mine.onnx").code == 0


def test_a_clock_that_agrees_with_the_run_s_is_taken(kinelift, run_folder, tmp_path):
    assert kinelift("export", run_folder, "-o", tmp_path / "mine.onnx", "--look-ahead", 4).code == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--causal",), "debug was trained to look 4 frames ahead, not 0, and weights are not valid"),
        (("--causal",), "Train causal for that."),
        (("--look-ahead", 13), "look_ahead: 13 frames cannot be had from filter widths (3, 3)"),
        (("--look-ahead", 13), "choose one of 0, 1, 4."),
        (("--causal", "--look-ahead", 4), "a causal network looks 0 frames ahead, not 4"),
        (("--dense",), "--dense and --skeleton are for a .bin of VideoPose3D"),
    ],
)
def test_a_run_of_ours_keeps_its_clock(kinelift, run_folder, tmp_path, options, said):
    run = kinelift("export", run_folder, "-o", tmp_path / "mine.onnx", *options)
    assert run.code == 1
    assert said in run.err
    assert not (tmp_path / "mine.onnx").exists()


def test_another_clock_names_the_preset_that_has_it(kinelift, tmp_path):
    from kinelift.model.temporal_config import TemporalConfig
    from kinelift.training.clocks import check_clock

    with pytest.raises(ValueError, match=r"h36m-243 was trained .* Train h36m-243-causal for that"):
        check_clock("h36m-243", TemporalConfig(filter_widths=(3,) * 5), 0)
    with pytest.raises(ValueError, match=r"choose one of 0, 1, 4, 13, 40, 121\."):
        check_clock("h36m-243", TemporalConfig(filter_widths=(3,) * 5), 12)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            ("--look-ahead", 3),
            "look_ahead: 3 frames cannot be had from filter widths (3, 3); choose one of 0, 1, 4.",
        ),
        (
            ("--skeleton", "blazepose_33"),
            "33 keypoints (blazepose_33) in and 17 joints (h36m_17) out expected, got 17",
        ),
        (("--skeleton", "dog"), "unknown skeleton 'dog'"),
        (("--dense",), "try dense=False"),
    ],
)
def test_users_mistakes_with_a_bin_are_explained(kinelift, tmp_path, options, said):
    reference = write_torch(tmp_path / "theirs.bin", {"model_pos": reference_state((3, 3))})
    run = kinelift("export", reference, "-o", tmp_path / "theirs.onnx", *options)
    assert run.code == 1
    assert said in run.err


@pytest.mark.parametrize("options", [(), ("--int8",)])
def test_a_file_that_cannot_be_written_leaves_what_was_there(kinelift, reference, tmp_path, options):
    (tmp_path / "out.onnx").mkdir()
    run = kinelift("export", reference, "-o", tmp_path / "out.onnx", *options)
    assert run.code == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.onnx", "theirs.bin"]
    run = kinelift("export", reference, "-o", tmp_path / "nowhere" / "out.onnx", *options)
    assert run.code == 1
    assert "nowhere does not exist; make it first" in run.err


def test_other_files_are_refused(kinelift, tmp_path):
    (tmp_path / "text.bin").write_text("hello, world")
    run = kinelift("export", tmp_path / "text.bin", "-o", tmp_path / "a.onnx")
    assert run.code == 1
    assert "not a kinelift checkpoint, nor one of VideoPose3D" in run.err
    run = kinelift("export", tmp_path / "none.bin", "-o", tmp_path / "a.onnx")
    assert "no checkpoint at" in run.err


def test_the_golden_checkpoint_exports_to_what_the_reference_gives(kinelift, shared, tmp_path):
    figures = np.load(shared / "golden" / "vp3d_checkpoint_io.npz")
    run = kinelift("export", shared / "golden" / "vp3d_checkpoint.bin", "-o", tmp_path / "golden.onnx")
    assert run.code == 0, run.err
    network, keypoints = load_network(tmp_path / "golden.onnx"), figures["input"]
    x = keypoints.reshape(*keypoints.shape[:2], -1)
    answers = network.run_whole(x)[:, network.facts.past : x.shape[1] - network.facts.look_ahead]
    assert np.abs(answers - figures["pose"]).max() / max(1, np.abs(figures["pose"]).max()) < 1e-5
