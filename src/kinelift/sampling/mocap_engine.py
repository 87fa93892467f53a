"""Motion capture made into training sequences: other bodies, virtual cameras, a detector's view of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float, Int

from kinelift.body.skeleton import COCO_23, H36M_21, MOCAP_20
from kinelift.datasets.mocap import MocapTrial
from kinelift.geometry.normalisation import MIRRORS, normalise_rays
from kinelift.sampling.bodies import (
    BodyConfig,
    body_points,
    face_points,
    human_shares,
    lifted_joints,
    marked_points,
    sample_bodies,
    typical_lengths,
    with_lengths,
)
from kinelift.sampling.detector_noise import detect
from kinelift.sampling.draws import log_uniform
from kinelift.sampling.feet import FootConfig, foot_points
from kinelift.sampling.noise_config import Detections, NoiseConfig
from kinelift.sampling.recombination import exchange_upper_bodies
from kinelift.sampling.sequences import Sequences
from kinelift.sampling.slow_sources import sample_slow_sources, to_network_rate, to_source_rate
from kinelift.sampling.variety import VarietyConfig, vary
from kinelift.sampling.virtual_cameras import CameraConfig, VirtualCameras, sample_cameras

_HIPS = [COCO_23.index(f"{side}_hip") for side in ("left", "right")]

BLOCK = 256
"""Clips drawn at a time, and among each other: what they take fits a processor's cache."""


@dataclass(frozen=True)
class MocapConfig:
    """How motion capture becomes training sequences."""

    fps: float = 30.0
    """Frames a second that the network reads."""
    clips: int = 16384
    """Clips an epoch, each with a body, a camera and a detector of its own."""
    targets_per_clip: int = 14
    """Frames of a clip that serve as targets, beside the receptive field around them."""
    speed_range: tuple[float, float] = (0.75, 1.35)
    """Of movement over that of who was captured; log-uniform."""
    duration_power: float = 0.7
    """Trials are drawn in proportion to their duration to this power, so that long ones do not drown the rest."""
    recombined: float = 0.25
    """Share of clips that get another clip's upper body."""
    tilted: float = 0.10
    """Share of clips laid over about a horizontal axis, for lying and floor poses."""
    slow: float = 0.15
    """Share of clips from videos of fewer frames a second, interpolated to `fps`."""
    slow_fps_range: tuple[float, float] = (15.0, 29.0)
    """Rates of those."""
    edges: float = 0.08
    """Share of clips that begin or end inside the receptive field, padded with their first or last frame."""
    variety: VarietyConfig | None = None
    """How poses leave what was captured; None keeps to it."""
    bodies: BodyConfig = field(default_factory=BodyConfig)
    """Whose bodies move."""
    feet: FootConfig = field(default_factory=FootConfig)
    """Their feet."""
    cameras: CameraConfig = field(default_factory=CameraConfig)
    """What sees them."""
    noise: NoiseConfig = field(default_factory=NoiseConfig)
    """What a detector makes of that."""


