"""Make the clip of `kinelift demo` from a folder of motion capture: python tools/make_demo_clip.py DIR

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
from kinelift.demo import demo_clip
from kinelift.export.keypoints_npz import write_keypoints_npz
from kinelift.sampling.bodies import BodyConfig, face_points, marked_points, stature_of, typical_lengths
from kinelift.sampling.detector_noise import NoiseConfig, detect

TRIAL = "05_07"
START_SECONDS, SECONDS = 2.75, 5.0
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


def main(folder: Path) -> None:
    """Write the clip to where the package looks for it."""
    assert not is_held_out(TRIAL)
    points = seen_from(camera_joints(folder))
    rays = (points[..., :2] / points[..., 2:]).astype(np.float32)
    rng = np.random.default_rng(SEED)
    focal, center = np.array(CAMERA.focal_length), np.array(CAMERA.center)
    inside = (np.abs(rays * focal) <= center).all(-1)
    height = np.array([1.7 / np.median(points[..., 2])])
    found = detect(rays[None], inside[None], height, NOISE, rng)
    pixels, scores = np.round(found.points[0] * focal + center, 1), np.round(found.scores[0], 2)
    keypoints = Keypoints(pixels, scores, COCO_17, FPS, CAMERA.image_size)
    write_keypoints_npz(keypoints, demo_clip(), note=NOTE)
    print(demo_clip(), f"{demo_clip().stat().st_size / 1000:.0f} kB", keypoints)


def camera_joints(folder: Path) -> Float[np.ndarray, "frame 17 3"]:
    """Return what a detector would mark on the dancer, metres in the world, Y up."""
    subject = TRIAL.split("_")[0]
    trials = load_mocap(folder, exclude=lambda name: is_held_out(name) or name.split("_")[0] != subject)
    trial = decimate(max((t for t in trials if t.trial == TRIAL), key=lambda t: t.seconds), FPS)
    first = round(START_SECONDS * FPS)
    rows = slice(first, first + round(SECONDS * FPS))
    joints, axes = trial.joints[None, rows], trial.head_axes[None, rows]
    stature = stature_of(typical_lengths(trial.joints))[None]
    face = face_points(
        joints[..., MOCAP_20.index("head"), :], axes, stature, BodyConfig(), np.random.default_rng(SEED)
    )
    return marked_points(joints, face)[0]


def seen_from(points: Float[np.ndarray, "frame 17 3"]) -> Float[np.ndarray, "frame 17 3"]:
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
    main(Path(sys.argv[1]))
