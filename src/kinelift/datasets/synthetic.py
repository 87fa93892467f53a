"""Motion by a formula: bodies that walk and wave, for runs that must not need any data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinelift.datasets.trial import MOCAP_JOINTS, MocapTrial

FPS = 60.0
SECONDS = 6.0
TRIALS = 6

_Path = Float[np.ndarray, "frame 3"]


@dataclass(frozen=True)
class _Axes:
    """Where a body's left, up and forward point, frame by frame."""

    left: _Path
    up: _Path
    forward: _Path

    def at(self, left: float, up: float, forward: float) -> _Path:
        return left * self.left + up * self.up + forward * self.forward

    def swing(self, length: float, angle: np.ndarray, outward: np.ndarray | float = 0.0) -> _Path:
        """Return a bone that hangs down, swung forward by one angle and to the left by another, radians."""
        forward, left = np.sin(angle)[:, None], np.sin(np.broadcast_to(outward, angle.shape))[:, None]
        down = np.sqrt(np.maximum(1.0 - left**2, 0.0)) * np.cos(angle)[:, None]
        across = np.cos(angle)[:, None] * left
        return length * (forward * self.forward + across * self.left - down * self.up)


def synthetic_trials(seed: int) -> list[MocapTrial]:
    """Return a few takes of bodies that walk in circles and wave; the same for the same seed."""
    return [_trial(np.random.default_rng([seed, number]), number) for number in range(TRIALS)]


def _trial(rng: np.random.Generator, number: int) -> MocapTrial:
    time = np.arange(round(FPS * SECONDS)) / FPS
    heading = rng.uniform(0.0, 2.0 * np.pi) + rng.uniform(-0.5, 0.5) * time
    stride = 2.0 * np.pi * (rng.uniform(0.7, 1.1) * time + rng.random())
    wave = np.radians(rng.uniform(20.0, 120.0)) * (
        0.5 - 0.5 * np.cos(2.0 * np.pi * rng.uniform(0.2, 0.6) * time)
    )
    lean = np.radians(rng.uniform(-2.0, 10.0))
    level = _axes(heading, np.zeros_like(time))
    joints = _legs(level, stride, rng.uniform(0.25, 0.5))
    joints |= _trunk(joints, _axes(heading, np.full_like(time, lean)))
    joints |= _arms(joints, level, stride, wave)
    nod = np.radians(8.0) * np.sin(2.0 * np.pi * rng.uniform(0.1, 0.4) * time)
    head = _axes(heading, lean + nod)
    joints["head"] = joints["neck"] + head.at(0.0, 0.09, 0.01)
    joints["head_top"] = joints["head"] + head.at(0.0, 0.10, 0.0)
    speed = rng.uniform(0.8, 1.4)
    placed = np.stack([joints[name] for name in MOCAP_JOINTS], axis=1)
    placed += _path_on_floor(placed, speed * np.cumsum(level.forward, axis=0) / FPS)[:, None]
    return MocapTrial(
        joints=placed.astype(np.float32),
        joint_names=MOCAP_JOINTS,
        head_axes=np.stack([head.left, head.up, head.forward], axis=-1).astype(np.float32),
        fps=FPS,
        subject=f"synthetic{number}",
        trial=f"synthetic{number}_01",
    )


def _axes(heading: np.ndarray, pitch: np.ndarray) -> _Axes:
    """Return the axes of a body that faces `heading` (0 is z, a quarter turn x) and bows by `pitch`; Y is up."""
    sin, cos, zero = np.sin(heading), np.cos(heading), np.zeros_like(heading)
    ahead, up = np.stack([sin, zero, cos], -1), np.array([0.0, 1.0, 0.0])
    bowed, upright = np.sin(pitch)[:, None], np.cos(pitch)[:, None]
    return _Axes(
        left=np.stack([cos, zero, -sin], -1),
        up=upright * up + bowed * ahead,
        forward=upright * ahead - bowed * up,
    )


def _legs(body: _Axes, stride: np.ndarray, reach: float) -> dict[str, _Path]:
    """Swing thighs and shanks about a pelvis at the origin; a knee bends while its leg comes forward."""
    joints = {"pelvis": np.zeros_like(body.up)}
    for side, outward, phase in (("left", 1.0, 0.0), ("right", -1.0, np.pi)):
        thigh = reach * np.sin(stride + phase)
        knee = 0.1 + 1.6 * reach * np.clip(np.cos(stride + phase), 0.0, None) ** 2
        joints[f"{side}_hip"] = body.at(0.09 * outward, 0.0, 0.0)
        joints[f"{side}_knee"] = joints[f"{side}_hip"] + body.swing(0.42, thigh)
        joints[f"{side}_ankle"] = joints[f"{side}_knee"] + body.swing(0.41, thigh - knee)
        joints[f"{side}_toe"] = joints[f"{side}_ankle"] + body.swing(0.14, thigh - knee + np.radians(70.0))
    return joints


def _trunk(joints: dict[str, _Path], body: _Axes) -> dict[str, _Path]:
    spine = joints["pelvis"] + body.at(0.0, 0.22, 0.0)
    thorax = spine + body.at(0.0, 0.20, -0.01)
    neck = thorax + body.at(0.0, 0.10, 0.0)
    shoulders = {
        f"{side}_shoulder": neck + body.at(0.17 * outward, -0.03, 0.0)
        for side, outward in (("left", 1.0), ("right", -1.0))
    }
    return {"spine": spine, "thorax": thorax, "neck": neck, **shoulders}


def _arms(joints: dict[str, _Path], body: _Axes, stride: np.ndarray, wave: np.ndarray) -> dict[str, _Path]:
    """Swing the left arm against the left leg; the right one is lifted to wave."""
    swung, waved = 0.4 * np.sin(stride + np.pi), 0.3 * np.sin(stride)
    left_elbow = joints["left_shoulder"] + body.swing(0.28, swung, 0.15)
    right_elbow = joints["right_shoulder"] + body.swing(0.28, waved + 0.8 * wave, -0.2)
    return {
        "left_elbow": left_elbow,
        "left_wrist": left_elbow + body.swing(0.25, swung + 0.4, 0.1),
        "right_elbow": right_elbow,
        "right_wrist": right_elbow + body.swing(0.25, waved + 1.3 * wave, 0.5 * np.sin(4.0 * stride)),
    }


def _path_on_floor(joints: Float[np.ndarray, "frame joint 3"], path: _Path) -> _Path:
    """Return the way a body goes, with its lowest joint 3 cm above the floor in every frame."""
    height = 0.03 - joints[..., 1].min(axis=1)
    return path * np.array([1.0, 0.0, 1.0]) + height[:, None] * np.array([0.0, 1.0, 0.0])
