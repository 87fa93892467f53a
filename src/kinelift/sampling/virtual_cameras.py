"""Virtual cameras around a moving body."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinelift.sampling.draws import log_uniform


@dataclass(frozen=True)
class CameraConfig:
    """Where cameras stand and what they see."""

    focal_range: tuple[float, float] = (0.5, 1.8)
    """Focal length over the longer image side; log-uniform."""
    portrait: float = 0.35
    """Share of images taller than wide."""
    filled_range: tuple[float, float] = (0.15, 1.0)
    """Share of the image's height that a standing person fills."""
    distance_range: tuple[float, float] = (1.6, 12.0)
    """Metres."""
    height_range: tuple[float, float] = (0.2, 3.5)
    """Metres above the floor; low ones are likelier."""
    roll_sd_degrees: float = 4.0
    off_centre: float = 0.7
    """How far from the middle the person may stand, as a share of half the image."""
    focal_error: float = 0.1
    """Share of clips whose camera the network is told wrongly."""
    focal_error_sd: float = 0.2
    """Standard deviation of the log of that error."""


@dataclass(frozen=True, eq=False)
class VirtualCameras:
    """One camera a clip, standing still."""

    rotation: Float[np.ndarray, "clip 3 3"]
    """Camera from world."""
    position: Float[np.ndarray, "clip 3"]
    """Metres, world."""
    half_size: Float[np.ndarray, "clip 2"]
    """Tangent of half the field of view, across and down."""
    focal_error: Float[np.ndarray, " clip"]
    """True focal length over the one the network is told."""

    def to_camera(
        self, points: Float[np.ndarray, "clip frame joint 3"]
    ) -> Float[np.ndarray, "clip frame joint 3"]:
        """Return world points in each camera's frame."""
        rotation = self.rotation.astype(points.dtype)
        clips, frames, joints, _ = points.shape
        centred = points - self.position.astype(points.dtype)[:, None, None]
        turned = np.matmul(centred.reshape(clips, -1, 3), np.swapaxes(rotation, -1, -2))
        return turned.reshape(clips, frames, joints, 3)


def sample_cameras(
    center: Float[np.ndarray, "clip 3"], config: CameraConfig, rng: np.random.Generator
) -> VirtualCameras:
    """Draw a camera for each clip that has `center` (metres, Y up) in view."""
    clips = len(center)
    focal = log_uniform(config.focal_range, clips, rng)
    short = np.where(rng.random(clips) < 0.8, 9 / 16, 3 / 4)
    portrait = rng.random(clips) < config.portrait
    half_size = np.where(
        portrait[:, None], np.stack([short, np.ones(clips)], -1), np.stack([np.ones(clips), short], -1)
    )
    half_size = half_size / (2.0 * focal[:, None])
    filled = rng.uniform(*config.filled_range, clips)
    distance = np.clip(1.7 / (filled * 2.0 * half_size[:, 1]), *config.distance_range)

    low, high = config.height_range
    height = low + (high - low) * rng.beta(1.6, 2.4, clips)
    rise = np.clip(height - center[:, 1], -0.95 * distance, 0.95 * distance)
    away = np.sqrt(distance**2 - rise**2)
    yaw = rng.uniform(0.0, 2.0 * np.pi, clips)
    position = center + np.stack([away * np.sin(yaw), rise, away * np.cos(yaw)], -1)

    aim = rng.uniform(-1.0, 1.0, (clips, 2)) * config.off_centre * half_size
    rotation = _look_at(center - position, np.radians(rng.normal(0.0, config.roll_sd_degrees, clips)), aim)
    wrong = rng.random(clips) < config.focal_error
    focal_error = np.exp(np.where(wrong, rng.normal(0.0, config.focal_error_sd, clips), 0.0))
    return VirtualCameras(rotation, position, half_size, focal_error)


def _look_at(
    direction: Float[np.ndarray, "clip 3"], roll: Float[np.ndarray, " clip"], aim: Float[np.ndarray, "clip 2"]
) -> Float[np.ndarray, "clip 3 3"]:
    """Camera from world (x right, y down, z forward) with `direction` at the ray `aim`, Y up but for `roll`."""
    forward = direction / np.linalg.norm(direction, axis=-1, keepdims=True)
    right = np.cross(forward, np.array([0.0, 1.0, 0.0]))
    right /= np.maximum(np.linalg.norm(right, axis=-1, keepdims=True), 1e-9)
    looking = np.stack([right, np.cross(forward, right), forward], -2)
    one, zero = np.ones(len(roll)), np.zeros(len(roll))
    cos, sin = np.cos(roll), np.sin(roll)
    rolled = np.stack([cos, -sin, zero, sin, cos, zero, zero, zero, one], -1).reshape(-1, 3, 3)
    yaw, pitch = np.arctan(aim[:, 0]), np.arctan(aim[:, 1])
    yawed = np.stack(
        [np.cos(yaw), zero, np.sin(yaw), zero, one, zero, -np.sin(yaw), zero, np.cos(yaw)], -1
    ).reshape(-1, 3, 3)
    pitched = np.stack(
        [one, zero, zero, zero, np.cos(pitch), np.sin(pitch), zero, -np.sin(pitch), np.cos(pitch)], -1
    ).reshape(-1, 3, 3)
    return rolled @ yawed @ pitched @ looking
