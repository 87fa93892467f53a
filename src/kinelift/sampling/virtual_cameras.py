"""Virtual cameras around a moving body."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from kinelift.sampling.draws import log_uniform, some
from kinelift.sampling.handheld import sway


@dataclass(frozen=True)
class CameraConfig:
    """Where cameras stand and what they see."""

    focal_range: tuple[float, float] = (0.45, 2.2)
    """Focal length over the longer image side; log-uniform."""
    portrait: float = 0.35
    """Share of images taller than wide."""
    filled_range: tuple[float, float] = (0.15, 1.0)
    """Share of the image's height that a standing person fills."""
    distance_range: tuple[float, float] = (1.4, 15.0)
    """Metres."""
    height_range: tuple[float, float] = (0.2, 3.5)
    """Metres above the floor; low ones are likelier."""
    extreme: float = 0.1
    """Share of cameras that look steeply up, as a worm does, or down on people's heads."""
    extreme_degrees: tuple[float, float] = (25.0, 85.0)
    """How steeply."""
    roll_sd_degrees: float = 4.0
    """Of cameras held upright."""
    sideways: float = 0.04
    """Share of images a quarter turn off, as of phones held the other way than they think."""
    off_centre: float = 0.7
    """How far from the middle the person may stand, as a share of half the image."""
    cut_off: float = 0.08
    """Share of cameras that have a part of the person outside."""
    cut_off_filled: tuple[float, float] = (0.6, 1.8)
    """Share of the image's height that a standing person would fill there."""
    handheld: float = 0.25
    """Share of clips whose camera sways."""
    sway_degrees: float = 1.5
    """Standard deviation of each of its angles."""
    sway_metres: float = 0.03
    """Standard deviation of each of its coordinates."""
    focal_error: float = 0.1
    """Share of clips whose camera the network is told wrongly."""
    focal_error_sd: float = 0.2
    """Standard deviation of the log of that error."""


@dataclass(frozen=True, eq=False)
class VirtualCameras:
    """One camera a clip; some move."""

    rotation: Float[np.ndarray, "clip 3 3"]
    """Camera from world, on average over time."""
    position: Float[np.ndarray, "clip 3"]
    """Metres, world, likewise."""
    half_size: Float[np.ndarray, "clip 2"]
    """Tangent of half the field of view, across and down."""
    focal_error: Float[np.ndarray, " clip"]
    """True focal length over the one the network is told."""
    moving: Int[np.ndarray, " moving"]
    """Which clips' cameras move."""
    turns: Float[np.ndarray, "moving frame 3 3"]
    """Their rotation at each frame, from the mean camera's frame."""
    shifts: Float[np.ndarray, "moving frame 3"]
    """Their position at each frame, metres in the mean camera's frame."""

    def to_camera(
        self, points: Float[np.ndarray, "clip frame joint 3"]
    ) -> Float[np.ndarray, "clip frame joint 3"]:
        """Return world points in each camera's frame, that of each moment where it moves."""
        rotation = self.rotation.astype(points.dtype)
        clips, frames, joints, _ = points.shape
        centred = points - self.position.astype(points.dtype)[:, None, None]
        seen = np.matmul(centred.reshape(clips, -1, 3), np.swapaxes(rotation, -1, -2))
        seen = seen.reshape(clips, frames, joints, 3)
        moved = seen[self.moving] - self.shifts[:, :, None]
        seen[self.moving] = moved @ np.swapaxes(self.turns, -1, -2)
        return seen


def sample_cameras(
    center: Float[np.ndarray, "clip 3"], frames: int, config: CameraConfig, rng: np.random.Generator
) -> VirtualCameras:
    """Draw a camera for each clip that has `center` (metres, Y up) in view, or nearly so."""
    clips = len(center)
    focal = log_uniform(config.focal_range, clips, rng)
    short = np.where(rng.random(clips) < 0.8, 9 / 16, 3 / 4)
    portrait = rng.random(clips) < config.portrait
    half_size = np.where(
        portrait[:, None], np.stack([short, np.ones(clips)], -1), np.stack([np.ones(clips), short], -1)
    )
    half_size = half_size / (2.0 * focal[:, None])
    sideways = rng.random(clips) < config.sideways
    # The image's sides as they lie to somebody who stands upright.
    upright_size = np.where(sideways[:, None], half_size[:, ::-1], half_size)
    cut_off = rng.random(clips) < config.cut_off
    filled = np.where(
        cut_off, rng.uniform(*config.cut_off_filled, clips), rng.uniform(*config.filled_range, clips)
    )
    distance = np.clip(1.7 / (filled * 2.0 * upright_size[:, 1]), *config.distance_range)
    position = center + _from_center(center, distance, config, rng)

    aim = rng.uniform(-1.0, 1.0, (clips, 2)) * config.off_centre
    aim = np.where(cut_off[:, None], _towards_border(clips, rng), aim) * upright_size
    roll = np.radians(rng.normal(0.0, config.roll_sd_degrees, clips))
    roll += np.where(sideways, rng.choice((-0.5, 0.5), clips) * np.pi, 0.0)
    rotation = _look_at(center - position, roll, aim)
    wrong = rng.random(clips) < config.focal_error
    focal_error = np.exp(np.where(wrong, rng.normal(0.0, config.focal_error_sd, clips), 0.0))
    moving = some(clips, config.handheld, rng)
    turns, shifts = sway(len(moving), frames, config.sway_degrees, config.sway_metres, rng)
    return VirtualCameras(rotation, position, half_size, focal_error, moving, turns, shifts)


_BORDERS = np.array([(0.0, 1.0), (0.0, -1.0), (1.0, 0.0), (-1.0, 0.0)])
"""Lower, upper, right, left."""


def _from_center(
    center: Float[np.ndarray, "clip 3"],
    distance: Float[np.ndarray, " clip"],
    config: CameraConfig,
    rng: np.random.Generator,
) -> Float[np.ndarray, "clip 3"]:
    """Return where cameras stand from what they look at: in any direction, at usual heights but for extreme ones."""
    clips = len(center)
    low, high = config.height_range
    height = low + (high - low) * rng.beta(1.6, 2.4, clips)
    rise = np.clip(height - center[:, 1], -0.95 * distance, 0.95 * distance)
    steep = np.radians(rng.uniform(*config.extreme_degrees, clips)) * rng.choice((-1.0, 1.0), clips)
    rise = np.where(rng.random(clips) < config.extreme, distance * np.sin(steep), rise)
    away = np.sqrt(distance**2 - rise**2)
    yaw = rng.uniform(0.0, 2.0 * np.pi, clips)
    return np.stack([away * np.sin(yaw), rise, away * np.cos(yaw)], -1)


def _towards_border(clips: int, rng: np.random.Generator) -> Float[np.ndarray, "clip 2"]:
    """Draw aims at a border, in half image sizes: at the lower one, over which legs hang, as often as at all others."""
    outward = _BORDERS[rng.choice(len(_BORDERS), clips, p=(0.5, 1 / 6, 1 / 6, 1 / 6))]
    near, along = rng.uniform(0.7, 1.1, (clips, 1)), rng.uniform(-0.6, 0.6, (clips, 1))
    return near * outward + along * outward[:, ::-1]


def _look_at(
    direction: Float[np.ndarray, "clip 3"], roll: Float[np.ndarray, " clip"], aim: Float[np.ndarray, "clip 2"]
) -> Float[np.ndarray, "clip 3 3"]:
    """Camera from world (x right, y down, z forward), rolled after `direction` was at the ray `aim`, Y up."""
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
