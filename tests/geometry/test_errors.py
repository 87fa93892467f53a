"""The error measures obey the laws their names promise."""

import subprocess
import sys

import numpy as np
import pytest
import torch
from hypothesis import given

from kinelift.geometry import (
    aligned_errors,
    mpjpe,
    mpjve,
    n_mpjpe,
    p_mpjpe,
    position_errors,
    quaternion_to_matrix,
    scaled_errors,
    velocity_errors,
    weighted_mpjpe,
)
from tests.geometry.drawing import BATCHES, SEEDS, deviation, points, quaternions

MEASURES = [mpjpe, n_mpjpe, p_mpjpe, mpjve]


@given(SEEDS, BATCHES)
def test_p_mpjpe_does_not_see_a_similarity(seed, batch):
    predicted, target = points(seed, *batch, 3, 17, 3), points(seed + 1, *batch, 3, 17, 3)
    scale = np.random.default_rng(seed).uniform(0.1, 5.0, (*batch, 3, 1, 1))
    rotation, offset = quaternion_to_matrix(quaternions(seed, *batch, 3)), points(seed, *batch, 3, 1, 3)
    moved = scale * predicted @ rotation.swapaxes(-1, -2) + offset
    assert deviation(aligned_errors(moved, target), aligned_errors(predicted, target)) < 1e-9
    exact = scale * target @ rotation.swapaxes(-1, -2) + offset
    assert deviation(aligned_errors(exact, target), np.zeros(target.shape[:-1])) < 1e-9


@given(SEEDS, BATCHES)
def test_n_mpjpe_does_not_see_a_scale(seed, batch):
    predicted, target = points(seed, *batch, 3, 17, 3), points(seed + 1, *batch, 3, 17, 3)
    scale = np.random.default_rng(seed).uniform(0.1, 5.0, (*batch, 3, 1, 1))
    assert deviation(scaled_errors(scale * predicted, target), scaled_errors(predicted, target)) < 1e-9
    assert deviation(scaled_errors(scale * target, target), np.zeros(target.shape[:-1])) < 1e-9


@given(SEEDS, BATCHES)
def test_mpjve_does_not_see_a_constant_offset(seed, batch):
    predicted, target = points(seed, *batch, 4, 17, 3), points(seed + 1, *batch, 4, 17, 3)
    offset = points(seed + 2, *batch, 1, 17, 3)
    assert deviation(velocity_errors(predicted + offset, target), velocity_errors(predicted, target)) < 1e-12
    steps = np.diff(predicted, axis=-3) - np.diff(target, axis=-3)
    assert deviation(velocity_errors(predicted, target), np.linalg.norm(steps, axis=-1)) < 1e-12


@pytest.mark.parametrize("measure", MEASURES)
def test_a_perfect_prediction_has_no_error(measure):
    target = points(0, 6, 17, 3)
    assert float(measure(target, target)) < 1e-12


def test_mpjpe_is_a_mean_of_distances():
    target = points(0, 5, 17, 3)
    assert float(mpjpe(target + np.array([3.0, 0.0, 4.0]), target)) == pytest.approx(5.0)
    assert position_errors(target, target).shape == (5, 17)


def test_weights_of_one_change_nothing_and_of_zero_silence_a_joint():
    predicted, target = points(0, 5, 17, 3), points(1, 5, 17, 3)
    assert float(weighted_mpjpe(predicted, target, np.ones(17))) == pytest.approx(
        float(mpjpe(predicted, target))
    )
    weights, wild = np.ones((5, 17)), predicted.copy()
    weights[2, 3], wild[2, 3] = 0.0, 1e6
    assert float(weighted_mpjpe(wild, target, weights)) == pytest.approx(
        float(weighted_mpjpe(predicted, target, weights))
    )


@pytest.mark.parametrize("measure", MEASURES)
def test_shapes_that_differ_are_an_error_and_never_broadcast(measure):
    text = r"the same shape expected, got \(5, 17, 3\) and \(1, 17, 3\)\. Bring both to the same frames"
    with pytest.raises(ValueError, match=text):
        measure(points(0, 5, 17, 3), points(1, 1, 17, 3))


def test_one_frame_has_no_velocity():
    with pytest.raises(ValueError, match=r"at least 2 frames expected, got \(1, 17, 3\)"):
        mpjve(points(0, 1, 17, 3), points(1, 1, 17, 3))


@pytest.mark.parametrize("collapsed", [0.0, 1.5])
@pytest.mark.parametrize("measure", MEASURES)
def test_a_collapsed_pose_has_a_finite_error(measure, collapsed):
    target = points(0, 5, 17, 3)
    assert np.isfinite(measure(np.full_like(target, collapsed), target))
    assert np.isfinite(measure(target, np.full_like(target, collapsed)))


@pytest.mark.parametrize("measure", MEASURES)
def test_torch_gives_what_numpy_gives_and_gradients(measure):
    predicted = torch.tensor(points(0, 2, 6, 17, 3), requires_grad=True)
    target = torch.tensor(points(1, 2, 6, 17, 3))
    error = measure(predicted, target)
    assert error.shape == ()
    assert deviation(error.detach(), measure(predicted.detach().numpy(), target.numpy())) < 1e-12
    error.backward()
    assert predicted.grad is not None
    assert torch.isfinite(predicted.grad).all()
    assert predicted.grad.abs().sum() > 0


def test_gradients_of_the_aligned_error_are_those_of_finite_differences():
    predicted, target = torch.tensor(points(0, 4, 3), requires_grad=True), torch.tensor(points(1, 4, 3))
    assert torch.autograd.gradcheck(lambda p: p_mpjpe(p, target), predicted)


def test_a_joint_without_error_has_a_finite_gradient():
    target = torch.tensor(points(0, 3, 17, 3))
    predicted = target.clone().requires_grad_()
    mpjpe(predicted, target).backward()
    assert predicted.grad is not None
    assert torch.isfinite(predicted.grad).all()


def test_numpy_users_never_import_torch():
    script = (
        "import sys, numpy as np, kinelift.geometry as g, kinelift.evaluation as e\n"
        "x = np.ones((3, 17, 3)); e.p_mpjpe(x, x); g.shortest_arc(x, -x)\n"
        "assert 'torch' not in sys.modules and 'cv2' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
