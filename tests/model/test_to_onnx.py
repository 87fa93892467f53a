"""Laws of the exported graph: however a sequence is cut, it gives what the network gives."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from kinelift.model import (
    StridedTemporalModel,
    TemporalConfig,
    TemporalModel,
    causal,
    centred,
    fixed_lag,
    to_onnx,
)
from tests.model.networks import random_network, random_sequence, sizes

TYPES = {"tensor(float)": np.float32, "tensor(uint8)": np.uint8, "tensor(int32)": np.int32}


def open_graph(model: TemporalModel | StridedTemporalModel) -> onnxruntime.InferenceSession:
    with tempfile.TemporaryDirectory() as folder:
        to_onnx(model, {}, Path(folder) / "model.onnx")
        return one_thread_session((Path(folder) / "model.onnx").read_bytes())


def one_thread_session(file: bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])


def zero_states(session: onnxruntime.InferenceSession, batch: int, longest: int) -> dict[str, np.ndarray]:
    """Read the states' shapes off the graph: an axis "time + k" needs k more frames than the longest run."""
    states: dict[str, np.ndarray] = {}
    for port in session.get_inputs()[1:]:
        if port.name == "clock":
            states["clock"] = np.zeros(1, dtype=np.int64)
        else:
            _, length, channels = port.shape
            frames = longest + int(length.removeprefix("time + "))
            states[port.name] = np.zeros((batch, frames, channels), dtype=TYPES[port.type])
    return states


def run_in_chunks(session: onnxruntime.InferenceSession, x: np.ndarray, lengths: Iterable[int]) -> np.ndarray:
    """Feed a sequence in runs of these lengths, the last one cut short."""
    lengths = list(lengths)
    states = zero_states(session, len(x), max(lengths))
    names = [port.name for port in session.get_outputs()]
    outputs, start = [], 0
    for length in lengths:
        arrays = session.run(names, {"x": x[:, start : start + length], **states})
        results = {name: np.asarray(array) for name, array in zip(names, arrays, strict=True)}
        outputs.append(results["y"])
        states = {name: results[f"{name}_out"] for name in states}
        start += length
    assert start >= x.shape[1]
    return np.concatenate(outputs, axis=1)


def flat(keypoints: torch.Tensor, extra: torch.Tensor | None) -> np.ndarray:
    frames = [keypoints.flatten(2)] if extra is None else [keypoints.flatten(2), extra]
    return torch.cat(frames, dim=2).numpy()


def assert_poses_equal(
    ours: np.ndarray, model: TemporalModel, keypoints: torch.Tensor, extra: torch.Tensor | None
) -> None:
    """Compare from the first pose on; output t is the pose of frame t - look_ahead."""
    with torch.no_grad():
        expected = model(keypoints, extra).numpy()
    np.testing.assert_allclose(ours[:, model.config.receptive_field - 1 :], expected, rtol=1e-4, atol=1e-5)


@settings(max_examples=12)
@given(sizes(dense=True), st.lists(st.integers(1, 70), min_size=4, max_size=4))
def test_frame_by_frame_in_chunks_and_whole_give_the_same(drawn: dict[str, Any], cuts: list[int]):
    config = TemporalConfig(**drawn)
    model = random_network(config)
    frames = config.receptive_field + 40
    keypoints, extra = random_sequence(config, frames)
    x, session = flat(keypoints, extra), open_graph(model)
    chunks = [*cuts, max(1, frames - sum(cuts))]
    for lengths in ([frames], [1] * frames, chunks):
        assert_poses_equal(run_in_chunks(session, x, lengths), model, keypoints, extra)


WIDTHS = (3, 3, 3, 3)


@pytest.mark.parametrize("future_taps", [centred(WIDTHS), causal(WIDTHS), fixed_lag(WIDTHS, 4), (0, 2, 1, 2)])
def test_blocks_longer_than_a_run_and_runs_longer_than_a_block_agree(future_taps: tuple[int, ...]):
    model = random_network(TemporalConfig(2, 2, filter_widths=WIDTHS, channels=5, future_taps=future_taps))
    keypoints, extra = random_sequence(model.config, 200)
    x, session = flat(keypoints, extra), open_graph(model)
    for lengths in ([200], [1] * 200, [50, 1, 1, 26, 27, 28, 67]):
        assert_poses_equal(run_in_chunks(session, x, lengths), model, keypoints, extra)


def test_states_may_be_written_in_place():
    late = fixed_lag(WIDTHS, 13)
    model = random_network(TemporalConfig(2, 2, filter_widths=WIDTHS, channels=5, future_taps=late))
    keypoints, extra = random_sequence(model.config, 120)
    x, session = flat(keypoints, extra), open_graph(model)
    binding = session.io_binding()
    states = {
        name: onnxruntime.OrtValue.ortvalue_from_numpy(zeros)
        for name, zeros in zero_states(session, batch=2, longest=3).items()
    }
    for name, state in states.items():
        binding.bind_ortvalue_input(name, state)
        binding.bind_ortvalue_output(f"{name}_out", state)
    outputs = []
    for start in range(0, 120, 3):
        binding.bind_cpu_input("x", np.ascontiguousarray(x[:, start : start + 3]))
        binding.bind_output("y")
        session.run_with_iobinding(binding)
        outputs.append(binding.get_outputs()[-1].numpy())
    assert_poses_equal(np.concatenate(outputs, axis=1), model, keypoints, extra)


def test_a_start_from_zeros_forgets_what_was_before():
    model = random_network(TemporalConfig(2, 2, channels=5, future_taps=causal((3, 3, 3))))
    keypoints, extra = random_sequence(model.config, 60)
    x, session = flat(keypoints, extra), open_graph(model)
    # Another stream's rows stay in the rings, far from zero, and the clock stands anywhere.
    zeros = zero_states(session, batch=2, longest=60)
    states = {name: np.full_like(array, 7) for name, array in zeros.items()}
    poses = np.asarray(session.run(["y"], {"x": x, **states})[0])
    assert_poses_equal(poses, model, keypoints, extra)


def test_the_strided_twin_exports_the_same_file(tmp_path: Path):
    dilated = random_network(TemporalConfig(2, 2, channels=5))
    strided = StridedTemporalModel(dilated.config)
    strided.load_state_dict(dilated.state_dict())
    to_onnx(dilated, {"a": "b"}, tmp_path / "dilated.onnx")
    to_onnx(strided, {"a": "b"}, tmp_path / "strided.onnx")
    assert (tmp_path / "dilated.onnx").read_bytes() == (tmp_path / "strided.onnx").read_bytes()


def test_facts_travel_in_the_file_and_nothing_is_left_beside_it(tmp_path: Path):
    facts = {"licence": "CC0", "fps": "25"}
    to_onnx(random_network(TemporalConfig(2, 2, channels=5)), facts, tmp_path / "m.onnx")
    assert [path.name for path in tmp_path.iterdir()] == ["m.onnx"]
    properties = onnx.load(tmp_path / "m.onnx").metadata_props
    assert {entry.key: entry.value for entry in properties} == facts


def test_a_failed_export_leaves_the_old_file(tmp_path: Path):
    (tmp_path / "m.onnx").mkdir()
    with pytest.raises(ValueError, match=r"m\.onnx: is a folder"):
        to_onnx(random_network(TemporalConfig(2, 2, channels=5)), {}, tmp_path / "m.onnx")
    assert [path.name for path in tmp_path.iterdir()] == ["m.onnx"]
