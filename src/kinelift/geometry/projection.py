"""Metres to pixels and back: pinhole projection, lens distortion, screen coordinates, world and camera.

Any leading batch shape; numpy and torch. Points are (..., joint, 3) or (..., joint, 2); what belongs to a
camera lacks the joint axis and otherwise broadcasts: focal (2,) serves every point, (frame, 2) is one camera
a frame for points (frame, joint, 3), (batch, 1, 2) one camera a clip for points (batch, frame, joint, 3).

A *ray* is (x / z, y / z): where a line of sight meets the plane one metre in front of the camera.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Float

from kinelift.body.camera import Camera, Human36mDistortion, OpenCVDistortion
from kinelift.geometry.namespace import constant, namespace
from kinelift.geometry.rotations import invert_quaternion, rotate

OPENCV_TANGENTIAL_FACTOR = 2.0
HUMAN36M_TANGENTIAL_FACTOR = 1.0
_CONTINUATION_STEPS, _POLISHING_STEPS = 10, 10


def project(camera: Camera, points: Float[Any, "... 3"]) -> Float[Any, "... 2"]:
    """Project points in metres, camera frame, to continuous pixels; NaN where z <= 0."""
    focal, center = constant(camera.focal_length, points), constant(camera.center, points)
    match camera.distortion:
        case None:
            return project_linear(points, focal, center)
        case OpenCVDistortion(radial, tangential):
            return project_opencv(
                points, focal, center, constant(radial, points), constant(tangential, points)
            )
        case Human36mDistortion(radial, tangential):
            return project_human36m(
                points, focal, center, constant(radial, points), constant(tangential, points)
            )


def unproject(camera: Camera, points_px: Float[Any, "... 2"]) -> Float[Any, "... 2"]:
    """Return the undistorted rays (x / z, y / z) of continuous pixels; NaN where no ray ends there."""
    focal, center = constant(camera.focal_length, points_px), constant(camera.center, points_px)
    rays = from_pixels(points_px, focal, center)
    match camera.distortion:
        case None:
            return rays
        case OpenCVDistortion(radial, tangential):
            return undistort_opencv(rays, constant(radial, rays), constant(tangential, rays))
        case Human36mDistortion(radial, tangential):
            return undistort_human36m(rays, constant(radial, rays), constant(tangential, rays))


def project_linear(
    points: Float[Any, "... 3"], focal: Float[Any, "... 2"], center: Float[Any, "... 2"]
) -> Float[Any, "... 2"]:
    """Project through a lens without distortion; NaN where z <= 0."""
    return to_pixels(rays_through(points), focal, center)


def project_opencv(
    points: Float[Any, "... 3"],
    focal: Float[Any, "... 2"],
    center: Float[Any, "... 2"],
    radial: Float[Any, "... 3"],
    tangential: Float[Any, "... 2"],
) -> Float[Any, "... 2"]:
    """Project through OpenCV's lens (k1, k2, k3 and p1, p2); NaN where z <= 0."""
    return to_pixels(distort_opencv(rays_through(points), radial, tangential), focal, center)


def project_human36m(
    points: Float[Any, "... 3"],
    focal: Float[Any, "... 2"],
    center: Float[Any, "... 2"],
    radial: Float[Any, "... 3"],
    tangential: Float[Any, "... 2"],
) -> Float[Any, "... 2"]:
    """Project through Human3.6M's lens; NaN where z <= 0."""
    return to_pixels(distort_human36m(rays_through(points), radial, tangential), focal, center)


def project_human36m_clamped(
    points: Float[Any, "... 3"],
    focal: Float[Any, "... 2"],
    center: Float[Any, "... 2"],
    radial: Float[Any, "... 3"],
    tangential: Float[Any, "... 2"],
) -> Float[Any, "... 2"]:
    """Project as Pavllo et al. train: through Human3.6M's lens, x / z and y / z clamped to [-1, 1] first.

    Finite wherever z is not 0, so that an untrained trajectory cannot blow the loss up. Points behind the
    camera come out mirrored, as the division has it.
    """
    return to_pixels(distort_human36m(rays_through_clamped(points), radial, tangential), focal, center)


