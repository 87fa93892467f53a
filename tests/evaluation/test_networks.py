"""Checkpoints of either kind are tested, each as it was trained."""

from dataclasses import replace

import pytest
import torch

from kinelift.body import COCO_17
from kinelift.evaluation.networks import load_networks
from kinelift.lifting.network import Network
from kinelift.model import TemporalModel
from kinelift.model.strided import StridedTemporalModel
from kinelift.training.checkpoint import Checkpoint, save_checkpoint
from kinelift.training.clips import paired_model
from kinelift.training.config import TrainConfig
from kinelift.training.exporting import export_checkpoint
from kinelift.training.paper_presets import PAPER_PRESETS
from kinelift.training.presets import DEBUG
from tests.interop.hostile import write_torch
from tests.model.test_reference import small_reference_state


def saved(path, config: TrainConfig):
    """Save a network that has learnt nothing."""
    model = StridedTemporalModel(config.model) if config.clips is None else paired_model(config.model)
    state = model.state_dict()
    save_checkpoint(Checkpoint(config.to_json(), 0, state, [], "fp32"), path)
    return path


def debug_preset(layout):
    """Return the smallest of the paper's presets, its data read."""
    preset = PAPER_PRESETS["h36m-debug"]
    return replace(preset, studio=replace(preset.studio, layout=layout))


def test_ours_mirrors_by_its_own_skeleton_and_theirs_by_the_file(tmp_path):
    ours = load_networks(saved(tmp_path / "checkpoint.pt", debug_preset("coco")))
    assert ours.keypoint_sides is not None
    assert ours.keypoint_sides[:3] == (0, 2, 1)
    assert ours.trajectory is None
    theirs = load_networks(
        write_torch(tmp_path / "c.bin", {"model_pos": small_reference_state()}), causal=True
    )
    assert theirs.keypoint_sides is None
    assert isinstance(ours.pose, TemporalModel)
    assert isinstance(theirs.pose, TemporalModel)
    assert theirs.pose.config.look_ahead == 0
    assert not ours.pose.training
    assert not theirs.pose.training


def test_what_contradicts_our_checkpoint_is_refused(tmp_path):
    path = saved(tmp_path / "checkpoint.pt", debug_preset("h36m"))
    with pytest.raises(
        ValueError, match="looks 4 frames ahead and is not dense, as it says itself; leave --causal"
    ):
        load_networks(path, causal=True)
    with pytest.raises(ValueError, match="is not dense"):
        load_networks(path, dense=True)


def test_a_lifter_of_other_inputs_is_refused(tmp_path):
    with pytest.raises(
        ValueError, match=r"reads 3 numbers a keypoint and \d beside \(rays\).* such as h36m-243"
    ):
        load_networks(saved(tmp_path / "checkpoint.pt", DEBUG))


def test_neither_kind_says_what_it_holds(tmp_path):
    torch.save({"state_dict": {}}, tmp_path / "other.bin")
    with pytest.raises(
        ValueError, match="no 'model_pos' in it, so no checkpoint of VideoPose3D; it holds state_dict"
    ):
        load_networks(tmp_path / "other.bin")


def test_an_exported_network_says_itself_what_it_is(tmp_path):
    export_checkpoint(saved(tmp_path / "checkpoint.pt", debug_preset("coco")), tmp_path / "a.onnx")
    networks = load_networks(tmp_path / "a.onnx")
    assert isinstance(networks.pose, Network)
    assert networks.keypoint_sides == COCO_17.mirrored
    with pytest.raises(ValueError, match="looks 4 frames ahead, as it says itself; leave --causal"):
        load_networks(tmp_path / "a.onnx", causal=True)
    export_checkpoint(saved(tmp_path / "checkpoint.pt", DEBUG), tmp_path / "b.onnx")
    with pytest.raises(
        ValueError, match="reads rays; this protocol gives keypoints normalised to the image's width"
    ):
        load_networks(tmp_path / "b.onnx")
