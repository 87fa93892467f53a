"""The paper's findings are put to the test end to end, here on motion made up by a formula."""

import importlib
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kinelift.datasets.studio_cameras import human36m_cameras
from kinelift.datasets.synthetic import synthetic_trials
from kinelift.geometry.projection import normalize_to_width, project

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
KEPT = ("single-frame", "full 81", "10 % semi-supervised", "10 % supervised", "27", "dense 27", "Hossain")


@pytest.fixture
def claims(monkeypatch):
    """Import the scripts, which find each other beside themselves."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    names = ("claims_findings", "claims_protocol", "claims_studio", "draw_claims", "paper_claims")
    yield tuple(importlib.import_module(name) for name in names)
    for name in [each for each in sys.modules if each.endswith("_claims") or each.startswith("claims_")]:
        del sys.modules[name]


def tiny(protocol_module):
    """Return the protocol with networks and budgets of next to nothing."""
    variants = tuple(
        replace(
            variant,
            channels=8,
            searched=variant.searched[:2],
            budget_seconds=0.01 if variant.budget_seconds else None,
        )
        for variant in protocol_module.VARIANTS
        if variant.name in KEPT
    )
    return protocol_module.Protocol(
        test_subjects=("synthetic0",),
        validation_subjects=("synthetic1",),
        labelled_subject="synthetic2",
        variants=variants,
        epoch_frames=64,
        batch_size=64,
    )


def test_every_run_is_made_once_and_reported(claims, tmp_path):
    _, protocol_module, _, draw_claims, paper_claims = claims
    protocol, trials = tiny(protocol_module), synthetic_trials(1)
    report = paper_claims.run_all(trials, protocol, tmp_path)
    assert len(report["runs"]) == len(KEPT) * 2
    names = {each["finding"] for each in report["findings"]}
    assert {"temporal beats single-frame", "semi-supervised beats supervised at 10 %"} <= names
    (tmp_path.glob("full*/seed_1/run.json").__next__()).unlink()
    again = paper_claims.run_all(trials, protocol, tmp_path)
    errors = [{(run["name"], run["seed"]): run["p1_mm"] for run in each["runs"]} for each in (report, again)]
    assert errors[0] == errors[1]
    drawn = draw_claims.page(again, again)
    assert "| full 81 |" in drawn
    assert "Not run yet" not in drawn
    missing = draw_claims.page({**again, "runs": again["runs"][1:]}, again)
    assert "Not run yet" in missing


def test_a_protocol_once_frozen_is_not_exchanged(claims, tmp_path):
    _, protocol_module, _, _, paper_claims = claims
    protocol = replace(tiny(protocol_module), variants=())
    paper_claims.run_all(synthetic_trials(1), protocol, tmp_path)
    with pytest.raises(ValueError, match="another protocol, which was frozen"):
        paper_claims.run_all(synthetic_trials(1), replace(protocol, seeds=(7,)), tmp_path)


def test_views_are_what_the_studios_cameras_see(claims):
    _, _, claims_studio, _, _ = claims
    views = claims_studio.filmed(synthetic_trials(1)[:1])
    assert {view.camera.name for view in views} == {camera.name for camera in human36m_cameras("S1")}
    for view in views:
        assert view.camera.lens is not None
        seen = normalize_to_width(
            project(view.camera.lens, view.joints.astype(float)), view.camera.image_size
        )
        assert np.allclose(view.keypoints, seen, atol=1e-4)
        heads, ankles = view.keypoints[:, 10, 1], view.keypoints[:, [3, 6], 1]
        assert (heads[:, None] < ankles).all()


def test_noise_is_as_large_as_it_says(claims):
    _, _, claims_studio, _, _ = claims
    views = claims_studio.filmed(synthetic_trials(1))
    noise = claims_studio.Noise(drift_sd_px=0.0, outliers=0.0)
    found = claims_studio.noisy(views, noise, seed=3)
    off = np.concatenate([b.keypoints - a.keypoints for a, b in zip(views, found, strict=True)]) * 500.0
    assert off.std() == pytest.approx(noise.jitter_sd_px, rel=0.02)


@pytest.mark.parametrize(
    ("factor", "verdict"), [(0.8, "yes"), (1.25, "no, the other way"), (1.0, "undecided")]
)
def test_a_finding_is_decided_by_its_interval(claims, factor, verdict):
    claims_findings, protocol_module, _, _, _ = claims
    rng = np.random.default_rng(0)
    takes = rng.uniform(40.0, 80.0, 30)

    def run(name, seed, scale):
        views = [
            {"take": str(take), "p1_mm": scale * error * rng.uniform(0.99, 1.01)}
            for take, error in enumerate(takes)
        ]
        return {"name": name, "seed": seed, "views": views}

    runs = [run(name, seed, scale) for name, scale in (("a", factor), ("b", 1.0)) for seed in (0, 1)]
    (found,) = claims_findings.findings([protocol_module.Comparison("?", "a", "b")], runs)
    assert found["comes_out"] == verdict
    assert found["change_percent"]["mean"] == pytest.approx(100.0 * (factor - 1.0), abs=1.0)