def project_linear_clamped(
    points: Float[Any, "... 3"], focal: Float[Any, "... 2"], center: Float[Any, "... 2"]
) -> Float[Any, "... 2"]:
    """Project as Pavllo et al. train with --linear-projection: x / z and y / z clamped to [-1, 1]."""
    return to_pixels(rays_through_clamped(points), focal, center)


def rays_through(points: Float[Any, "... 3"]) -> Float[Any, "... 2"]:
    """Return x / z and y / z; NaN where z <= 0, for a camera sees nothing behind itself."""
    xp, z = namespace(points), points[..., 2:]
    return points[..., :2] / xp.where(z > 0, z, xp.nan)


def rays_through_clamped(points: Float[Any, "... 3"]) -> Float[Any, "... 2"]:
    """Return x / z and y / z clamped to [-1, 1], whatever the sign of z."""
    return namespace(points).clip(points[..., :2] / points[..., 2:], -1.0, 1.0)


def to_pixels(
    rays: Float[Any, "... 2"], focal: Float[Any, "... 2"], center: Float[Any, "... 2"]
) -> Float[Any, "... 2"]:
    """Return the pixels of (distorted) rays."""
    return rays * _per_joint(focal) + _per_joint(center)


def from_pixels(
    points_px: Float[Any, "... 2"], focal: Float[Any, "... 2"], center: Float[Any, "... 2"]
) -> Float[Any, "... 2"]:
    """Return the (distorted) rays of pixels."""
    return (points_px - _per_joint(center)) / _per_joint(focal)


def distort_opencv(
    rays: Float[Any, "... 2"], radial: Float[Any, "... 3"], tangential: Float[Any, "... 2"]
) -> Float[Any, "... 2"]:
    """Bend rays as OpenCV's lens does: dx = 2 p1 x y + p2 (r^2 + 2 x^2), dy = p1 (r^2 + 2 y^2) + 2 p2 x y."""
    # p2 stands with x: x * 2 (p2 x + p1 y) + p2 r^2 is the same.
    return _distort(rays, radial, tangential[..., [1, 0]], OPENCV_TANGENTIAL_FACTOR)


def distort_human36m(
    rays: Float[Any, "... 2"], radial: Float[Any, "... 3"], tangential: Float[Any, "... 2"]
) -> Float[Any, "... 2"]:
    """Bend rays as Human3.6M's lens does: d = x (p . x) + p r^2, no factor 2, the first p along x."""
    return _distort(rays, radial, tangential, HUMAN36M_TANGENTIAL_FACTOR)


def undistort_opencv(
    rays: Float[Any, "... 2"], radial: Float[Any, "... 3"], tangential: Float[Any, "... 2"]
) -> Float[Any, "... 2"]:
    """Straighten rays bent by OpenCV's lens; NaN where the lens maps no ray there."""
    return _undistort(rays, radial, tangential[..., [1, 0]], OPENCV_TANGENTIAL_FACTOR)


def undistort_human36m(
    rays: Float[Any, "... 2"], radial: Float[Any, "... 3"], tangential: Float[Any, "... 2"]
) -> Float[Any, "... 2"]:
    """Straighten rays bent by Human3.6M's lens; NaN where the lens maps no ray there."""
    return _undistort(rays, radial, tangential, HUMAN36M_TANGENTIAL_FACTOR)


def normalize_to_width(points_px: Float[Any, "... 2"], image_size: tuple[Any, Any]) -> Float[Any, "... 2"]:
    """Return screen coordinates X / w * 2 - [1, h / w]: x in [-1, 1] over the image, y on the same scale."""
    width, height = image_size
    x, y = points_px[..., 0], points_px[..., 1]
    return namespace(points_px).stack((x / width * 2 - 1, y / width * 2 - height / width), axis=-1)


def denormalize_from_width(screen: Float[Any, "... 2"], image_size: tuple[Any, Any]) -> Float[Any, "... 2"]:
    """Return the pixels of screen coordinates: the inverse of normalize_to_width."""
    width, height = image_size
    x, y = screen[..., 0], screen[..., 1]
    return namespace(screen).stack(((x + 1) * width / 2, (y + height / width) * width / 2), axis=-1)


