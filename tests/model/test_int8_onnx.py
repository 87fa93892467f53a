"""Laws of the graph in integers: however a sequence is cut, it gives the same, and about what the network gives."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from kinelift.model import TemporalConfig, TemporalModel, causal, centred, fixed_lag
from kinelift.model.activation_ranges import ActivationRanges, activation_ranges
from kinelift.model.int8_onnx import LONG_RUN, int8_graph
from kinelift.model.integer_filters import IntegerFilter, integer_layers
from kinelift.model.run_whole import run_whole
from tests.model.networks import random_network, random_sequence, sizes
from tests.model.test_to_onnx import flat, one_thread_session, run_in_chunks, zero_states

WIDTHS = (3, 3, 3, 3)


def int8_model(model: TemporalModel) -> onnx.ModelProto:
    """Make a network's integers hold what a long random sequence brings about."""
    return int8_graph(model, flat(*random_sequence(model.config, 400))).model("int8", {})


def expected(model: TemporalModel, keypoints: torch.Tensor, extra: torch.Tensor | None) -> np.ndarray:
    with torch.no_grad():
        return model(keypoints, extra).numpy()


@settings(max_examples=12)
@given(sizes(dense=True), st.lists(st.integers(1, 2 * LONG_RUN), min_size=4, max_size=4))
def test_frame_by_frame_in_chunks_and_whole_give_the_very_same(drawn: dict[str, Any], cuts: list[int]):
    config = TemporalConfig(**drawn)
    model = random_network(config)
    frames = config.receptive_field + 2 * LONG_RUN
    x = flat(*random_sequence(config, frames))
    session = one_thread_session(int8_model(model).SerializeToString())
    whole, *others = (
        run_in_chunks(session, x, lengths)[:, config.receptive_field - 1 :]
        for lengths in ([frames], [1] * frames, [*cuts, max(1, frames - sum(cuts))])
    )
    for other in others:
        np.testing.assert_array_equal(other, whole)


@pytest.mark.parametrize("future_taps", [centred(WIDTHS), causal(WIDTHS), fixed_lag(WIDTHS, 4), (0, 2, 1, 2)])
def test_short_runs_follow_long_ones(future_taps: tuple[int, ...]):
    model = random_network(TemporalConfig(2, 2, filter_widths=WIDTHS, channels=6, future_taps=future_taps))
    x = flat(*random_sequence(model.config, 400))
    session = one_thread_session(int8_model(model).SerializeToString())
    whole, *others = (
        run_in_chunks(session, x, lengths)[:, 80:]
        for lengths in (
            [400],
            [LONG_RUN, 1, 1, 26, 27, 28, 200, 3, 50],
            [*[1] * 40, LONG_RUN, *[1] * 40, LONG_RUN + 1, LONG_RUN - 1, 128],
            [LONG_RUN] * 6 + [16],
        )
    )
    for other in others:
        np.testing.assert_array_equal(other, whole)


@pytest.mark.parametrize("dense", [False, True])
def test_poses_are_about_those_of_the_network(dense: bool):
    model = random_network(TemporalConfig(4, 4, filter_widths=(3, 3, 3), channels=64, dense=dense))
    keypoints, extra = random_sequence(model.config, 400)
    poses = run_whole(int8_model(model), flat(keypoints, extra))[:, 26:]
    exact = expected(model, keypoints, extra)
    assert np.abs(poses - exact).mean() < 0.03 * np.abs(exact).mean()


def test_states_are_bytes_and_sums_and_may_be_written_in_place():
    late = fixed_lag(WIDTHS, 13)
    model = random_network(TemporalConfig(2, 2, filter_widths=WIDTHS, channels=6, future_taps=late))
    x = flat(*random_sequence(model.config, 120))
    session = one_thread_session(int8_model(model).SerializeToString())
    zeros = zero_states(session, batch=2, longest=3)
    assert {state.dtype.name for name, state in zeros.items() if name.endswith("ahead")} == {"int32"}
    assert zeros["state_3_history"].dtype == np.uint8
    binding = session.io_binding()
    for name, state in zeros.items():
        value = onnxruntime.OrtValue.ortvalue_from_numpy(state)
        binding.bind_ortvalue_input(name, value)
        binding.bind_ortvalue_output(f"{name}_out", value)
    outputs = []
    for start in range(0, 120, 3):
        binding.bind_cpu_input("x", np.ascontiguousarray(x[:, start : start + 3]))
        binding.bind_output("y")
        session.run_with_iobinding(binding)
        outputs.append(binding.get_outputs()[-1].numpy())
    whole = run_in_chunks(session, x, [120])
    np.testing.assert_array_equal(np.concatenate(outputs, axis=1)[:, 80:], whole[:, 80:])


