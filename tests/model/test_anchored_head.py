"""Joints hung on rays project onto their keypoints, in torch and in the exported graph."""

import numpy as np
import onnx
import pytest
import torch

from kinelift.body.skeleton import COCO_23, H36M_21
from kinelift.geometry.normalisation import TYPICAL_LOG_SIZE
from kinelift.model.anchored_head import TYPICAL_ERROR, TYPICAL_SPAN, AnchoredHead
from kinelift.model.int8_onnx import int8_graph
from kinelift.model.paired import anchors_of
from kinelift.model.run_whole import run_whole
from kinelift.model.strided import StridedTemporalModel
from kinelift.model.temporal import TemporalModel
from kinelift.model.temporal_config import TemporalConfig
from kinelift.model.to_onnx import to_onnx

ANCHORS = anchors_of(COCO_23, H36M_21)
CONFIG = TemporalConfig(
    joints_in=23,
    joints_out=21,
    features=3,
    extra_features=3,
    filter_widths=(3, 3),
    channels=16,
    anchors=ANCHORS,
)


def test_a_joint_beside_nothing_lies_on_its_ray_at_any_depth():
    head = AnchoredHead(ANCHORS, 3, 23 * 3 + 2)
    frames = torch.randn(2, 5, 23 * 3 + 3) * 0.4
    depth, log_span = torch.randn(2, 5, 21) * 0.3, torch.randn(2, 5, 1) * 0.1
    rows = torch.cat([torch.zeros(2, 5, 42), depth, torch.zeros(2, 5, 21), log_span], -1)
    answer = head(rows, frames)
    size = torch.exp(frames[..., -1] + TYPICAL_LOG_SIZE)[..., None]
    root_distance = TYPICAL_SPAN * torch.exp(log_span) / size
    for joint, keypoint in enumerate(ANCHORS):
        if keypoint < 0:
            assert (answer[..., joint, :2] == 0).all()
            continue
        ray = frames[..., 3 * keypoint : 3 * keypoint + 2] * size
        seen = answer[..., joint, :2] / (root_distance + answer[..., joint, 2:3])
        torch.testing.assert_close(seen, ray, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(answer[..., 3], torch.full((2, 5, 21), TYPICAL_ERROR))


@pytest.mark.parametrize("ahead", [None, (0, 0), (1, 0)])
def test_the_graph_answers_as_the_network_does(tmp_path, ahead):
    torch.manual_seed(1)
    config = TemporalConfig(**{**vars(CONFIG), "future_taps": ahead})
    model = TemporalModel(config).eval()
    frames = torch.randn(2, 40, config.input_features) * 0.5
    keypoints, extra = frames[..., :69].unflatten(-1, (23, 3)), frames[..., 69:]
    with torch.inference_mode():
        exact = model(keypoints, extra).numpy()
    to_onnx(model, {}, tmp_path / "anchored.onnx")
    answers = run_whole(onnx.load(str(tmp_path / "anchored.onnx")), frames.numpy())
    np.testing.assert_allclose(answers[:, config.receptive_field - 1 :], exact, atol=1e-5)
    integers = run_whole(int8_graph(model, frames.numpy()).model("integers", {}), frames.numpy())
    off = np.abs(integers[:, config.receptive_field - 1 :] - exact)
    # Bytes hold nearly all values; the few that they cut off, on noise, move an answer further.
    assert np.quantile(off, 0.99) <= 0.03
    assert off.max() <= 0.05
    strided = StridedTemporalModel(config).eval()
    strided.load_state_dict(model.state_dict())
    with torch.inference_mode():
        one = strided(keypoints[:, 5 : 5 + config.receptive_field], extra[:, 5 : 5 + config.receptive_field])
    np.testing.assert_allclose(one.numpy(), exact[:, [5]], atol=1e-5)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"anchors": (0,) * 20}, "for each of 21 joints"),
        ({"anchors": (23,) * 21}, "below 23"),
        ({"extra_features": 0}, "rays expected"),
    ],
)
def test_anchors_that_do_not_fit_are_refused(changes, error):
    with pytest.raises(ValueError, match=error):
        TemporalConfig(**{**vars(CONFIG), **changes})
