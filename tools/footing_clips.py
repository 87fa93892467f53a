"""What the footing network learns from: motion capture seen by virtual cameras, lifted as users' videos are."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

import kinelift as kl
from kinelift.body.skeleton import COCO_23, H36M_21, MOCAP_20
from kinelift.datasets.mocap import MocapTrial
from kinelift.placing.contacts import FOOT_POINTS
from kinelift.sampling.bodies import (
    body_points,
    face_points,
    lifted_joints,
    marked_points,
    sample_bodies,
    with_lengths,
)
from kinelift.sampling.feet import foot_points
from kinelift.sampling.mocap_engine import MocapConfig, MocapEngine, on_floor, recombine
from kinelift.sampling.virtual_cameras import CameraConfig, sample_cameras

FPS = 30.0
FRAMES = (64, 96, 128, 192, 240)
"""Of clips; each file has clips of one length."""
CLIPS_A_FILE = 96
FOCAL_PX = 1000.0
FOOTLESS = 0.6
"""Share of clips lifted from COCO-17's keypoints, which mark no feet."""
CONFIG = MocapConfig(tilted=0.0, edges=0.0, recombined=0.1, cameras=CameraConfig(extreme=0.05, sideways=0.0))

TOUCHING_M, STILL_METRES_PER_SECOND = 0.05, 0.35
"""A toe or heel touches the floor that is so near to where the lowest of its kind come, and no faster."""


@dataclass(frozen=True, eq=False)
class Clips:
    """Clips of one length."""

    lifted: np.ndarray
    """(clip, frame, 21, 3) metres, camera frame, as lifted."""
    true: np.ndarray
    """The same as they were."""
    up: np.ndarray
    """(clip, 3) against gravity, camera frame."""


def draw(trials: Sequence[MocapTrial], folder: Path, seed: int, minutes: float) -> None:
    """Write files of clips for so long."""
    folder.mkdir(parents=True, exist_ok=True)
    engines = {
        frames: MocapEngine(trials, replace(CONFIG, targets_per_clip=frames), receptive_field=1, seed=seed)
        for frames in FRAMES
    }
    begun, number = time.monotonic(), 0
    while time.monotonic() - begun < 60.0 * minutes:
        clips = _drawn(engines[FRAMES[number % len(FRAMES)]], np.random.default_rng([seed, number]))
        np.savez(folder / f"{seed}_{number:04d}.npz", lifted=clips.lifted, true=clips.true, up=clips.up)
        number += 1


def _drawn(engine: MocapEngine, rng: np.random.Generator) -> Clips:
    joints, head_axes, lengths = engine.motion(CLIPS_A_FILE, rng)
    joints, head_axes = recombine(joints, head_axes, CONFIG.recombined, rng)
    body, stature = sample_bodies(engine.shares, CLIPS_A_FILE, CONFIG.bodies, rng)
    joints = on_floor(with_lengths(joints, lengths, body))
    face = face_points(joints[..., MOCAP_20.index("head"), :], head_axes, stature, CONFIG.bodies, rng)
    feet = foot_points(joints, stature, CONFIG.feet, rng)
    center = joints[..., 0, :].mean(1).astype(np.float64)
    cameras = sample_cameras(center, joints.shape[1], CONFIG.cameras, rng)
    points = cameras.to_camera(body_points(joints, face, feet))
    seen = engine.observe(marked_points(points), cameras, stature, rng)
    true, up = lifted_joints(points), cameras.rotation @ np.array([0.0, 1.0, 0.0])
    clips = []
    for clip in range(CLIPS_A_FILE):
        size = np.round(2.0 * FOCAL_PX * cameras.half_size[clip]).astype(int)
        skeleton = kl.COCO_17 if rng.random() < FOOTLESS else COCO_23
        marked = slice(0, len(skeleton))
        keypoints = kl.Keypoints(
            (seen.points[clip] * FOCAL_PX + size / 2.0)[:, marked],
            np.clip(seen.scores[clip], 0.0, 1.0)[:, marked],
            skeleton,
            FPS,
            (int(size[0]), int(size[1])),
        )
        lens = np.array([[FOCAL_PX, 0.0, size[0] / 2], [0.0, FOCAL_PX, size[1] / 2], [0.0, 0.0, 1.0]])
        camera = kl.Camera.from_intrinsics(lens, keypoints.image_size)
        try:
            motion = kl.lift(keypoints, camera=camera, lock_feet=False)
        except ValueError:  # nobody to be seen
            continue
        clips.append((motion.joints, true[clip], up[clip]))
    return Clips(*(np.stack(each).astype(np.float32) for each in zip(*clips, strict=True)))


def read(path: Path) -> Clips:
    """Read a file of clips."""
    with np.load(path) as file:
        return Clips(file["lifted"], file["true"], file["up"])


def contacts(clips: Clips) -> np.ndarray:
    """Tell, (clip, frame, 4), when each of FOOT_POINTS truly touches the floor."""
    points = clips.true[:, :, [H36M_21.index(name) for name in FOOT_POINTS]]
    heights = (points * clips.up[:, None, None]).sum(-1)
    lowest = np.quantile(np.minimum(heights[..., :2], heights[..., 2:]), 0.02, axis=1)
    floor = np.concatenate([lowest, lowest], axis=-1)[:, None]
    speeds = np.linalg.norm(np.gradient(points, axis=1), axis=-1) * FPS
    return (heights - floor < TOUCHING_M) & (speeds < STILL_METRES_PER_SECOND)
