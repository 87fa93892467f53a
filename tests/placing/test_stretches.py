"""Placing a stretch at a time, against placing the whole clip."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kinelift.body import H36M_17
from kinelift.body.rows import stretches
from kinelift.geometry import tally
from kinelift.passes import MemoryScratch
from kinelift.passes.steadying import steady_root
from kinelift.placing import fit_bones, infill, steady_depth
from kinelift.placing.depth import steady_path_of
from kinelift.placing.fitting import BoneFit
from kinelift.placing.gaps import infill_stretch
from tests.placing.test_placing import bodies


@given(st.lists(st.booleans(), min_size=1, max_size=60).filter(any), st.integers(1, 9))
def test_gaps_are_bridged_as_in_the_whole_clip_however_far_their_ends_are(known, most):
    known = np.array(known)
    values = np.where(known[:, None], np.random.default_rng(0).normal(size=(len(known), 2)), np.nan)
    parts = [infill_stretch(values, known[part], known, part.start) for part in stretches(len(known), most)]
    np.testing.assert_array_equal(np.concatenate(parts), infill(values, known))


def test_a_gap_longer_than_what_is_searched_at_a_time_is_bridged(monkeypatch):
    monkeypatch.setattr("kinelift.placing.gaps.SEARCHED_FRAMES", 7)
    known = np.zeros(100, bool)
    known[[3, 90]] = True
    values = np.where(known, np.arange(100.0), np.nan)[:, None]
    np.testing.assert_allclose(infill_stretch(values, known[40:50], known, 40)[:, 0], np.arange(40, 50))


def test_bones_fitted_bit_by_bit_are_the_clips(monkeypatch):
    joints = bodies(30) * np.linspace(0.9, 1.1, 30)[:, None, None]
    whole = fit_bones(joints, np.ones(30, bool), H36M_17)
    for exact_numbers, tolerance in ((1000, 0.0), (5, 5e-5)):
        monkeypatch.setattr(tally, "EXACT_NUMBERS", exact_numbers)
        fit = BoneFit(H36M_17)
        for part in stretches(30, 7):
            fit.add(joints[part])
        assert fit.frames == 30
        np.testing.assert_allclose(fit.lengths(), whole, rtol=tolerance)


@given(
    st.integers(0, 2**32 - 1), st.integers(20, 300), st.integers(11, 90), st.sampled_from([10.0, 30.0, 100.0])
)
def test_depth_is_steadied_as_in_the_whole_clip(seed, frames, most, fps):
    random = np.random.default_rng(seed)
    depth = 4.0 * np.exp(np.cumsum(random.normal(0, 0.02, frames)) + random.normal(0, 0.05, frames))
    trust = np.where(random.random(frames) < 0.2, 0.0, random.uniform(0.2, 1.0, frames))
    trust[random.integers(frames)] = 1.0
    root = np.where(trust[:, None] > 0, np.stack([0.1 * depth, 0 * depth, depth], -1), np.nan)
    steady = steady_root(root, trust, fps, MemoryScratch(), most)[:]
    whole = steady_path_of(steady_depth(root, trust, fps), trust, fps)
    np.testing.assert_allclose(steady, whole, rtol=1e-9)