def test_values_beyond_those_seen_are_cut_off_and_nothing_turns_over():
    model = random_network(TemporalConfig(2, 2, filter_widths=(3, 3), channels=16))
    seen, far = flat(*random_sequence(model.config, 400)), 50 * flat(*random_sequence(model.config, 100))
    shrink = integer_layers(model, activation_ranges(model, seen)).shrink
    reached = (255 * np.abs(shrink.matrix.astype(float)).sum(0) + np.abs(shrink.bias)) * shrink.scale
    assert np.abs(run_whole(int8_model(model), far)[:, 8:]).max() <= reached.reshape(2, -1).sum(0).max()


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1), st.sampled_from([1, 2, 7]), st.floats(1e-3, 1e3))
def test_products_of_two_neighbours_fit_16_bits(seed: int, channels: int, scale: float):
    rng = np.random.default_rng(seed)
    config = TemporalConfig(1, 1, filter_widths=(3, 3), channels=channels)
    model = random_network(config)
    with torch.no_grad():
        for name, weights in model.named_parameters():
            if name.endswith("weight") and weights.ndim == 3:
                weights.mul_(torch.from_numpy(scale * rng.standard_cauchy(weights.shape)))
    for filters in _filters(model):
        pairs = np.abs(filters.matrix.astype(int))
        pairs[1:] += np.abs(filters.matrix.astype(int))[:-1]
        assert 255 * pairs.max() <= 2**15 - 1


def test_the_last_filter_s_two_digits_are_its_weights_in_steps_that_reach_beyond_the_ranges():
    model = random_network(TemporalConfig(2, 2, filter_widths=(3, 3), channels=32))
    ranges = activation_ranges(model, flat(*random_sequence(model.config, 200)))
    shrink = integer_layers(model, ranges).shrink
    metres = (shrink.matrix * shrink.scale).reshape(32, 2, -1).sum(1)
    steps = metres / model.shrink.weight.detach().numpy().T
    np.testing.assert_allclose(
        steps, np.broadcast_to(np.median(steps, 1, keepdims=True), steps.shape), rtol=0.1
    )
    assert (255 * np.median(steps, 1) >= 0.99 * ranges.stream).all()
    bias = (shrink.bias * shrink.scale).reshape(2, -1).sum(0)
    np.testing.assert_allclose(bias, model.shrink.bias.detach().numpy(), atol=1e-5)


def test_levelled_answers_have_the_network_s_mean():
    model = random_network(TemporalConfig(2, 2, filter_widths=(3, 3), channels=8))
    x = flat(*random_sequence(model.config, 400))
    rows = run_whole(int8_graph(model, x).model("integers", {}), x)[:, model.config.receptive_field - 1 :]
    with torch.inference_mode():
        exact = model(torch.from_numpy(x).unflatten(2, (2, -1))).numpy()
    assert np.abs(rows - exact).mean() > 1e-4
    np.testing.assert_allclose(rows.mean((0, 1)), exact.mean((0, 1)), atol=0.1 * np.abs(rows - exact).mean())


def test_silent_channels_have_steps_too():
    model = random_network(TemporalConfig(2, 2, filter_widths=(3, 3), channels=4))
    zeros = np.zeros(4, np.float32)
    silent = ActivationRanges(zeros, zeros, (zeros,))
    layers = integer_layers(model, silent)
    for filters in (*layers.over_time, *layers.over_channels, layers.shrink):
        assert np.isfinite(filters.scale).all()
        assert (filters.scale > 0).all()


def _filters(model: TemporalModel) -> tuple[IntegerFilter, ...]:
    layers = integer_layers(model, activation_ranges(model, flat(*random_sequence(model.config, 60))))
    return (*layers.over_time, *layers.over_channels, layers.shrink)
