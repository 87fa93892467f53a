"""Laws of the dilated network and its strided twin."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from kinelift.model import StridedTemporalModel, TemporalConfig, TemporalModel, causal, centred, fixed_lag
from kinelift.model.temporal_layers import FilterLayer, ResidualBlock
from tests.model.networks import random_network, random_sequence, sizes


def naive_filter(layer: FilterLayer, taps: list[torch.Tensor]) -> torch.Tensor:
    """Filter one frame: a vector for each tap, batch norm and ReLU spelled out."""
    total = sum(layer.weight[:, tap] @ values for tap, values in enumerate(taps))
    norm = layer.norm
    assert norm.running_mean is not None
    assert norm.running_var is not None
    scaled = (total - norm.running_mean) / torch.sqrt(norm.running_var + norm.eps)
    return torch.clamp(scaled * norm.weight + norm.bias, min=0)


def naive_pose(model: TemporalModel, frames: torch.Tensor, now: int) -> torch.Tensor:
    """Follow one output frame down to its inputs, each layer asking the one below for the frames it needs."""
    config = model.config

    def hidden(layer: int, time: int) -> torch.Tensor:
        if layer < 0:
            return frames[time]
        width, ahead, dilation = (
            of[layer] for of in (config.filter_widths, config.taps_ahead, config.dilations)
        )
        first, last = time - (width - 1 - ahead) * dilation, time + ahead * dilation
        times = range(first, last + 1, 1 if config.dense else dilation)
        taps = [hidden(layer - 1, tap) for tap in times]
        if layer == 0:
            return naive_filter(model.expand, taps)
        block = model.blocks[layer - 1]
        assert isinstance(block, ResidualBlock)
        filtered = naive_filter(block.over_channels, [naive_filter(block.over_time, taps)])
        return hidden(layer - 1, time) + filtered

    top = hidden(len(config.filter_widths) - 1, now)
    return (model.shrink.weight @ top + model.shrink.bias).reshape(config.joints_out, 3)


@settings(max_examples=10)
@given(sizes(dense=True))
def test_the_network_does_what_a_naive_loop_does(drawn: dict[str, Any]):
    config = TemporalConfig(**drawn)
    model = random_network(config)
    keypoints, extra = random_sequence(config, config.receptive_field + 1, batch=1)
    flat = keypoints if extra is None else torch.cat([keypoints.flatten(2), extra], dim=2)
    with torch.no_grad():
        poses = model(keypoints, extra)
        expected = naive_pose(model, flat[0].flatten(1), config.past + 1)
    assert poses.shape == (1, 2, config.joints_out, 3)
    torch.testing.assert_close(poses[0, 1], expected, rtol=1e-4, atol=1e-5)


@given(sizes())
def test_strided_equals_dilated(drawn: dict[str, Any]):
    config = TemporalConfig(**drawn)
    dilated, strided = random_network(config), StridedTemporalModel(config).eval()
    strided.load_state_dict(dilated.state_dict())
    keypoints, extra = random_sequence(config, config.receptive_field)
    with torch.no_grad():
        torch.testing.assert_close(strided(keypoints, extra), dilated(keypoints, extra), rtol=1e-4, atol=1e-5)


@given(sizes(dense=True))
def test_an_output_sees_its_receptive_field_and_nothing_else(drawn: dict[str, Any]):
    config = TemporalConfig(**drawn)
    model = random_network(config)
    keypoints, extra = random_sequence(config, config.receptive_field + 2, batch=1)
    keypoints.requires_grad_()
    model(keypoints, extra)[0, 1].sum().backward()
    assert keypoints.grad is not None
    seen = keypoints.grad[0].flatten(1).abs().sum(1) > 0
    assert not seen[0]
    assert not seen[-1]


@given(sizes())
def test_past_future_and_present_make_the_receptive_field(drawn: dict[str, Any]):
    config = TemporalConfig(**drawn)
    assert config.past + 1 + config.look_ahead == config.receptive_field


@given(st.integers(0, 4))
def test_a_fixed_lag_network_is_blind_past_its_look_ahead(centred_layers: int):
    widths = (3, 3, 3, 3)
    look_ahead = (0, 1, 4, 13, 40)[centred_layers]
    config = TemporalConfig(1, 1, filter_widths=widths, channels=4, future_taps=fixed_lag(widths, look_ahead))
    assert config.look_ahead == look_ahead
    model = random_network(config)
    keypoints, _ = random_sequence(config, 90)
    changed = keypoints.clone()
    now = config.past + 3
    changed[:, now + look_ahead + 1 :] += 1
    with torch.no_grad():
        before, after = model(keypoints)[:, :4], model(changed)[:, :4]
    torch.testing.assert_close(before, after, rtol=0, atol=0)


def test_a_causal_network_is_blind_to_the_future():
    config = TemporalConfig(2, 1, filter_widths=(3, 5), channels=4, future_taps=causal((3, 5)))
    assert (config.look_ahead, config.past) == (0, 14)
    model = random_network(config)
    keypoints, _ = random_sequence(config, 30)
    changed = keypoints.clone()
    changed[:, 20:] += 1
    with torch.no_grad():
        before, after = model(keypoints), model(changed)
    torch.testing.assert_close(before[:, : 20 - 14], after[:, : 20 - 14], rtol=0, atol=0)
    assert not torch.equal(before[:, 20 - 14], after[:, 20 - 14])


def test_the_paper_s_243_frames_look_121_ahead():
    config = TemporalConfig(filter_widths=(3, 3, 3, 3, 3))
    assert (config.receptive_field, config.look_ahead, config.past) == (243, 121, 121)
    assert config.dilations == (1, 3, 9, 27, 81)
    assert centred((3, 5)) == (1, 2)


def test_both_networks_learn_under_bfloat16():
    config = TemporalConfig(2, 2, filter_widths=(3, 3), channels=8)
    keypoints, _ = random_sequence(config, 9)
    for model in (TemporalModel(config), StridedTemporalModel(config)):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            poses = model(keypoints)
        poses.sum().backward()
        assert poses.dtype == torch.float32
        assert all(parameter.grad is not None for parameter in model.parameters())


def test_batch_norm_momentum_reaches_every_layer():
    model = TemporalModel(TemporalConfig(1, 1, channels=2))
    model.set_batch_norm_momentum(0.003)
    momenta = [module.momentum for module in model.modules() if isinstance(module, torch.nn.BatchNorm1d)]
    assert momenta == [0.003] * 5


def test_a_look_ahead_that_cannot_be_had_lists_those_that_can():
    with pytest.raises(ValueError, match=r"choose one of 0, 1, 4, 13, 40\."):
        fixed_lag((3, 3, 3, 3), 12)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"filter_widths": (3, 4)}, r"filter_widths: odd numbers"),
        ({"future_taps": (1, 1)}, r"future_taps: one for each of the 3"),
        ({"future_taps": (1, 1, 3)}, r"future_taps: 0 to 2 expected for a filter of width 3, got 3"),
        ({"channels": 0}, r"channels: at least 1 expected, got 0"),
        ({"dropout": 1.0}, r"dropout: at least 0 and below 1"),
    ],
)
def test_a_wrong_config_says_what_is_wrong(wrong: dict, message: str):
    with pytest.raises(ValueError, match=message):
        TemporalConfig(**wrong)


def test_a_sequence_too_short_says_how_to_pad_it():
    model = TemporalModel(TemporalConfig(1, 1, channels=2))
    with pytest.raises(ValueError, match=r"at least 27 frames .* got 26\. Repeat the first frame 13"):
        model(torch.zeros(1, 26, 1, 2))


def test_a_window_too_long_for_the_strided_network_names_the_other():
    model = StridedTemporalModel(TemporalConfig(1, 1, channels=2))
    with pytest.raises(ValueError, match=r"exactly 27 frames .* got 28\. TemporalModel"):
        model(torch.zeros(1, 28, 1, 2))


def test_a_wrong_joint_count_gives_both_shapes():
    with pytest.raises(ValueError, match=r"\(batch, time, 17, 2\) expected, got \(1, 27, 16, 2\)"):
        TemporalModel(TemporalConfig(channels=2))(torch.zeros(1, 27, 16, 2))


def test_missing_extra_features_are_asked_for():
    with pytest.raises(ValueError, match=r"extra: \(1, 27, 4\) expected beside these keypoints, got none"):
        TemporalModel(TemporalConfig(channels=2, extra_features=4))(torch.zeros(1, 27, 17, 2))


def test_a_dense_network_cannot_stride():
    with pytest.raises(ValueError, match=r"dense: .* train a dense network with TemporalModel"):
        StridedTemporalModel(TemporalConfig(channels=2, dense=True))
