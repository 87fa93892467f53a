"""What is told of errors is what occurs on motion set aside."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from kinelift.datasets.mocap import is_set_aside
from kinelift.datasets.synthetic import synthetic_trials
from kinelift.lifting import load_network
from kinelift.training import error_calibration as calibration
from kinelift.training.checkpoint import load_checkpoint
from kinelift.training.clips import paired_model
from kinelift.training.error_calibration import error_calibration, fit_calibration, set_aside_for
from kinelift.training.exporting import export_checkpoint
from kinelift.training.presets import DEBUG
from kinelift.training.run import StagedEngine, run

TRIALS = [
    replace(trial, trial=name)
    for trial, name in zip(synthetic_trials(3), ("07_01", "07_02", "14_11"), strict=False)
]
SMALL = replace(DEBUG, name="small", synthetic=False, epochs=1)


@pytest.fixture(autouse=True)
def few_clips(monkeypatch):
    monkeypatch.setattr(calibration, "_CLIPS", 40)


@given(scale=st.floats(0.3, 3.0), power=st.floats(0.5, 2.0), seed=st.integers(0, 99))
def test_scale_and_power_of_exponential_errors_are_found(scale, power, seed):
    rng = np.random.default_rng(seed)
    answered = np.exp(rng.normal(np.log(0.06), 0.6, 60_000))
    errors = rng.exponential(scale * answered**power)
    found_scale, found_power = fit_calibration(answered, errors)
    assert found_power == pytest.approx(power, abs=0.05)
    assert found_scale * 0.06**found_power == pytest.approx(scale * 0.06**power, rel=0.03)


@given(seed=st.integers(0, 99))
def test_each_tenth_of_what_is_told_has_the_mean_that_occurs(seed):
    rng = np.random.default_rng(seed)
    answered = np.exp(rng.normal(-3, 0.8, 50_000)).astype(np.float32)
    # Surer than it should be, and never better than a few centimetres: no power law.
    errors = rng.exponential(0.02 + 1.4 * answered**0.8).astype(np.float32)
    scale, power = fit_calibration(answered, errors)
    told = scale * answered**power
    for tenth in np.array_split(np.argsort(told), 10):
        assert told[tenth].mean() == pytest.approx(errors[tenth].mean(), rel=0.15)


def test_what_is_told_truly_stays_and_what_is_all_alike_is_scaled():
    rng = np.random.default_rng(0)
    answered = np.exp(rng.normal(-3, 0.5, 400_000))
    assert fit_calibration(answered, rng.exponential(answered)) == pytest.approx((1.0, 1.0), abs=0.05)
    scale, power = fit_calibration(np.full(1000, 0.1), np.full(1000, 0.2))
    assert (scale, power) == (pytest.approx(2.0), 1.0)


def test_doubt_that_says_nothing_keeps_a_power_in_bounds():
    rng = np.random.default_rng(0)
    answered = np.exp(rng.normal(-3, 0.5, 5000))
    scale, power = fit_calibration(answered, 0.01 / answered)
    assert power == 0.25
    assert 0 < scale < 10


def test_trials_set_aside_are_seen_as_people_usually_are():
    rare = replace(SMALL.data, tilted=1.0, recombined=1.0, cameras=replace(SMALL.data.cameras, extreme=1.0))
    aside, plain = set_aside_for(replace(SMALL, data=rare), TRIALS), set_aside_for(SMALL, TRIALS)
    assert aside is not None
    assert plain is not None
    np.testing.assert_array_equal(aside.joints, plain.joints)
    head = aside.output_skeleton.index("head")
    assert (aside.targets[:, head, 1] < 0).mean() > 0.95


def test_trials_set_aside_are_always_the_same():
    aside = set_aside_for(SMALL, TRIALS)
    assert aside is not None
    frames = SMALL.model.receptive_field - 1 + SMALL.data.targets_per_clip
    assert aside.lengths.tolist() == [frames] * 40
    again = set_aside_for(SMALL, [trial for trial in TRIALS if is_set_aside(trial)])
    assert again is not None
    np.testing.assert_array_equal(aside.joints, again.joints)
    assert not np.array_equal(aside.joints[:100], StagedEngine(SMALL, TRIALS).epoch(0).joints[:100])


@pytest.mark.parametrize(
    ("config", "trials"),
    [
        (SMALL, TRIALS[:2]),
        (DEBUG, TRIALS),
        (replace(SMALL, clips=None), TRIALS),
    ],
)
def test_where_nothing_is_set_aside_or_told_nothing_is_changed(config, trials):
    assert set_aside_for(config, trials) is None
    model = paired_model(SMALL.model).dense().eval()
    assert error_calibration(model, None) == (1.0, 1.0)


def test_a_network_s_errors_on_what_was_set_aside_are_what_it_tells():
    torch.manual_seed(0)
    model = paired_model(SMALL.model).eval().dense()
    aside = set_aside_for(SMALL, TRIALS)
    assert aside is not None
    scale, power = error_calibration(model, aside)
    batches = calibration._answered_and_true(model, aside)
    answered, errors = (np.concatenate(each) for each in zip(*batches, strict=True))
    assert answered.shape == errors.shape == (40 * SMALL.data.targets_per_clip * 20,)
    assert (scale * answered**power).mean() == pytest.approx(errors.mean(), rel=0.1)


def test_a_run_leaves_it_in_the_checkpoint_the_model_and_the_card(tmp_path, monkeypatch):
    monkeypatch.setattr("kinelift.training.run.trials_for", lambda *_, **__: TRIALS)
    done = run(SMALL, None, tmp_path)
    found = load_checkpoint(done.checkpoint).error_calibration
    assert found != (1.0, 1.0)
    assert load_network(done.model).facts.error_calibration == found
    card = json.loads(done.card.read_text())
    assert tuple(card["error_calibration"]) == found
    assert "set aside for expected errors: 14_11" in card["split"]
    assert export_checkpoint(done.checkpoint, tmp_path / "again.onnx").error_calibration == found
    before = done.checkpoint.read_bytes(), done.model.read_bytes()
    run(SMALL, None, tmp_path)
    assert (done.checkpoint.read_bytes(), done.model.read_bytes()) == before
