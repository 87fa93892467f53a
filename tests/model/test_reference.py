"""The reference implementation's figures, from its own state dictionaries."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.lib.npyio import NpzFile

from kinelift.model import StridedTemporalModel, TemporalConfig, TemporalModel

GOLDEN = [f"temporal_{kind}" for kind in ("111_full", "333_full", "35_full", "333_causal", "333_dense")]


def golden_state(figures: NpzFile) -> dict[str, torch.Tensor]:
    return {
        name.removeprefix("state/"): torch.from_numpy(figures[name])
        for name in figures.files
        if name.startswith("state/")
    }


def difference(ours: torch.Tensor, golden: np.ndarray) -> float:
    """Measure as shared/golden/README.md does."""
    assert ours.shape == golden.shape
    return float(np.abs(ours.numpy() - golden).max() / max(1, np.abs(golden).max()))


@pytest.mark.parametrize("name", GOLDEN)
def test_the_dilated_network_gives_the_references_output(shared: Path, name: str):
    figures = np.load(shared / "golden" / f"{name}.npz")
    model = TemporalModel.from_reference_state(
        golden_state(figures), causal=bool(figures["causal"]), dense=bool(figures["dense"])
    )
    assert model.config.filter_widths == tuple(figures["arch"])
    assert model.config.receptive_field == figures["receptive_field"]
    with torch.no_grad():
        assert difference(model(torch.from_numpy(figures["input"])), figures["output_valid"]) < 1e-5


@pytest.mark.parametrize("name", [name for name in GOLDEN if not name.endswith("dense")])
def test_the_strided_network_gives_the_references_one_frame_output(shared: Path, name: str):
    figures = np.load(shared / "golden" / f"{name}.npz")
    model = StridedTemporalModel.from_reference_state(golden_state(figures), causal=bool(figures["causal"]))
    with torch.no_grad():
        output = model(torch.from_numpy(figures["input"][:, : model.config.receptive_field]))
    assert difference(output, figures["output_one_frame"]) < 1e-5


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (TemporalConfig(filter_widths=(3, 3)), 4_357_171),
        (TemporalConfig(filter_widths=(3, 3, 3)), 8_555_571),
        (TemporalConfig(filter_widths=(3, 3, 3, 3)), 12_753_971),
        (TemporalConfig(filter_widths=(3, 3, 3, 3, 3)), 16_952_371),
        (TemporalConfig(filter_widths=(1, 1, 1)), 4_291_635),
        (TemporalConfig(filter_widths=(1, 1, 1, 1, 1)), 8_494_131),
        (TemporalConfig(dense=True), 29_527_091),
        (TemporalConfig(joints_out=1), 8_506_371),
    ],
)
def test_parameters_count_as_the_paper_says(config: TemporalConfig, expected: int):
    with torch.device("meta"):
        model = TemporalModel(config)
    assert sum(parameter.numel() for parameter in model.parameters()) == expected


def small_reference_state() -> dict[str, torch.Tensor]:
    """Name and shape the tensors of a reference network of widths 3, 5 and 4 channels."""
    shapes: dict[str, tuple[int, ...]] = {
        "expand_conv.weight": (4, 34, 3),
        "layers_conv.0.weight": (4, 4, 5),
        "layers_conv.1.weight": (4, 4, 1),
        "shrink.weight": (51, 4, 1),
        "shrink.bias": (51,),
    }
    for norm in ("expand_bn", "layers_bn.0", "layers_bn.1"):
        shapes |= {f"{norm}.{part}": (4,) for part in ("weight", "bias", "running_mean", "running_var")}
        shapes[f"{norm}.num_batches_tracked"] = ()
    return {name: torch.ones(shape) for name, shape in shapes.items()}


def test_sizes_are_read_off_the_tensors():
    model = TemporalModel.from_reference_state(small_reference_state(), causal=True)
    config = model.config
    assert (config.filter_widths, config.channels, config.joints_in, config.joints_out) == ((3, 5), 4, 17, 17)
    assert config.look_ahead == 0
    assert not model.training


def test_a_missing_tensor_is_named():
    state = small_reference_state()
    del state["layers_bn.1.bias"]
    with pytest.raises(ValueError, match=r"missing layers_bn\.1\.bias"):
        TemporalModel.from_reference_state(state)


def test_an_unknown_tensor_is_named():
    with pytest.raises(ValueError, match=r"unknown model_pos.*'model_pos'"):
        TemporalModel.from_reference_state(small_reference_state() | {"model_pos": torch.ones(1)})


def test_a_tensor_of_odd_shape_is_named_with_both_shapes():
    state = small_reference_state() | {"layers_bn.1.bias": torch.ones(5)}
    with pytest.raises(ValueError, match=r"layers_bn\.1\.bias of shape \(4,\) expected, got \(5,\)"):
        TemporalModel.from_reference_state(state)


def test_a_dilated_network_taken_for_a_dense_one_is_an_error():
    state = small_reference_state() | {"layers_conv.0.weight": torch.ones(4, 4, 3)}
    with pytest.raises(ValueError, match=r"try dense=False"):
        TemporalModel.from_reference_state(state, dense=True)
