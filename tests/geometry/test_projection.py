"""Projection, its inverse, and the ways between world, camera and screen."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given

from kinelift.body import Camera, Human36mDistortion, OpenCVDistortion
from kinelift.geometry import (
    camera_to_world,
    denormalize_from_width,
    distort_human36m,
    distort_opencv,
    normalize_to_width,
    project,
    project_human36m,
    project_human36m_clamped,
    project_linear,
    project_linear_clamped,
    project_opencv,
    undistort_human36m,
    undistort_opencv,
    unproject,
    world_to_camera,
)
from tests.geometry.drawing import BATCHES, SEEDS, deviation, points, quaternions

RADIAL, TANGENTIAL = (-0.21, 0.24, -0.1), (-0.0009, 0.0016)
CAMERA = Camera((1000, 1002), (1145.0, 1143.8), (512.5, 515.5))
CAMERAS = [
    pytest.param(replace(CAMERA, distortion=distortion), id=name)
    for name, distortion in [
        ("linear", None),
        ("opencv", OpenCVDistortion(RADIAL, TANGENTIAL)),
        ("human36m", Human36mDistortion(RADIAL, TANGENTIAL)),
    ]
]


def in_front(seed: int, *batch: int) -> np.ndarray:
    """Return points in front of a camera, inside a field of view of 80 degrees."""
    rng = np.random.default_rng(seed)
    depth = rng.uniform(0.5, 20.0, (*batch, 1))
    return np.concatenate((rng.uniform(-0.84, 0.84, (*batch, 2)) * depth, depth), axis=-1)


@pytest.mark.parametrize("camera", CAMERAS)
@given(seed=SEEDS, batch=BATCHES)
def test_unprojecting_a_projected_point_gives_its_ray(camera, seed, batch):
    joints = in_front(seed, *batch)
    assert deviation(unproject(camera, project(camera, joints)), joints[..., :2] / joints[..., 2:]) < 1e-9


@given(seed=SEEDS, batch=BATCHES)
def test_strong_lenses_are_undistorted_too(seed, batch):
    rng = np.random.default_rng(seed)
    radial, tangential = rng.uniform(-0.05, 0.5, (*batch, 3)), rng.uniform(-0.01, 0.01, (*batch, 2))
    rays = rng.uniform(-1.2, 1.2, (*batch, 7, 2)) if batch else rng.uniform(-1.2, 1.2, (7, 2))
    for distort, undistort in [(distort_opencv, undistort_opencv), (distort_human36m, undistort_human36m)]:
        assert deviation(undistort(distort(rays, radial, tangential), radial, tangential), rays) < 1e-9


@pytest.mark.parametrize("distortion", [None, OpenCVDistortion(RADIAL, TANGENTIAL)])
def test_projection_is_opencvs(cv2, distortion):
    camera, joints = replace(CAMERA, distortion=distortion), in_front(0, 200)
    k1, k2, k3 = distortion.radial if distortion else (0.0, 0.0, 0.0)
    p1, p2 = distortion.tangential if distortion else (0.0, 0.0)
    coefficients = np.array([k1, k2, p1, p2, k3])
    expected, _ = cv2.projectPoints(joints, np.zeros(3), np.zeros(3), camera.intrinsics, coefficients)
    assert deviation(project(camera, joints), expected[:, 0]) < 1e-12


@given(seed=SEEDS, batch=BATCHES)
def test_human36ms_tangential_terms_are_opencvs_without_the_factor_two(seed, batch):
    rays, p, none = points(seed, *batch, 2), points(seed + 1, 2) * 0.01, np.zeros(3)
    r2 = (rays**2).sum(-1, keepdims=True)
    opencv = distort_opencv(rays, none, p[[1, 0]]) - rays  # OpenCV's p2 goes with x
    human36m = distort_human36m(rays, none, p) - rays
    assert deviation(opencv - p * r2, 2.0 * (human36m - p * r2)) < 1e-12
    assert (
        deviation(distort_opencv(rays, p[[0, 1, 0]], 0 * p), distort_human36m(rays, p[[0, 1, 0]], 0 * p)) == 0
    )


@pytest.mark.parametrize("camera", CAMERAS)
def test_points_behind_the_camera_have_no_pixel(camera):
    joints = np.array([[0.1, 0.2, -3.0], [0.1, 0.2, 0.0], [np.nan, 0.2, 1.0], [0.1, 0.2, 3.0]])
    assert np.isnan(project(camera, joints)).any(-1).tolist() == [True, True, True, False]


def test_pixels_no_ray_can_reach_are_nan():
    barrel = OpenCVDistortion((-0.3, 0.0, 0.0))  # r (1 - 0.3 r^2) is largest, 0.703, at r = 1.054
    camera = Camera((1000, 1000), (500.0, 500.0), (500.0, 500.0), barrel)
    pixels = np.array([[500.0, 845.0], [500.0, 855.0], [500.0, 4000.0], [-1e6, 1e6], [np.nan, 0.0]])
    rays = unproject(camera, pixels)
    assert np.isnan(rays).any(-1).tolist() == [False, True, True, True, True]
    assert 0 < rays[0, 1] < 1.054


def test_golden_projections(shared):
    golden = np.load(shared / "golden" / "camera.npz")
    lens = np.split(golden["intrinsics"], [2, 4, 7], axis=-1)  # focal, centre, radial, tangential
    joints = golden["points"]
    assert deviation(project_human36m_clamped(joints, *lens), golden["projected"]) < 1e-6
    assert deviation(project_linear_clamped(joints, *lens[:2]), golden["projected_linear"]) < 1e-6
    outside = (np.abs(joints[..., :2] / joints[..., 2:]) > 1.0).any(-1)
    assert outside.any()
    free = project_human36m(joints, *lens)
    assert deviation(free[~outside], golden["projected"][~outside]) < 1e-6
    assert (np.abs(free - golden["projected"])[outside] > 1e-3).any(-1).all()


def test_the_clamp_is_finite_behind_the_camera_and_differentiable():
    joints = torch.tensor([[[5.0, 0.1, -1.0], [0.1, 9.0, 0.01]]], requires_grad=True)
    lens = [torch.tensor(v) for v in ([2.0, 2.0], [0.0, 0.0], RADIAL, TANGENTIAL)]
    pixels = project_human36m_clamped(joints, *lens)
    pixels.sum().backward()
    assert torch.isfinite(pixels).all()
    assert joints.grad is not None
    assert torch.isfinite(joints.grad).all()


def test_golden_world_and_screen(shared):
    golden = np.load(shared / "golden" / "camera.npz")
    pose = golden["orientation_wxyz"], golden["translation"]
    camera = world_to_camera(golden["world"], *pose)
    assert deviation(camera, golden["camera"]) < 1e-6
    assert deviation(camera_to_world(camera, *pose), golden["world_again"]) < 1e-6
    image_size = int(golden["width"]), int(golden["height"])
    assert deviation(normalize_to_width(golden["pixels"], image_size), golden["normalized"]) < 1e-6


@given(seed=SEEDS, batch=BATCHES)
def test_camera_to_world_undoes_world_to_camera(seed, batch):
    joints = points(seed, *batch, 6, 3)
    for frames in [(), batch]:
        pose = quaternions(seed + 1, *frames), points(seed + 2, *frames, 3)
        assert deviation(camera_to_world(world_to_camera(joints, *pose), *pose), joints) < 1e-12


def test_a_moving_camera_has_a_pose_a_frame():
    joints, orientation, translation = points(0, 8, 5, 3), quaternions(1, 8), points(2, 8, 3)
    moving = world_to_camera(joints, orientation, translation)
    still = [world_to_camera(joints[t], orientation[t], translation[t]) for t in range(8)]
    assert deviation(moving, np.stack(still)) < 1e-12


def test_a_batch_of_cameras_projects_as_each_camera_does():
    joints, focal, center = in_front(0, 3, 8, 5), points(1, 3, 2) + 5.0, points(2, 3, 2)
    radial, tangential = points(3, 3, 3) * 0.01, points(4, 3, 2) * 0.001
    lens = focal, center, radial, tangential
    together = project_opencv(joints, *(values[:, None] for values in lens))
    for clip in range(3):
        alone = project_opencv(joints[clip], *(values[clip] for values in lens))
        assert deviation(together[clip], alone) < 1e-12


@given(seed=SEEDS, batch=BATCHES)
def test_screen_coordinates_are_undone(seed, batch):
    pixels = points(seed, *batch, 2) * 1000.0
    assert (
        deviation(denormalize_from_width(normalize_to_width(pixels, (1920, 1080)), (1920, 1080)), pixels)
        < 1e-12
    )


def test_the_images_corners_are_at_one_and_at_its_shape():
    corners = np.array([[0.0, 0.0], [1280.0, 720.0], [640.0, 360.0]])
    expected = [[-1.0, -0.5625], [1.0, 0.5625], [0.0, 0.0]]
    assert deviation(normalize_to_width(corners, (1280, 720)), expected) < 1e-12


@pytest.mark.parametrize("camera", CAMERAS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_torch_gives_what_numpy_gives_in_its_own_precision(camera, dtype):
    joints = torch.tensor(in_front(0, 4, 17), dtype=dtype)
    pixels, expected = project(camera, joints), project(camera, joints.numpy())
    assert pixels.dtype == dtype
    assert expected.dtype == joints.numpy().dtype
    assert deviation(pixels, expected) < 1e-6
    rays, expected = unproject(camera, pixels), unproject(camera, pixels.numpy())
    assert rays.dtype == dtype
    assert expected.dtype == joints.numpy().dtype
    assert deviation(rays, expected) < 1e-5
    assert deviation(rays, joints[..., :2] / joints[..., 2:]) < 1e-4
    q, t = torch.tensor(quaternions(1, 4), dtype=dtype), torch.tensor(points(2, 4, 3), dtype=dtype)
    moved = world_to_camera(joints, q, t)
    assert deviation(moved, world_to_camera(joints.numpy(), q.numpy(), t.numpy())) < 1e-6
    assert deviation(normalize_to_width(pixels, (9, 7)), normalize_to_width(pixels.numpy(), (9, 7))) < 1e-6


def test_gradients_of_projection_are_those_of_finite_differences():
    joints = torch.tensor(in_front(0, 3), requires_grad=True)
    lens = [torch.tensor(v, dtype=torch.float64) for v in ([2.0, 2.1], [0.1, 0.2], RADIAL, TANGENTIAL)]
    assert torch.autograd.gradcheck(lambda p: project_opencv(p, *lens), joints)
    assert torch.autograd.gradcheck(lambda p: project_linear(p, *lens[:2]), joints)
