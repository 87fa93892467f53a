"""Quaternions form a group that acts on vectors, and matrices say the same."""

import numpy as np
import pytest
import torch
from hypothesis import given

from kinelift.geometry import (
    cross,
    invert_quaternion,
    matrix_about_x,
    matrix_about_y,
    matrix_about_z,
    multiply_quaternions,
    normalize_quaternion,
    quaternion_from_axis_angle,
    quaternion_from_matrix,
    quaternion_from_yaw_pitch_roll,
    quaternion_to_axis_angle,
    quaternion_to_matrix,
    rotate,
    shortest_arc,
    unit_vectors,
)
from tests.geometry.drawing import BATCHES, SEEDS, deviation, points, quaternions

IDENTITY = np.array([1.0, 0.0, 0.0, 0.0])


@given(SEEDS, BATCHES)
def test_multiplication_is_associative_and_has_identity_and_inverse(seed, batch):
    a, b, c = (quaternions(seed + i, *batch) for i in range(3))
    left = multiply_quaternions(multiply_quaternions(a, b), c)
    assert deviation(left, multiply_quaternions(a, multiply_quaternions(b, c))) < 1e-12
    assert deviation(multiply_quaternions(a, IDENTITY), a) == 0
    assert deviation(multiply_quaternions(IDENTITY, a), a) == 0
    assert (
        deviation(multiply_quaternions(a, invert_quaternion(a)), np.broadcast_to(IDENTITY, a.shape)) < 1e-12
    )


@given(SEEDS, BATCHES)
def test_rotating_by_a_product_is_rotating_twice(seed, batch):
    a, b, v = quaternions(seed, *batch), quaternions(seed + 1, *batch), points(seed + 2, *batch, 3)
    assert deviation(rotate(multiply_quaternions(a, b), v), rotate(a, rotate(b, v))) < 1e-12


@given(SEEDS, BATCHES)
def test_rotation_keeps_lengths_and_is_undone_by_the_inverse(seed, batch):
    q, v = quaternions(seed, *batch), points(seed + 1, *batch, 3)
    assert deviation(np.linalg.norm(rotate(q, v), axis=-1), np.linalg.norm(v, axis=-1)) < 1e-12
    assert deviation(rotate(invert_quaternion(q), rotate(q, v)), v) < 1e-12


@given(SEEDS, BATCHES)
def test_the_matrix_rotates_as_the_quaternion_does(seed, batch):
    q, v = quaternions(seed, *batch), points(seed + 1, *batch, 3)
    matrix = quaternion_to_matrix(q)
    assert matrix.shape == (*batch, 3, 3)
    assert deviation((matrix @ v[..., None])[..., 0], rotate(q, v)) < 1e-12
    assert deviation(matrix @ matrix.swapaxes(-1, -2), np.broadcast_to(np.eye(3), matrix.shape)) < 1e-12


@given(SEEDS, BATCHES)
def test_a_quaternion_survives_its_matrix_and_its_axis_angle(seed, batch):
    q = quaternions(seed, *batch)
    q = np.where(q[..., :1] < 0, -q, q)
    assert deviation(quaternion_from_matrix(quaternion_to_matrix(q)), q) < 1e-12
    assert deviation(quaternion_from_axis_angle(quaternion_to_axis_angle(q)), q) < 1e-12


@pytest.mark.parametrize("half_turn", np.eye(4)[1:])
def test_half_turns_survive_their_matrix(half_turn):
    assert deviation(quaternion_from_matrix(quaternion_to_matrix(half_turn)), half_turn) < 1e-12
    assert deviation(np.abs(quaternion_to_axis_angle(half_turn)), np.pi * half_turn[1:]) < 1e-12


def test_rotation_vectors_are_opencvs(cv2):
    for vector in points(0, 50, 3):
        matrix = quaternion_to_matrix(quaternion_from_axis_angle(vector))
        assert deviation(matrix, cv2.Rodrigues(vector)[0]) < 1e-12
        assert (
            deviation(
                quaternion_to_axis_angle(quaternion_from_matrix(matrix)), cv2.Rodrigues(matrix)[0][:, 0]
            )
            < 1e-12
        )


