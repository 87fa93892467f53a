"""Motion capture filmed as Human3.6M was: four cameras about one person, split by subject.

Each captured subject gets one body and the cameras of one subject of Human3.6M. Takes are cut to clips that are centred
in the studio; a view nearer to its camera than a metre is left out. Keypoints are the 17 joints, exact or as a detector
would have them: an error that drifts, one that differs from frame to frame, and some that are far off.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from kinelift.body.camera import Camera
from kinelift.body.skeleton import H36M_17, MOCAP_20
from kinelift.datasets.mocap import MocapTrial, decimate
from kinelift.datasets.studio import View
from kinelift.datasets.studio_cameras import StudioCamera, human36m_cameras
from kinelift.geometry.projection import normalize_to_width, project, world_to_camera
from kinelift.sampling.bodies import (
    BodyConfig,
    body_points,
    face_points,
    human_shares,
    lifted_joints,
    sample_bodies,
    typical_lengths,
    with_lengths,
)
from kinelift.sampling.feet import FootConfig, foot_points

FPS = 30.0
CLIP_SECONDS = 6.0
SHORTEST_SECONDS = 1.0
NEAREST_METRES = 1.0
STUDIOS = ("S1", "S5", "S6", "S7", "S8", "S9", "S11")


@dataclass(frozen=True)
class Noise:
    """Errors of keypoints in pixels of a frame 1000 wide, about those measured of real detectors."""

    drift_sd_px: float = 3.0
    drift_frames: int = 9
    jitter_sd_px: float = 2.0
    outliers: float = 0.01
    """Share of keypoints that are further off."""
    outlier_sd_px: float = 20.0


def filmed(trials: Sequence[MocapTrial], *, longest: int | None = None, seed: int = 0) -> list[View]:
    """Return every clip through every camera, keypoints exact; of each take `longest` clips at most."""
    shares = human_shares(np.stack([typical_lengths(trial.joints) for trial in trials]))
    subjects = sorted({trial.subject for trial in trials})
    views = []
    for number, subject in enumerate(subjects):
        rng = np.random.default_rng([seed, number])
        body, stature = sample_bodies(shares, 1, BodyConfig(), rng)
        cameras = human36m_cameras(STUDIOS[number % len(STUDIOS)])
        for trial in (each for each in trials if each.subject == subject):
            joints = _joints(decimate(trial, FPS), body, stature, rng)
            for clip, part in enumerate(_clips(joints, trial, longest)):
                views += _views(part, replace(trial, trial=f"{trial.trial} {clip}"), cameras)
    return views


def noisy(views: Iterable[View], noise: Noise, seed: int) -> list[View]:
    """Return the views as a detector would have them."""
    rng = np.random.default_rng(seed)
    return [replace(view, keypoints=_noisy(view, noise, rng)) for view in views]


def _joints(trial: MocapTrial, body: np.ndarray, stature: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return H36M_17 on the floor of a world whose z is up, metres."""
    joints = with_lengths(trial.joints[None], typical_lengths(trial.joints)[None], body)
    joints[..., 1] -= joints[..., 1].min() - np.float32(0.03)
    head = joints[..., MOCAP_20.index("head"), :]
    face = face_points(head, trial.head_axes[None], stature, BodyConfig(), rng)
    points = body_points(joints, face, foot_points(joints, stature, FootConfig(), rng))
    lifted = lifted_joints(points)[0, :, : len(H36M_17)]
    return np.stack([lifted[..., 0], -lifted[..., 2], lifted[..., 1]], axis=-1)


def _clips(joints: np.ndarray, trial: MocapTrial, longest: int | None) -> Iterator[np.ndarray]:
    """Cut a take to clips, each centred on the floor."""
    fps = decimate(trial, FPS).fps
    frames = round(CLIP_SECONDS * fps)
    for start in range(0, len(joints), frames)[:longest]:
        clip = joints[start : start + frames].copy()
        if len(clip) >= SHORTEST_SECONDS * fps:
            clip[..., :2] -= clip[:, 0, :2].mean(0)
            yield clip


def _views(joints: np.ndarray, trial: MocapTrial, cameras: Sequence[StudioCamera]) -> Iterator[View]:
    for camera in cameras:
        assert camera.pose is not None
        assert camera.lens is not None
        seen = world_to_camera(joints.astype(np.float64), camera.pose.orientation, camera.pose.translation)
        if seen[..., 2].min() > NEAREST_METRES:
            lens: Camera = camera.lens
            screen = normalize_to_width(project(lens, seen), camera.image_size)
            yield View(trial.subject, trial.trial, camera, screen.astype(np.float32), seen.astype(np.float32))


def _noisy(view: View, noise: Noise, rng: np.random.Generator) -> np.ndarray:
    shape = view.keypoints.shape
    frames = np.arange(shape[0]) / noise.drift_frames
    before = frames.astype(int)
    knots = rng.normal(0.0, noise.drift_sd_px, (before[-1] + 2, *shape[1:]))
    share = (frames - before)[:, None, None]
    error = knots[before] * (1.0 - share) + knots[before + 1] * share
    error += rng.normal(0.0, noise.jitter_sd_px, shape)
    far = rng.random(shape[:2]) < noise.outliers
    error[far] += rng.normal(0.0, noise.outlier_sd_px, (int(far.sum()), 2))
    # A frame 1000 pixels wide is 2 wide on the normalised screen.
    return (view.keypoints + error / 500.0).astype(np.float32)