class MocapEngine:
    """Draws epochs of sequences from motion capture. The same seed and epoch give the same sequences."""

    def __init__(
        self, trials: Sequence[MocapTrial], config: MocapConfig, *, receptive_field: int, seed: int
    ) -> None:
        if not trials:
            raise ValueError("no motion capture trials to train on.")
        self.config = config
        self.seed = seed
        self.frames = receptive_field - 1 + config.targets_per_clip
        usable = [t for t in trials if len(t.joints) / t.fps >= self.frames / config.fps * 0.5]
        if not usable:
            raise ValueError(
                f"every trial is shorter than {self.frames / config.fps * 0.5:.1f} s, half of what a window needs."
            )
        self._joints = np.concatenate([t.joints for t in usable]).astype(np.float32)
        self._head_axes = np.concatenate([t.head_axes for t in usable]).astype(np.float32)
        counts = np.array([len(t.joints) for t in usable])
        self._starts = np.cumsum(counts) - counts
        self._counts = counts
        self._fps = np.array([t.fps for t in usable])
        self._lengths = np.stack([typical_lengths(t.joints) for t in usable])
        self.shares = human_shares(self._lengths)
        weights = (counts / self._fps) ** config.duration_power
        self._weights = weights / weights.sum()

    def epoch(self, index: int) -> Sequences:
        """Draw the sequences of one epoch."""
        rng = np.random.Generator(np.random.SFC64([self.seed, index]))
        clips, frames = self.config.clips, self.frames
        joints = np.empty((clips, frames, len(COCO_23), len(MIRRORS["rays"].joint)), np.float32)
        extra = np.empty((clips, frames, len(MIRRORS["rays"].extra)), np.float32)
        targets = np.empty((clips, frames, len(H36M_21), 3), np.float32)
        roots = np.empty((clips, frames, 1, 3), np.float32)
        for start in range(0, clips, BLOCK):
            block = slice(start, min(start + BLOCK, clips))
            detections, true = self._block(block.stop - block.start, rng)
            seen = normalise_rays(detections.points, detections.scores)
            camera_from_turned = seen.camera_from_turned.astype(np.float32)
            joints[block], extra[block] = seen.joints, seen.extra
            np.matmul(true - true[..., :1, :], camera_from_turned, out=targets[block])
            np.matmul(true[..., :1, :], camera_from_turned, out=roots[block])
        return Sequences(
            joints=joints.reshape(-1, *joints.shape[2:]),
            extra=extra.reshape(-1, *extra.shape[2:]),
            targets=targets.reshape(-1, *targets.shape[2:]),
            lengths=np.full(clips, frames),
            input_skeleton=COCO_23,
            output_skeleton=H36M_21,
            mirror=MIRRORS["rays"],
            roots=roots.reshape(-1, 3),
        )

    def _block(
        self, clips: int, rng: np.random.Generator
    ) -> tuple[Detections, Float[np.ndarray, "clip frame 21 3"]]:
        """Draw clips: what a detector makes of them, and the joints in the camera's frame."""
        config = self.config
        joints, head_axes, lengths = self.motion(clips, rng)
        joints, head_axes = recombine(joints, head_axes, config.recombined, rng)
        if config.variety is not None:
            joints, head_axes = vary(joints, head_axes, config.variety, rng)
        joints, head_axes = _tilt(joints, head_axes, config.tilted, rng)
        body, stature = sample_bodies(self.shares, clips, config.bodies, rng)
        joints = on_floor(with_lengths(joints, lengths, body))
        head = joints[..., MOCAP_20.index("head"), :]
        face = face_points(head, head_axes, stature, config.bodies, rng)
        feet = foot_points(joints, stature, config.feet, rng)
        center = joints[..., 0, :].mean(1).astype(np.float64)
        cameras = sample_cameras(center, self.frames, config.cameras, rng)
        points = cameras.to_camera(body_points(joints, face, feet))
        return self.observe(marked_points(points), cameras, stature, rng), lifted_joints(points)

    def motion(
        self, clips: int, rng: np.random.Generator
    ) -> tuple[
        Float[np.ndarray, "clip frame 20 3"],
        Float[np.ndarray, "clip frame 3 3"],
        Float[np.ndarray, "clip 20"],
    ]:
        """Draw clips of trials: joints of MOCAP_20 in metres, Y up, heads' axes, and the trials' bone lengths."""
        config = self.config
        trial = rng.choice(len(self._weights), clips, p=self._weights)
        speed = log_uniform(config.speed_range, clips, rng)
        step = speed * self._fps[trial] / config.fps
        last = self._counts[trial] - 1
        slack = last - step * (self.frames - 1)
        start = rng.random(clips) * np.maximum(slack, 0.0)
        over_edge = rng.random(clips) < config.edges
        start = np.where(over_edge, rng.uniform(-0.5, 0.5, clips) * step * self.frames + start, start)
        at = start[:, None] + step[:, None] * np.arange(self.frames)
        at = np.clip(at, 0.0, last[:, None])
        before = np.minimum(at.astype(int), last[:, None] - 1)
        share = (at - before).astype(np.float32)[..., None, None]
        before += self._starts[trial][:, None]
        joints = self._between(self._joints, before, share)
        axes = self._between(self._head_axes, before, share)
        axes /= np.maximum(np.linalg.norm(axes, axis=-2, keepdims=True), 1e-6)
        joints[..., [0, 2]] -= joints[:, :1, :1, [0, 2]]
        return joints, axes, self._lengths[trial]

    def _between(
        self,
        values: Float[np.ndarray, "all a b"],
        before: Int[np.ndarray, "clip frame"],
        share: Float[np.ndarray, "clip frame 1 1"],
    ) -> Float[np.ndarray, "clip frame a b"]:
        first = values[before]
        return first + share * (values[before + 1] - first)

    def observe(
        self,
        marked: Float[np.ndarray, "clip frame 23 3"],
        cameras: VirtualCameras,
        stature: Float[np.ndarray, " clip"],
        rng: np.random.Generator,
    ) -> Detections:
        """Return what a detector makes of the points it marks (metres, camera frame): rays by the told focal length."""
        config = self.config
        clips, frames = marked.shape[:2]
        slow = sample_slow_sources(clips, frames, config.slow, config.slow_fps_range, config.fps, rng)
        to_source_rate(marked, slow)
        depth = np.maximum(marked[..., 2], np.float32(0.2))
        rays = marked[..., :2] / depth[..., None]
        in_front = marked[..., 2] > 0.3
        height = stature / np.maximum(np.median(depth[:, :, _HIPS], axis=(1, 2)), 0.5)
        found = detect(rays, in_front, height, cameras.half_size, config.noise, rng)
        to_network_rate(found, slow)
        found.points[...] *= cameras.focal_error.astype(np.float32)[:, None, None, None]
        return found