def test_tiny_rotation_vectors_keep_their_direction():
    tiny = np.array([[1e-12, 0.0, 0.0], [0.0, 0.0, 0.0]])
    assert deviation(quaternion_to_axis_angle(quaternion_from_axis_angle(tiny)) * 1e12, tiny * 1e12) < 1e-9


@given(SEEDS, BATCHES)
def test_the_shortest_arc_turns_start_into_end_square_to_both(seed, batch):
    start, end = points(seed, *batch, 3), points(seed + 1, *batch, 3)
    turn = shortest_arc(start, end)
    assert deviation(rotate(turn, unit_vectors(start)), unit_vectors(end)) < 1e-7
    axis = unit_vectors(turn[..., 1:])
    assert deviation((axis * unit_vectors(start)).sum(-1), np.zeros(batch)) < 1e-7


@pytest.mark.parametrize("scale", [-1.0, -3.0, 2.0])
def test_the_shortest_arc_between_parallel_directions_is_a_half_turn_or_none(scale):
    start = points(5, 200, 3)
    turn = shortest_arc(start, scale * start)
    assert deviation(rotate(turn, start), np.sign(scale) * start) < 1e-7
    assert deviation(np.abs(turn[:, 0]), np.full(200, float(scale > 0))) < 1e-7


def test_the_shortest_arc_from_nowhere_is_the_identity():
    zero, up = np.zeros(3), np.array([0.0, 1.0, 0.0])
    assert deviation(shortest_arc(zero, up), IDENTITY) == 0
    assert deviation(shortest_arc(up, zero), IDENTITY) == 0


def test_yaw_pitch_and_roll_are_applied_from_the_last_to_the_first():
    yaw, pitch, roll = np.array(0.3), np.array(-0.7), np.array(1.1)
    expected = matrix_about_y(yaw) @ matrix_about_x(pitch) @ matrix_about_z(roll)
    assert deviation(quaternion_to_matrix(quaternion_from_yaw_pitch_roll(yaw, pitch, roll)), expected) < 1e-12


@pytest.mark.parametrize(("about", "start", "end"), [
    (matrix_about_x, 1, 2),
    (matrix_about_y, 2, 0),
    (matrix_about_z, 0, 1),
])  # fmt: skip
def test_a_quarter_turn_moves_one_axis_onto_the_next(about, start, end):
    assert deviation(about(np.float64(np.pi / 2)) @ np.eye(3)[start], np.eye(3)[end]) < 1e-12


def test_a_quaternion_without_length_names_no_rotation():
    assert np.isnan(normalize_quaternion(np.zeros(4))).all()
    assert deviation(normalize_quaternion(np.array([0.0, 2.0, 0.0, 0.0])), np.eye(4)[1]) == 0


def test_cross_is_numpys():
    a, b = points(0, 5, 3), points(1, 2, 1, 3)
    assert deviation(cross(a, b), np.cross(a, b)) < 1e-12


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_torch_gives_what_numpy_gives_in_its_own_precision(dtype):
    q, v = torch.tensor(quaternions(0, 4, 5), dtype=dtype), torch.tensor(points(1, 4, 5, 3), dtype=dtype)
    w = torch.tensor(points(2, 4, 5, 3), dtype=dtype)
    angles = w.unbind(-1)
    for function, arguments in [
        (multiply_quaternions, (q, q.flip(0))),
        (rotate, (q, v)),
        (quaternion_to_matrix, (q,)),
        (quaternion_from_matrix, (quaternion_to_matrix(q),)),
        (quaternion_from_axis_angle, (v,)),
        (quaternion_to_axis_angle, (q,)),
        (shortest_arc, (v, w)),
        (quaternion_from_yaw_pitch_roll, angles),
        (matrix_about_y, angles[:1]),
    ]:
        result, expected = function(*arguments), function(*(a.numpy() for a in arguments))
        assert result.dtype == dtype
        assert expected.dtype == arguments[0].numpy().dtype
        assert deviation(result, expected) < 1e-5, function
