"""What a lifted body itself tells of its world: which way is up, and when its feet stand. Told by a small network."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from kinelift.body.rows import Rows
from kinelift.body.skeleton import H36M_21, Skeleton
from kinelift.geometry.between_frames import sample_values
from kinelift.geometry.edges import repeat_edges
from kinelift.geometry.rotations import unit_vectors
from kinelift.lifting.network import load_session
from kinelift.placing.contacts import FOOT_POINTS
from kinelift.placing.ground import Uprightness
from kinelift.weights import find_footing

FOOTING_SKELETON = H36M_21
"""Bodies whose footing is told."""
RATE_FPS = 30.0
"""Frames a second that the network reads."""
REACH = 40
"""Frames on either side that it reads for an answer, beside the one that speeds are taken from."""

_SPEED_UNIT, _DISTANCE_UNIT = 0.3, 0.1
_FASTEST_SEEN, _NEAREST = 3.0, 0.1
"""Of feet in the picture, as the network reads them; and leg lengths to the camera, at least."""
_FEET = [FOOTING_SKELETON.index(name) for name in FOOT_POINTS]


def footing_look_ahead(fps: float) -> int:
    """Frames on either side that `tell_footing` reads."""
    return math.ceil((REACH + 2) * fps / RATE_FPS) + 1


@dataclass(frozen=True, eq=False)
class Footing:
    """What is told of some frames."""

    probability: Float[np.ndarray, "frame 4"]
    """How likely each of FOOT_POINTS touches the floor."""
    upright: Uprightness


def leg_length(lengths: Float[np.ndarray, " bone"], skeleton: Skeleton) -> float:
    """Return the length of thigh and shank together, the mean of both sides, in the bone lengths' unit."""
    ends = [skeleton.names[child] for _, child in skeleton.bones]
    names = ("left_knee", "left_ankle", "right_knee", "right_ankle")
    return sum(float(lengths[ends.index(name)]) for name in names) / 2.0


def footing_features(
    joints: Float[np.ndarray, "*batch frame 21 3"], leg_m: float | Float[np.ndarray, "*batch"]
) -> Float[np.ndarray, "*batch frame 75"]:
    """Return what the network reads of joints (metres, camera frame) at RATE_FPS: the pose, the root's pace and place,
    and how FOOT_POINTS move in the picture, which is better known than how they do in depth.

    Lengths are in leg lengths, so that a body's size tells nothing.
    """
    scaled = joints / np.reshape(leg_m, (*np.shape(leg_m), 1, 1, 1))
    root = scaled[..., 0, :]
    pose = (scaled - root[..., None, :])[..., 1:, :].reshape(*root.shape[:-1], -1)
    pace = _SPEED_UNIT * RATE_FPS * _steps(root[..., None, :])[..., 0, :]
    distance = np.linalg.norm(root, axis=-1, keepdims=True)
    seen = _SPEED_UNIT * RATE_FPS * root[..., None, 2:] * _steps(scaled[..., _FEET, :2] / _depth(scaled))
    feet = np.clip(seen, -_FASTEST_SEEN, _FASTEST_SEEN).reshape(*root.shape[:-1], -1)
    return np.concatenate(
        (pose, pace, unit_vectors(root), _DISTANCE_UNIT * distance, feet), axis=-1, dtype=np.float32
    )


def _steps(
    values: Float[np.ndarray, "*batch frame point axis"],
) -> Float[np.ndarray, "*batch frame point axis"]:
    """Return how values change a frame; not at all where there is but one."""
    return np.gradient(values, axis=-3) if values.shape[-3] > 1 else np.zeros_like(values)


def _depth(joints: Float[np.ndarray, "*batch frame 21 3"]) -> Float[np.ndarray, "*batch frame 4 1"]:
    return np.maximum(joints[..., _FEET, 2:], _NEAREST)


def tell_footing(joints: Rows, leg_m: float, fps: float, start: int, stop: int) -> Footing:
    """Tell of a stretch of a moving body: `joints` (frame, 21, 3) of the whole clip, metres, camera frame.

    The clip is read at RATE_FPS, its first and last frames repeated beyond its ends. How bodies hold themselves is
    summed over the moments at that rate that the stretch holds.
    """
    step, last_frame = fps / RATE_FPS, joints.shape[0] - 1
    count = math.floor(last_frame / step + 1e-9) + 1  # moments in the clip
    # Moments that the stretch holds, and those around its first and last frame.
    first = math.floor(start / step + 1e-9)
    end = min(max(math.ceil(stop / step - 1e-9), math.ceil((stop - 1) / step - 1e-9) + 1), count)
    read = slice(max(first - REACH - 1, 0), min(end + REACH + 1, count))
    body = _at_moments(joints, read, step)
    around = slice(max(first - REACH, 0) - read.start, min(end + REACH, count) - read.start)
    missing = max(REACH - first, 0), max(end + REACH - count, 0)
    both = [footing_features(each, leg_m)[around] for each in (body, _mirrored(body))]
    answers = _both_ways(np.stack([repeat_edges(each, *missing) for each in both]))
    at = np.arange(first, end) * step
    own = (at >= start) & (at < stop)
    weights = np.exp(np.clip(answers[own, 3:4], -6.0, 6.0))
    up = answers[own, :3] + (0.0, -1.0, 0.0)
    likely = 1.0 / (1.0 + np.exp(-answers[:, 4 : 4 + len(FOOT_POINTS)]))
    place = np.arange(start, stop) / step - first
    before = np.clip(place.astype(int), 0, len(likely) - 1)
    after = np.minimum(before + 1, len(likely) - 1)
    probability = sample_values(likely, before, after, np.clip(place - before, 0.0, 1.0))
    return Footing(probability, Uprightness((weights * up).sum(0), float(weights.sum())))


def _mirrored(joints: Float[np.ndarray, "moment 21 3"]) -> Float[np.ndarray, "moment 21 3"]:
    """Return the body that a mirrored video would show."""
    return joints[:, FOOTING_SKELETON.mirrored] * (-1.0, 1.0, 1.0)


def _both_ways(features: Float[np.ndarray, "2 read 75"]) -> Float[np.ndarray, "moment 9"]:
    """Return the mean of what the network answers of a body and, mirrored back, of the mirrored one."""
    answers, mirrored = _network().run(["y"], {"x": features})[0].astype(np.float64)
    mirrored[:, 0] *= -1.0
    mirrored[:, 4:8] = mirrored[:, [6, 7, 4, 5]]  # FOOT_POINTS of the other side
    return (answers + mirrored) / 2.0


def _at_moments(joints: Rows, moments: slice, step: float) -> Float[np.ndarray, "moment 21 3"]:
    """Read the clip at some of the network's moments, `step` frames apart."""
    at = np.minimum(np.arange(moments.start, moments.stop) * step, joints.shape[0] - 1)
    before = np.floor(at + 1e-9).astype(int)
    after = np.minimum(before + 1, joints.shape[0] - 1)
    values = joints[int(before[0]) : int(after[-1]) + 1].astype(np.float64)
    return sample_values(values, before - before[0], after - before[0], np.clip(at - before, 0.0, 1.0))


@cache
def _network() -> Any:
    return load_session(Path(find_footing()))
