"""Make the clip of `kinelift demo` from a folder of motion capture: python tools/make_demo_clip.py DIR CLIP.npz

A few seconds of a dance from the CMU Graphics Lab Motion Capture Database (a trial that weights may be trained on),
seen by a virtual camera that stands still and by a detector that makes mistakes.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from jaxtyping import Float

from kinelift.body import COCO_17, MOCAP_20, Camera, Keypoints
from kinelift.datasets.mocap import decimate, is_held_out, load_mocap
from kinelift.export.keypoints_npz import write_keypoints_npz
from kinelift.sampling.bodies import BodyConfig, body_points, face_points, marked_points
from kinelift.sampling.detector_noise import NoiseConfig, detect
from kinelift.sampling.feet import FootConfig, foot_points

TRIAL = "05_07"
START_SECONDS, SECONDS = 2.75, 5.0
STATURE_M = 1.7
FPS = 30.0
CAMERA = Camera.assumed((1280, 720))
"""The lens that `kinelift lift` assumes where none is said, so that the demo needs no options."""
CAMERA_METRES = (4.8, 1.3)
"""How far away the camera stands and how high."""
CAMERA_YAW_DEGREES = 50.0
NOISE = NoiseConfig(
    jitter_range=(0.002, 0.003),
    drift_range=(0.003, 0.004),
    bias_sd=0.005,
    outliers=0.002,
    lost_clips=1.0,
    lost_joints=0.02,
    lost_spans=0.03,
    lost_frames=0.0,
    faceless=0.0,
    exchanged=0.0,
    scoreless=0.0,
)
SEED = 5
NOTE = (
    f"{SECONDS:g} s of trial {TRIAL}, CMU Graphics Lab Motion Capture Database, through a virtual camera and with a "
    "detector's noise; made by tools/make_demo_clip.py. The data used in this project was obtained from "
    "mocap.cs.cmu.edu. The database was created with funding from NSF EIA-0196217. Free for all uses."
)


def main(folder: Path, clip: Path) -> None:
    """Write the clip."""
    assert not is_held_out(TRIAL)
    points = seen_from(camera_joints(folder))
    rays = (points[..., :2] / points[..., 2:]).astype(np.float32)
    rng = np.random.default_rng(SEED)
    focal, center = np.array(CAMERA.focal_length), np.array(CAMERA.center)
    height = np.array([STATURE_M / np.median(points[..., 2])])
    found = detect(rays[None], points[None, ..., 2] > 0, height, (center / focal)[None], NOISE, rng)
    marked = slice(0, len(COCO_17))
    pixels = np.round(found.points[0, :, marked] * focal + center, 1)
    keypoints = Keypoints(pixels, np.round(found.scores[0, :, marked], 2), COCO_17, FPS, CAMERA.image_size)
    write_keypoints_npz(keypoints, clip, note=NOTE)
    print(clip, f"{clip.stat().st_size / 1000:.0f} kB", keypoints)


def camera_joints(folder: Path) -> Float[np.ndarray, "frame 23 3"]:
    """Return what a detector would mark on the dancer, metres in the world, Y up."""
    subject = TRIAL.split("_")[0]
    trials = load_mocap(folder, exclude=lambda name: is_held_out(name) or name.split("_")[0] != subject)
    trial = decimate(max((t for t in trials if t.trial == TRIAL), key=lambda t: t.seconds), FPS)
    first = round(START_SECONDS * FPS)
    rows = slice(first, first + round(SECONDS * FPS))
    joints, axes = trial.joints[None, rows], trial.head_axes[None, rows]
    stature, rng = np.array([STATURE_M]), np.random.default_rng(SEED)
    face = face_points(joints[..., MOCAP_20.index("head"), :], axes, stature, BodyConfig(), rng)
    return marked_points(body_points(joints, face, foot_points(joints, stature, FootConfig(), rng)))[0]


def seen_from(points: Float[np.ndarray, "frame 23 3"]) -> Float[np.ndarray, "frame 23 3"]:
    """Return the points in the camera's frame: x right, y down, z forward."""
    distance, height = CAMERA_METRES
    low, high = points.min((0, 1)), points.max((0, 1))
    target = (low + high) / 2.0
    yaw = np.radians(CAMERA_YAW_DEGREES)
    position = np.array(
        [target[0] + distance * np.sin(yaw), low[1] + height, target[2] + distance * np.cos(yaw)]
    )
    forward = (target - position) / np.linalg.norm(target - position)
    right = np.cross(forward, [0.0, 1.0, 0.0])
    right /= np.linalg.norm(right)
    return (points - position) @ np.stack([right, np.cross(forward, right), forward], axis=1)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