def world_to_camera(
    points: Float[Any, "... 3"], orientation: Float[Any, "... 4"], translation: Float[Any, "... 3"]
) -> Float[Any, "... 3"]:
    """Move points from the world's frame to a camera's: rotate(inverse(orientation), X - translation)."""
    return rotate(_per_joint(invert_quaternion(orientation)), points - _per_joint(translation))


def camera_to_world(
    points: Float[Any, "... 3"], orientation: Float[Any, "... 4"], translation: Float[Any, "... 3"]
) -> Float[Any, "... 3"]:
    """Move points from a camera's frame to the world's: rotate(orientation, X) + translation."""
    return rotate(_per_joint(orientation), points) + _per_joint(translation)


def _per_joint(camera_values: Any) -> Any:
    """Give a camera's numbers the joint axis; a single camera's (n,) broadcasts as it is."""
    return camera_values[..., None, :] if camera_values.ndim > 1 else camera_values


def _distort(rays: Any, radial: Any, tangential: Any, factor: float) -> Any:
    """Brown's model: x (1 + k1 r^2 + k2 r^4 + k3 r^6 + factor p . x) + p r^2, with p in the order of x."""
    p, r2 = _per_joint(tangential), (rays**2).sum(axis=-1, keepdims=True)
    return rays * _bend(rays, radial, tangential, factor) + p * r2


def _bend(rays: Any, radial: Any, tangential: Any, factor: float) -> Any:
    """The factor of _distort along each ray, (..., 1)."""
    k, p = _per_joint(radial), _per_joint(tangential)
    r2 = (rays**2).sum(axis=-1, keepdims=True)
    polynomial = 1 + r2 * (k[..., :1] + r2 * (k[..., 1:2] + r2 * k[..., 2:]))
    return polynomial + factor * (p * rays).sum(axis=-1, keepdims=True)


def _undistort(bent: Any, radial: Any, tangential: Any, factor: float) -> Any:
    """Invert _distort by Newton's method along the way from the axis out to `bent`.

    Starting at the axis keeps to the branch on which the lens is one to one. Where that branch folds back
    before it reaches `bent` (a polynomial used beyond the image it was fitted to), there is no ray: NaN.
    """
    xp = namespace(bent)
    rays, one_to_one = xp.zeros_like(bent), True
    with np.errstate(all="ignore"):  # Off the branch the steps may overflow; those answers become NaN below.
        for step in range(1, _CONTINUATION_STEPS + _POLISHING_STEPS + 1):
            goal = bent * min(1.0, step / _CONTINUATION_STEPS)
            jacobian = _distortion_jacobian(rays, radial, tangential, factor)
            a, b, c, d = (jacobian[..., i, j] for i in (0, 1) for j in (0, 1))
            determinant = a * d - b * c
            miss = goal - _distort(rays, radial, tangential, factor)
            u, v = miss[..., 0], miss[..., 1]
            rays = rays + xp.stack((d * u - b * v, a * v - c * u), axis=-1) / determinant[..., None]
            one_to_one = one_to_one & (determinant > 0) & (a + d > 0)
        missed = abs(bent - _distort(rays, radial, tangential, factor)).sum(axis=-1)
        reached = missed <= 64 * xp.finfo(bent.dtype).eps * (1 + abs(bent).sum(axis=-1))
    return xp.where((one_to_one & reached)[..., None], rays, xp.nan)


def _distortion_jacobian(rays: Any, radial: Any, tangential: Any, factor: float) -> Any:
    """Derivative of _distort, (..., 2, 2): bend I + x (2 bend' x + factor p)^T + 2 p x^T."""
    xp = namespace(rays)
    k, p = _per_joint(radial), _per_joint(tangential)
    r2 = (rays**2).sum(axis=-1, keepdims=True)
    slope = k[..., :1] + r2 * (2 * k[..., 1:2] + r2 * 3 * k[..., 2:])
    gradient = 2 * slope * rays + factor * p
    p = p + xp.zeros_like(rays)
    outer = rays[..., :, None] * gradient[..., None, :] + 2 * p[..., :, None] * rays[..., None, :]
    return _bend(rays, radial, tangential, factor)[..., None] * constant(np.eye(2), rays) + outer