def recombine(
    joints: Float[np.ndarray, "clip frame 20 3"],
    head_axes: Float[np.ndarray, "clip frame 3 3"],
    share: float,
    rng: np.random.Generator,
) -> tuple[Float[np.ndarray, "clip frame 20 3"], Float[np.ndarray, "clip frame 3 3"]]:
    """Give a share of the clips the upper bodies of others."""
    clips = np.nonzero(rng.random(len(joints)) < share)[0]
    return exchange_upper_bodies(joints, head_axes, clips, rng.integers(0, len(joints), len(clips)))


def _tilt(
    joints: Float[np.ndarray, "clip frame 20 3"],
    head_axes: Float[np.ndarray, "clip frame 3 3"],
    share: float,
    rng: np.random.Generator,
) -> tuple[Float[np.ndarray, "clip frame 20 3"], Float[np.ndarray, "clip frame 3 3"]]:
    """Lay some clips over about a horizontal axis by 30 degrees to upside down."""
    clips = np.nonzero(rng.random(len(joints)) < share)[0]
    angle = np.radians(rng.uniform(30.0, 180.0, len(clips)))
    yaw = rng.uniform(0.0, 2.0 * np.pi, len(clips))
    axis = np.stack([np.cos(yaw), np.zeros(len(clips)), np.sin(yaw)], -1)
    turn = _about(axis, angle).astype(np.float32)
    joints[clips] = np.einsum("nij,nfkj->nfki", turn, joints[clips])
    head_axes[clips] = np.einsum("nij,nfjk->nfik", turn, head_axes[clips])
    return joints, head_axes


def _about(
    axis: Float[np.ndarray, "clip 3"], angle: Float[np.ndarray, " clip"]
) -> Float[np.ndarray, "clip 3 3"]:
    """Rotation matrices by Rodrigues' formula."""
    x, y, z = axis.T
    zero = np.zeros_like(x)
    cross = np.stack([zero, -z, y, z, zero, -x, -y, x, zero], -1).reshape(-1, 3, 3)
    sin, cos = np.sin(angle)[:, None, None], np.cos(angle)[:, None, None]
    return np.eye(3) + sin * cross + (1.0 - cos) * (cross @ cross)


def on_floor(joints: Float[np.ndarray, "clip frame 20 3"]) -> Float[np.ndarray, "clip frame 20 3"]:
    """Bring each clip's lowest joint near the floor."""
    joints[..., 1] -= joints[..., 1].min((1, 2))[:, None, None] - np.float32(0.03)
    return joints
