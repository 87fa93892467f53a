"""From rays to what a network reads, and from its output back to the camera."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from kinelift.body.model_facts import NormalisationName
from kinelift.geometry.projection import normalize_to_width

TYPICAL_LOG_SIZE = -2.0
"""Natural log of the angular size of a person some three metres away; centres the size feature."""

SMALLEST_SIZE = 1e-3
"""Angular size below which a box is not trusted (a person half a kilometre away, or a single joint)."""


@dataclass(frozen=True)
class Mirror:
    """Signs that turn the features of a body into those of its mirror image, left and right exchanged besides."""

    joint: tuple[float, ...]
    """One for each feature of a joint."""
    extra: tuple[float, ...]
    """One for each feature of the frame as a whole."""


MIRRORS: dict[NormalisationName, Mirror] = {
    "rays": Mirror(joint=(-1.0, 1.0, 1.0), extra=(-1.0, 1.0, 1.0)),
    "width": Mirror(joint=(-1.0, 1.0), extra=()),
}
"""rays: x, y, score of a joint; horizontal bearing, vertical bearing, log size. width: x, y of a joint."""


@dataclass(frozen=True, eq=False)
class NetworkInput:
    """What a lifter reads, frame by frame, and how to turn its output back."""

    joints: Float[np.ndarray, "*batch frame joint feature"]
    """Features of each joint; zeros where a joint is absent."""
    extra: Float[np.ndarray, "*batch frame extra"]
    """Features of the frame as a whole; may have no columns."""
    camera_from_turned: Float[np.ndarray, "*batch frame 3 3"]
    """Rotation from the network's frame, whose z axis points at the person, to the camera's."""
    placement: Float[np.ndarray, "*batch frame 3"]
    """Bearing (x/z, y/z) and log size of the person in each frame; what `held` takes for the frames that follow."""


def normalise_rays(
    rays: Float[np.ndarray, "*batch frame joint 2"],
    scores: Float[np.ndarray, "*batch frame joint"],
    held: Float[np.ndarray, "*batch 3"] | None = None,
) -> NetworkInput:
    """Turn the camera to the person and scale by the person's angular size.

    rays are x/z, y/z of each joint through the undistorted camera; scores 0 where a joint is absent. The rays are
    rotated, yaw then pitch and never roll, so that the mean of the joints seen lies on the optical axis, and
    divided by their root mean square distance from it: focal length and place in the image no longer matter
    (perspective crop layers, Yu et al., CVPR 2021; Ray3D, Zhan et al., CVPR 2022). Bearing and log size go along
    as extra features, so nothing is lost.

    Each frame stands alone but for frames where nothing was seen: they take the placement of the last frame that
    was (`held` before the first; the first that was seen where there is none), as a live stream must.
    """
    seen = (scores > 0) & np.isfinite(rays[..., 0]) & np.isfinite(rays[..., 1])
    rays = np.where(seen[..., None], rays, 0.0)
    count = np.maximum(seen.sum(-1), 1).astype(rays.dtype)[..., None]
    bearing = _hold(rays.sum(-2) / count, seen.any(-1), None if held is None else held[..., :2])
    turned_from_camera = turn_to(bearing)
    right, down, forward = (
        rays[..., 0] * turned_from_camera[..., axis, :1]
        + rays[..., 1] * turned_from_camera[..., axis, 1:2]
        + turned_from_camera[..., axis, 2:]
        for axis in range(3)
    )
    flat = np.stack([right, down], -1) * (seen / np.maximum(forward, 0.05))[..., None]
    size = np.sqrt(np.einsum("...jk,...jk->...", flat, flat) / count[..., 0])
    measurable = (seen.sum(-1) > 1) & (size > SMALLEST_SIZE)
    log_size = np.log(np.maximum(size, SMALLEST_SIZE))[..., None]
    log_size = _hold(log_size, measurable, None if held is None else held[..., 2:])
    features = np.concatenate(
        [flat / np.exp(log_size)[..., None], np.where(seen, scores, 0.0)[..., None]], axis=-1
    )
    return NetworkInput(
        joints=features.astype(np.float32),
        extra=np.concatenate([bearing, log_size - TYPICAL_LOG_SIZE], -1).astype(np.float32),
        camera_from_turned=np.swapaxes(turned_from_camera, -1, -2),
        placement=np.concatenate([bearing, log_size], -1),
    )


def normalise_width(
    points_px: Float[np.ndarray, "*batch frame joint 2"],
    scores: Float[np.ndarray, "*batch frame joint"],
    image_size: tuple[int, int],
) -> NetworkInput:
    """Scale pixels to the image's width and nothing else, as Pavllo et al. (CVPR 2019) do; absent joints are 0."""
    seen = (scores > 0) & np.isfinite(points_px).all(-1)
    joints = np.where(seen[..., None], normalize_to_width(points_px, image_size), 0.0).astype(np.float32)
    frames = scores.shape[:-1]
    return NetworkInput(
        joints=joints,
        extra=np.zeros((*frames, 0), np.float32),
        camera_from_turned=np.broadcast_to(np.eye(3), (*frames, 3, 3)),
        placement=np.zeros((*frames, 3)),
    )


def turn_to(bearing: Float[np.ndarray, "*batch 2"]) -> Float[np.ndarray, "*batch 3 3"]:
    """Return the rotation (yaw, then pitch) that brings the ray (x, y, 1) onto the optical axis (0, 0, 1)."""
    x, y = bearing[..., 0], bearing[..., 1]
    across = np.sqrt(1.0 + x * x)
    along = np.sqrt(1.0 + x * x + y * y)
    right = np.stack([1.0 / across, np.zeros_like(x), -x / across], -1)
    down = np.stack([-x * y / (across * along), across / along, -y / (across * along)], -1)
    forward = np.stack([x / along, y / along, 1.0 / along], -1)
    return np.stack([right, down, forward], -2)


def _hold(
    values: Float[np.ndarray, "*batch frame value"],
    known: Bool[np.ndarray, "*batch frame"],
    held: Float[np.ndarray, "*batch value"] | None,
) -> Float[np.ndarray, "*batch frame value"]:
    """Repeat the last known value over frames where it is not known."""
    last = _last_known(known)
    filled = np.take_along_axis(values, np.maximum(last, 0)[..., None], axis=-2)
    before = last < 0
    if not before.any():
        return filled
    first = np.take_along_axis(values, known.argmax(-1)[..., None, None], axis=-2)
    start = first if held is None else held[..., None, :]
    return np.where(before[..., None], start, filled)


def _last_known(known: Bool[np.ndarray, "*batch frame"]) -> Int[np.ndarray, "*batch frame"]:
    indices = np.where(known, np.arange(known.shape[-1]), -1)
    return np.maximum.accumulate(indices, axis=-1)
