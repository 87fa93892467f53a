"""Clips such as a user has: each held-out subject filmed by two cameras, marked by a detector that errs.

They are made from motion capture that no shipped model was trained on. Everybody keeps one body and every camera one
lens; a camera is set up anew for each take. Truth is kept apart from what may be learnt from.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

import kinelift as kl
from kinelift.body.skeleton import COCO_17, COCO_23, MOCAP_20
from kinelift.datasets.mocap import HELD_OUT_SUBJECTS, load_mocap
from kinelift.datasets.trial import MocapTrial, decimate
from kinelift.sampling.bodies import (
    BodyConfig,
    body_points,
    face_points,
    human_shares,
    marked_points,
    sample_bodies,
    typical_lengths,
    with_lengths,
)
from kinelift.sampling.detector_noise import detect
from kinelift.sampling.feet import FootConfig, foot_points
from kinelift.sampling.noise_config import NoiseConfig
from kinelift.sampling.virtual_cameras import CameraConfig, VirtualCameras, sample_cameras

FPS = 30.0
LONGER_SIDE_PX = 1280
CAMERAS = 2
SEED = 8

FILMED = CameraConfig(
    focal_range=(0.7, 1.3), filled_range=(0.35, 0.7), off_centre=0.2, extreme=0.0, sideways=0.0, cut_off=0.0,
    handheld=0.0, focal_error=0.0,
)  # fmt: skip
DETECTED = NoiseConfig(
    outliers=0.002, exchanged=0.0, leaps=0.0, occluded=0.0, truncated=0.0, lost_clips=0.0, lost_frames=0.0,
    faceless=0.0, footless=1.0,
)  # fmt: skip

TRUTH = tuple(
    f"{side}_{joint}"
    for joint in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
    for side in ("left", "right")
)
"""Joints that are measured, as in development_set.py."""


@dataclass(frozen=True, eq=False)
class FilmedClip:
    """One take through one camera."""

    subject: str
    trial: str
    camera_number: int
    keypoints: kl.Keypoints
    camera: kl.Camera
    truth: np.ndarray
    """(frame, joint, 3) metres, camera frame, joints as in TRUTH."""

    @property
    def name(self) -> str:
        return f"{self.trial}_camera{self.camera_number}"


def filmed_clips(mocap: Path) -> Iterator[FilmedClip]:
    """Film every take of the held-out subjects."""
    trials = load_mocap(mocap, exclude=lambda name: name.split("_")[0] not in HELD_OUT_SUBJECTS)
    shares = human_shares(np.stack([typical_lengths(trial.joints) for trial in trials]))
    for number, subject in enumerate(HELD_OUT_SUBJECTS):
        rng = np.random.default_rng([SEED, number])
        body, stature = sample_bodies(shares, 1, BodyConfig(), rng)
        centre = np.array([[0.0, 0.55 * stature[0], 0.0]])
        cameras = [sample_cameras(centre, 1, FILMED, rng) for _ in range(CAMERAS)]
        for trial in (each for each in trials if each.subject == subject):
            if trial.seconds >= 1.0:
                yield from _takes(decimate(trial, FPS), body, stature, cameras, rng)


def _takes(
    trial: MocapTrial,
    body: np.ndarray,
    stature: np.ndarray,
    cameras: list[VirtualCameras],
    rng: np.random.Generator,
) -> Iterator[FilmedClip]:
    joints = with_lengths(trial.joints[None], typical_lengths(trial.joints)[None], body)
    joints[..., 1] -= joints[..., 1].min() - np.float32(0.03)
    joints[..., [0, 2]] -= joints[:, :, 0, [0, 2]].mean(1)[:, None, None]
    head = joints[..., MOCAP_20.index("head"), :]
    face = face_points(head, trial.head_axes[None], stature, BodyConfig(), rng)
    points = body_points(joints, face, foot_points(joints, stature, FootConfig(), rng))
    for number, placed in enumerate(cameras):
        marked = marked_points(placed.to_camera(points))
        if float(marked[..., 2].min()) < 0.5:
            continue  # walks through the camera
        depth = marked[..., 2]
        height = stature / np.median(depth)
        found = detect(
            marked[..., :2] / depth[..., None], depth > 0.3, height, placed.half_size, DETECTED, rng
        )
        yield _clip(trial, number, placed, marked[0], found.points[0], found.scores[0])


def _clip(
    trial: MocapTrial,
    number: int,
    placed: VirtualCameras,
    marked: np.ndarray,
    rays: np.ndarray,
    scores: np.ndarray,
) -> FilmedClip:
    half = placed.half_size[0]
    width, height = (round(LONGER_SIDE_PX * side / half.max()) for side in half)
    focal = width / (2.0 * half[0])
    pixels = rays * focal + np.array([width / 2.0, height / 2.0])
    pixels[scores == 0] = np.nan
    kept = [COCO_23.index(name) for name in COCO_17.names]
    camera = replace(kl.Camera.assumed((width, height)), focal_length=(focal, focal), source="virtual camera")
    keypoints = kl.Keypoints(
        pixels[:, kept].astype(np.float32),
        scores[:, kept].astype(np.float32),
        COCO_17,
        trial.fps,
        (width, height),
    )
    truth = marked[:, [COCO_23.index(name) for name in TRUTH]].astype(np.float64)
    return FilmedClip(trial.subject, trial.trial, number, keypoints, camera, truth)


def p1_mm(clip: FilmedClip, model: str | Path) -> float:
    """Lift a clip and return its P1: about the middle of the hips, mean over joints and frames, millimetres."""
    motion = kl.lift(clip.keypoints, camera=clip.camera, model=model, lock_feet=False)
    lifted = motion.joints[:, [motion.skeleton.index(name) for name in TRUTH]].astype(float)
    hips = [TRUTH.index("left_hip"), TRUTH.index("right_hip")]
    lifted, truth = (joints - joints[:, hips].mean(1, keepdims=True) for joints in (lifted, clip.truth))
    return 1000.0 * float(np.linalg.norm(lifted - truth, axis=-1).mean())
