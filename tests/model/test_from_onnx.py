"""A file read back is the network it was made from."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch

from kinelift.body import COCO_17, COCO_23, H36M_17, H36M_21
from kinelift.body.model_facts import ModelFacts
from kinelift.lifting.network import load_network
from kinelift.model import TemporalConfig, causal, fixed_lag, from_onnx, to_onnx
from kinelift.model.int8_onnx import int8_graph
from kinelift.model.onnx_graph import write_model
from kinelift.model.paired import anchors_of
from kinelift.weights import shipped_models
from tests.model.networks import random_network, random_sequence

RAYS: dict[str, Any] = {
    "joints_in": 23, "joints_out": 21, "features": 3, "extra_features": 3, "channels": 8,
    "anchors": anchors_of(COCO_23, H36M_21),
}  # fmt: skip
WIDTH: dict[str, Any] = {"joints_in": 17, "joints_out": 17, "features": 2, "channels": 8}


def facts_for(config: TemporalConfig, **changes) -> ModelFacts:
    rays = config.extra_features > 0
    values = {
        "name": "test",
        "input_skeleton": COCO_23 if rays else COCO_17,
        "output_skeleton": H36M_21 if rays else H36M_17,
        "fps": None,
        "receptive_field": config.receptive_field,
        "look_ahead": config.look_ahead,
        "normalisation": "rays" if rays else "width",
        "weights_sha256": "",
    }
    return ModelFacts(**(values | changes))


def networks() -> Iterator[dict[str, Any]]:
    for sizes in (RAYS, WIDTH):
        yield {**sizes, "filter_widths": (3, 3, 3)}
        yield {**sizes, "filter_widths": (3, 5), "future_taps": causal((3, 5))}
        yield {**sizes, "filter_widths": (3, 3, 3), "future_taps": fixed_lag((3, 3, 3), 4)}
        yield {**sizes, "filter_widths": (3, 3, 3), "dense": True}
        yield {**sizes, "filter_widths": (1, 1, 1)}


@pytest.mark.parametrize("sizes", list(networks()))
def test_what_is_read_back_answers_as_what_was_written(tmp_path, sizes):
    config = TemporalConfig(dropout=0.0, **sizes)
    model = random_network(config)
    to_onnx(model, facts_for(config).to_metadata(), tmp_path / "model.onnx")
    again = from_onnx(tmp_path / "model.onnx")
    assert (again.config.taps_ahead, again.config.dense) == (config.taps_ahead, config.dense)
    assert again.config.anchors == config.anchors
    keypoints, extra = random_sequence(config, config.receptive_field + 5)
    with torch.inference_mode():
        torch.testing.assert_close(again(keypoints, extra), model(keypoints, extra), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", [name for name in shipped_models() if not name.endswith("_int8")])
def test_a_shipped_lifter_answers_in_torch_as_in_onnxruntime(name):
    path = shipped_models()[name]
    model, network = from_onnx(path), load_network(path)
    config, frames = model.config, 60
    x = np.random.default_rng(0).normal(size=(1, frames, config.input_features)).astype(np.float32)
    split = config.joints_in * config.features
    with torch.inference_mode():
        keypoints = torch.from_numpy(x[..., :split]).unflatten(2, (config.joints_in, config.features))
        answered = model(keypoints, torch.from_numpy(x[..., split:])).numpy()
    told = network.run_whole(x)[:, config.past : frames - config.look_ahead]
    np.testing.assert_allclose(answered, told, atol=1e-5)


def test_what_is_read_back_learns_and_is_written_again(tmp_path):
    config = TemporalConfig(dropout=0.0, **RAYS, filter_widths=(3, 3))
    facts = facts_for(config).to_metadata()
    to_onnx(random_network(config), facts, tmp_path / "model.onnx")
    model = from_onnx(tmp_path / "model.onnx")
    keypoints, extra = random_sequence(config, 9)
    model(keypoints, extra)[..., :3].square().mean().backward()
    assert all(each.grad is not None and each.grad.isfinite().all() for each in model.parameters())
    with torch.no_grad():
        for each in model.parameters():
            assert each.grad is not None
            each -= 0.1 * each.grad
    to_onnx(model, facts, tmp_path / "trained.onnx")
    again = from_onnx(tmp_path / "trained.onnx")
    with torch.inference_mode():
        torch.testing.assert_close(again(keypoints, extra), model(keypoints, extra), rtol=1e-4, atol=1e-5)


def test_integers_and_strangers_are_told_apart(tmp_path):
    config = TemporalConfig(dropout=0.0, **WIDTH, filter_widths=(3, 3))
    clips = np.random.default_rng(0).normal(size=(2, 30, 34)).astype(np.float32)
    facts = facts_for(config)
    graph = int8_graph(random_network(config), clips)
    write_model(graph.model("kinelift_temporal", facts.to_metadata()), tmp_path / "int8.onnx")
    with pytest.raises(ValueError, match="8-bit integers, which cannot be trained"):
        from_onnx(tmp_path / "int8.onnx")
    (tmp_path / "broken.onnx").write_bytes(b"no model")
    with pytest.raises(ValueError, match=r"broken\.onnx cannot be loaded"):
        from_onnx(tmp_path / "broken.onnx")
    with pytest.raises(FileNotFoundError, match="no model at"):
        from_onnx(tmp_path / "absent.onnx")
    wrong = facts_for(config, receptive_field=27, look_ahead=0)
    to_onnx(random_network(config), wrong.to_metadata(), tmp_path / "wrong.onnx")
    with pytest.raises(ValueError, match="filters"):
        from_onnx(tmp_path / "wrong.onnx")
