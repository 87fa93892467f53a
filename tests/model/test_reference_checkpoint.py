"""Checkpoints of the reference implementation, read without running them."""

import sys

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from kinelift.model.reference import load_checkpoint
from tests.interop.hostile import TENSOR, naming, write_torch
from tests.model.test_reference import difference, small_reference_state


def test_the_golden_checkpoint_gives_the_references_output(shared):
    figures = np.load(shared / "golden" / "vp3d_checkpoint_io.npz")
    networks = load_checkpoint(shared / "golden" / "vp3d_checkpoint.bin")
    assert networks.trajectory is not None
    with torch.no_grad():
        for name, network in (("pose", networks.pose), ("trajectory", networks.trajectory)):
            assert not network.training
            assert difference(network(torch.from_numpy(figures["input"])), figures[name]) < 1e-5


@pytest.mark.parametrize("legacy", [False, True])
def test_sizes_are_read_off_the_tensors_and_the_clock_is_as_said(tmp_path, legacy):
    path = write_torch(tmp_path / "c.bin", {"model_pos": small_reference_state(), "lr": 0.1}, legacy=legacy)
    networks = load_checkpoint(path, causal=True)
    assert networks.trajectory is None
    assert networks.pose.config.filter_widths == (3, 5)
    assert networks.pose.config.look_ahead == 0
    assert load_checkpoint(path).pose.config.look_ahead == 7


def test_files_of_the_first_torch_do_not_count_batches(tmp_path):
    state = {name: value for name, value in small_reference_state().items() if "tracked" not in name}
    old = load_checkpoint(write_torch(tmp_path / "c.bin", {"model_pos": state}, legacy=True))
    new = load_checkpoint(write_torch(tmp_path / "d.bin", {"model_pos": small_reference_state()}))
    keypoints = torch.randn(1, 20, 17, 2)
    with torch.no_grad():
        assert torch.equal(old.pose(keypoints), new.pose(keypoints))


def test_what_is_not_needed_may_be_anything(tmp_path):
    state = {
        "model_pos": small_reference_state(),
        "random_state": np.random.RandomState(1),
        "who": slice(1, 2),
    }
    assert load_checkpoint(write_torch(tmp_path / "c.bin", state)).pose.config.channels == 4


@given(
    st.sampled_from([("os", "system"), ("builtins", "exec"), ("antigravity", "geohash"), ("a.b", "c")]),
    st.booleans(),
)
def test_a_global_in_the_place_of_a_tensor_is_named(tmp_path_factory, pair, legacy):
    module, name = pair
    path = tmp_path_factory.mktemp("hostile") / "c.bin"
    write_torch(path, {"model_pos": small_reference_state()}, TENSOR, naming(module, name), legacy=legacy)
    known = module in sys.modules
    with pytest.raises(
        ValueError, match=rf"model_pos, .*: a tensor expected, got {module}\.{name}, which is not built"
    ):
        load_checkpoint(path)
    assert (module in sys.modules) == known


def test_other_files_say_what_they_hold(tmp_path):
    path = write_torch(tmp_path / "c.bin", {"state_dict": {}, "epoch": 3})
    with pytest.raises(ValueError, match=r"c\.bin: no 'model_pos' in it.*it holds state_dict, epoch"):
        load_checkpoint(path)
    (tmp_path / "text.bin").write_text("hello, world")
    with pytest.raises(ValueError, match=r"text\.bin: not a readable pickle"):
        load_checkpoint(tmp_path / "text.bin")
    with pytest.raises(FileNotFoundError, match="no such file"):
        load_checkpoint(tmp_path / "none.bin")
