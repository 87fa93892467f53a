"""The reported measures are the paper's."""

import numpy as np
import pytest
import torch

from kinelift.evaluation import metrics
from tests.geometry.drawing import deviation


@pytest.mark.parametrize("library", [np.asarray, torch.as_tensor])
@pytest.mark.parametrize("name", ["mpjpe", "p_mpjpe", "n_mpjpe", "mpjve", "weighted_mpjpe"])
def test_golden_metrics(shared, name, library):
    golden = np.load(shared / "golden" / "metrics.npz")
    arguments = ("predicted", "target", "weights") if name == "weighted_mpjpe" else ("predicted", "target")
    measured = getattr(metrics, name)(*(library(golden[key]) for key in arguments))
    assert measured.shape == ()
    assert deviation(measured, golden[name]) < 1e-6


def test_measures_are_in_the_unit_of_their_arguments():
    metres = np.random.default_rng(0).normal(size=(2, 9, 17, 3))
    for measure in (metrics.mpjpe, metrics.p_mpjpe, metrics.n_mpjpe, metrics.mpjve):
        millimetres = measure(metres[0] * 1000.0, metres[1] * 1000.0)
        assert float(millimetres) == pytest.approx(1000.0 * float(measure(metres[0], metres[1])))
