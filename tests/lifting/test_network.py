"""One graph, fed whole, in chunks or a frame at a time; facts read from the file."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from kinelift.body import COCO_17, H36M_17, ModelFacts
from kinelift.geometry.edges import repeat_edges
from kinelift.lifting.network import load_network
from kinelift.model import TemporalConfig, TemporalModel
from kinelift.model.temporal_config import fixed_lag
from kinelift.model.to_onnx import to_onnx

FACTS = ModelFacts("random", COCO_17, H36M_17, 30.0, 27, 13, "rays", "0" * 64, card={"licence": "none"})
WIDTHS = (3, 3, 3)


@pytest.fixture(scope="module", params=[0, 1, 4, 13])
def lifter(request, tmp_path_factory):
    """Return a random model of some look-ahead and its graph."""
    torch.manual_seed(request.param)
    config = TemporalConfig(
        features=3,
        extra_features=3,
        filter_widths=WIDTHS,
        channels=16,
        future_taps=fixed_lag(WIDTHS, request.param),
    )
    model = TemporalModel(config)
    for name, buffer in model.named_buffers():
        if name.endswith("running_mean"):
            buffer.normal_()
    model.eval()
    path = tmp_path_factory.mktemp("model") / "random.onnx"
    facts = replace(FACTS, look_ahead=config.look_ahead)
    to_onnx(model, facts.to_metadata(), path)
    return model, load_network(path)


def by_torch(model, x):
    """Run the network over a padded sequence in PyTorch."""
    padded = torch.from_numpy(repeat_edges(x, model.config.past, model.config.look_ahead))
    with torch.inference_mode():
        return model(padded[..., :51].reshape(*padded.shape[:2], 17, 3), padded[..., 51:]).numpy()


def test_the_whole_clip_equals_pytorch(lifter):
    model, network = lifter
    x = np.random.default_rng(0).normal(size=(2, 50, 54)).astype(np.float32)
    np.testing.assert_allclose(network.run_whole(x), by_torch(model, x), atol=1e-5)


@given(pieces=st.lists(st.integers(1, 9), min_size=1, max_size=8), seed=st.integers(0, 99))
def test_any_chunks_equal_the_whole(lifter, pieces, seed):
    _, network = lifter
    x = np.random.default_rng(seed).normal(size=(1, sum(pieces), 54)).astype(np.float32)
    whole, _ = network.run(x, network.initial_states(1, x.shape[1]))
    states, chunks, at = network.initial_states(1, max(pieces)), [], 0
    for piece in pieces:
        y, states = network.run(x[:, at : at + piece], states)
        chunks.append(y)
        at += piece
    np.testing.assert_allclose(np.concatenate(chunks, 1), whole, atol=1e-5)


def test_a_clip_longer_than_a_chunk_equals_pytorch(lifter, monkeypatch):
    model, network = lifter
    monkeypatch.setattr("kinelift.lifting.network.CHUNK_FRAMES", 17)
    x = np.random.default_rng(1).normal(size=(1, 100, 54)).astype(np.float32)
    np.testing.assert_allclose(network.run_whole(x), by_torch(model, x), atol=1e-5)


def test_one_frame_clips_are_lifted(lifter):
    model, network = lifter
    x = np.ones((1, 1, 54), np.float32)
    np.testing.assert_allclose(network.run_whole(x), by_torch(model, x), atol=1e-5)


def test_facts_come_back_and_a_loaded_model_is_reused(tmp_path):
    path = tmp_path / "other_name.onnx"
    to_onnx(
        TemporalModel(TemporalConfig(features=3, extra_features=3, channels=8)).eval(),
        FACTS.to_metadata(),
        path,
    )
    assert load_network(path).facts == FACTS
    assert load_network(path) is load_network(path)


def test_facts_of_older_files_are_what_they_are_by_default_and_tuples_come_back_as_such():
    told = replace(FACTS, mirrors_itself=True, error_calibration=(0.8, 1.25))
    metadata = told.to_metadata()
    assert ModelFacts.from_metadata(metadata, "new.onnx") == told
    del metadata["error_calibration"], metadata["mirrors_itself"]
    assert ModelFacts.from_metadata(metadata, "old.onnx") == FACTS
    with pytest.raises(ValueError, match="its facts cannot be read"):
        ModelFacts.from_metadata({**metadata, "error_calibration": "[1.0]"}, "damaged.onnx")


def test_files_that_are_no_lifters_are_refused_by_name(tmp_path):
    with pytest.raises(FileNotFoundError, match="no model at"):
        load_network(tmp_path / "none.onnx")
    garbage = tmp_path / "garbage.onnx"
    garbage.write_bytes(b"\x00\x01 not a graph")
    with pytest.raises(ValueError, match="cannot be loaded"):
        load_network(garbage)
    nameless = tmp_path / "nameless.onnx"
    to_onnx(TemporalModel(TemporalConfig(channels=8)).eval(), {}, nameless)
    with pytest.raises(ValueError, match="does not say its name"):
        load_network(nameless)


def test_providers_that_are_not_there_are_refused(tmp_path):
    path = tmp_path / "model.onnx"
    to_onnx(TemporalModel(TemporalConfig(channels=8)).eval(), FACTS.to_metadata(), path)
    with pytest.raises(ValueError, match="NoSuchProvider not in this onnxruntime"):
        load_network(path, ["NoSuchProvider"])
