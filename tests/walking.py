"""A synthetic walker: what tests of files and pages take for a recording."""

from __future__ import annotations

import numpy as np

from kinelift.body import (
    COCO_17,
    H36M_17,
    WORLD_FROM_CAMERA,
    Camera,
    Keypoints,
    Motion,
    Person,
    Quality,
    QualitySpan,
    Recording,
)
from kinelift.body.quality_spans import spans_at

FPS = 30.0
SPANS = (
    QualitySpan("observed", 0, 20),
    QualitySpan("doubtful", 20, 30, ("expected error",)),
    QualitySpan("observed", 30, 40),
    QualitySpan("infilled", 40, 50),
    QualitySpan("observed", 50, 100_000),
)
IMAGE_SIZE = (1280, 720)


def walking_recording(people: int = 1, frames: int = 90) -> Recording:
    """Return people who walk to the right in front of the camera.

    Frames 40 to 49 of each are unobserved, 20 to 29 are said to be doubtful.
    """
    return Recording(
        people=tuple(walking_person(i, frames) for i in range(people)),
        image_size=IMAGE_SIZE,
        fps=FPS,
        times_seconds=np.arange(frames) / FPS,
        camera=Camera.assumed(IMAGE_SIZE),
        world_from_camera=WORLD_FROM_CAMERA,
    )


def walking_person(number: int, frames: int) -> Person:
    """Return one walker; later ones start behind and out of step."""
    generator = np.random.default_rng(number)
    joints = walking_joints(frames, phase=0.9 * number) + np.array([-0.4 * number, 0.0, 1.1 * number])
    observed = np.ones(frames, dtype=bool)
    observed[40:50] = False
    scores = np.where(observed[:, None], generator.uniform(0.7, 1.0, joints.shape[:2]), 0.0)
    motion = Motion(joints.astype(np.float32), observed, scores.astype(np.float32), H36M_17, FPS)
    keypoints, noise_px = _keypoints(joints, observed, generator)
    error_px = np.where(observed, noise_px, np.nan).astype(np.float32)
    expected_m = np.where(observed[:, None], generator.uniform(0.02, 0.12, joints.shape[:2]), np.nan)
    spans = spans_at(SPANS, np.arange(frames))
    return Person(number, keypoints, motion, Quality(error_px, expected_m.astype(np.float32), spans))


def walking_joints(frames: int, phase: float = 0.0) -> np.ndarray:
    """Return H36M_17 joints (frame, 17, 3) of a walk, metres, x right, y down, z forward."""
    stride = 2 * np.pi * 0.95 * np.arange(frames) / FPS + phase
    forward = np.array([0.97, 0.0, 0.24])
    up = np.array([0.0, -1.0, 0.0])
    left = np.array([0.24, 0.0, -0.97])
    joints: dict[str, np.ndarray] = {}
    travel = np.arange(frames)[:, None] / FPS * 1.3 - 1.9
    joints["pelvis"] = (
        travel * forward + (0.05 + 0.02 * np.cos(2 * stride))[:, None] * up + np.array([0, 0.1, 4.6])
    )

    def swing(start: np.ndarray, angle: np.ndarray, length: float) -> np.ndarray:
        return start + length * (np.sin(angle)[:, None] * forward - np.cos(angle)[:, None] * up)

    for side, outward, offset in (("left", left, 0.0), ("right", -left, np.pi)):
        thigh = 0.42 * np.sin(stride + offset)
        knee_bend = 0.12 + 0.75 * np.clip(np.cos(stride + offset), 0, None) ** 2
        joints[f"{side}_hip"] = joints["pelvis"] + 0.12 * outward
        joints[f"{side}_knee"] = swing(joints[f"{side}_hip"], thigh, 0.44)
        joints[f"{side}_ankle"] = swing(joints[f"{side}_knee"], thigh - knee_bend, 0.43)
    joints["spine"] = joints["pelvis"] + 0.24 * up + 0.01 * forward
    joints["thorax"] = joints["spine"] + 0.26 * up + 0.02 * forward
    joints["nose"] = joints["thorax"] + 0.1 * up + 0.06 * forward
    joints["head"] = joints["nose"] + 0.13 * up - 0.02 * forward
    for side, outward, offset in (("left", left, np.pi), ("right", -left, 0.0)):
        arm = 0.45 * np.sin(stride + offset)
        joints[f"{side}_shoulder"] = joints["thorax"] + 0.17 * outward - 0.03 * up
        joints[f"{side}_elbow"] = swing(joints[f"{side}_shoulder"], arm, 0.29)
        joints[f"{side}_wrist"] = swing(joints[f"{side}_elbow"], arm + 0.4, 0.26)
    return np.stack([joints[name] for name in H36M_17.names], axis=1)


def _keypoints(
    joints: np.ndarray, observed: np.ndarray, generator: np.random.Generator
) -> tuple[Keypoints, np.ndarray]:
    """Return COCO keypoints of the joints with noise that grows and fades, and that noise's size, pixels."""
    camera = Camera.assumed(IMAGE_SIZE)
    rows = [H36M_17.index(name if name in H36M_17.names else "head") for name in COCO_17.names]
    face = np.zeros((len(COCO_17), 3))
    face[1:5] = [(0.02, 0.05, -0.03), (0.02, 0.05, 0.03), (-0.04, 0.07, -0.07), (-0.04, 0.07, 0.07)]
    points = joints[:, rows] + face
    pixels = points[..., :2] / points[..., 2:] * np.array(camera.focal_length) + np.array(camera.center)
    noise_px = 2.5 + 2.0 * np.sin(np.arange(len(joints)) / 11.0) ** 2
    pixels = pixels + generator.normal(size=pixels.shape) * noise_px[:, None, None] / np.sqrt(2)
    scores = generator.uniform(0.5, 1.0, pixels.shape[:2]) * observed[:, None]
    scores[10:14, COCO_17.index("left_wrist")] = 0.0
    return Keypoints(pixels, scores, COCO_17, FPS, IMAGE_SIZE), noise_px
