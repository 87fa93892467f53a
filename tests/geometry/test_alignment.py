"""The best similarity is found, is proper, and exists for every input."""

import numpy as np
import pytest
import torch
from hypothesis import given

from kinelift.geometry import align, fit_similarity, quaternion_from_axis_angle, quaternion_to_matrix, rotate
from tests.geometry.drawing import BATCHES, SEEDS, deviation, points, quaternions


def moved(seed: int, source: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return the points under random similarities, with the scale, rotation and translation."""
    batch = source.shape[:-2]
    scale = np.random.default_rng(seed).uniform(0.1, 5.0, batch)
    rotation, translation = quaternion_to_matrix(quaternions(seed, *batch)), points(seed, *batch, 3)
    target = scale[..., None, None] * source @ rotation.swapaxes(-1, -2) + translation[..., None, :]
    return target, scale, rotation, translation


@given(SEEDS, BATCHES)
def test_a_similarity_is_recovered(seed, batch):
    source = points(seed, *batch, 17, 3)
    target, scale, rotation, translation = moved(seed + 1, source)
    found = fit_similarity(source, target)
    assert deviation(found.scale, scale) < 1e-9
    assert deviation(found.rotation, rotation) < 1e-9
    assert deviation(found.translation, translation) < 1e-9
    assert deviation(found.apply(source), target) < 1e-9


@given(SEEDS)
def test_no_nearby_similarity_is_better(seed):
    source, target = points(seed, 17, 3), points(seed + 1, 17, 3)
    aligned = align(source, target)
    best, nudge = ((aligned - target) ** 2).sum(), points(seed + 2, 7)
    for step in (1e-4, 1e-2, 0.3):
        turn = quaternion_from_axis_angle(step * nudge[:3])
        nearby = (1.0 + step * nudge[3]) * rotate(turn, aligned) + step * nudge[4:]
        assert ((nearby - target) ** 2).sum() >= best


def test_a_mirror_image_is_rotated_and_not_reflected():
    source = points(0, 5, 17, 3)
    found = fit_similarity(source, source * np.array([-1.0, 1.0, 1.0]))
    assert deviation(np.linalg.det(found.rotation), np.ones(5)) < 1e-12
    assert (found.scale > 0).all()


@pytest.mark.parametrize("dimensions", [0, 1, 2])
@pytest.mark.parametrize("target_too", [True, False])
def test_flat_straight_and_collapsed_poses_align_without_nan(dimensions, target_too):
    source = points(0, 6, 17, 3)
    source[..., dimensions:] = 1.5
    target = moved(1, source)[0] if target_too else points(1, 6, 17, 3)
    found = fit_similarity(source, target)
    assert (
        deviation(found.rotation @ found.rotation.swapaxes(-1, -2), np.broadcast_to(np.eye(3), (6, 3, 3)))
        < 1e-9
    )
    assert deviation(np.linalg.det(found.rotation), np.ones(6)) < 1e-9
    assert np.isfinite(found.scale).all()
    if target_too:
        assert deviation(found.apply(source), target) < 1e-9
    if dimensions == 0:
        assert deviation(found.scale, np.ones(6)) == 0
        centre = target.mean(-2, keepdims=True)
        assert deviation(found.apply(source), np.broadcast_to(centre, target.shape)) < 1e-9


def test_points_in_the_plane_align_too():
    source = points(0, 4, 9, 2)
    turn = np.array([[0.6, -0.8], [0.8, 0.6]])
    assert deviation(align(source, 2.0 * source @ turn.T + 3.0), 2.0 * source @ turn.T + 3.0) < 1e-9


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_torch_gives_what_numpy_gives_in_its_own_precision(dtype):
    source, target = (torch.tensor(points(i, 8, 17, 3), dtype=dtype) for i in (0, 1))
    aligned, expected = align(source, target), align(source.numpy(), target.numpy())
    assert aligned.dtype == dtype
    assert expected.dtype == source.numpy().dtype
    assert deviation(aligned, expected) < 1e-5
