"""Detectors that take left for right, or somebody else for the person."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from kinelift.body.skeleton import COCO_23
from kinelift.sampling.draws import some, spans
from kinelift.sampling.noise_config import Detections, NoiseConfig


def _exchanging(*joints: str) -> list[int]:
    return [
        other if not joints or COCO_23.names[joint].split("_", 1)[-1] in joints else joint
        for joint, other in enumerate(COCO_23.mirrored)
    ]


EXCHANGES = np.array(
    [
        _exchanging(),
        _exchanging("hip", "knee", "ankle", "heel", "big_toe", "small_toe"),
        _exchanging("shoulder", "elbow", "wrist"),
    ]
)
"""Where each joint is marked when sides are exchanged: of everything, of the legs, of the arms."""

_HIPS = [COCO_23.index(f"{side}_hip") for side in ("left", "right")]
_ASIDE = (0.3, 1.5)
"""How far aside the other person stands, in standing heights."""


def exchange_sides(
    points: Float[np.ndarray, "clip frame 23 2"], config: NoiseConfig, rng: np.random.Generator
) -> None:
    """Exchange left and right over a span of some clips."""
    clips = some(len(points), config.exchanged, rng)
    kind = rng.choice(len(EXCHANGES), len(clips), p=(0.5, 0.3, 0.2))
    row, frame = np.nonzero(spans(len(clips), points.shape[1], config.span_frames, rng))
    clip = clips[row]
    points[clip, frame] = points[clip[:, None], frame[:, None], EXCHANGES[kind[row]]]


def leap_to_others(
    found: Detections,
    points: Float[np.ndarray, "clip frame 23 2"],
    height: Float[np.ndarray, " clip"],
    config: NoiseConfig,
    rng: np.random.Generator,
) -> None:
    """Let the detector see somebody else over a span of some clips: the person of another, brought to stand beside.

    `points` are the true ones, of which the hips tell where people are.
    """
    clips = some(len(points), config.leaps, rng)
    donors = rng.integers(0, len(points), len(clips))
    seen = spans(len(clips), points.shape[1], config.span_frames, rng)
    first = seen.argmax(1)
    size = (height[clips] / height[donors]) * np.exp(rng.normal(0.0, 0.2, len(clips)))
    aside = rng.uniform(*_ASIDE, len(clips)) * rng.choice((-1.0, 1.0), len(clips))
    offset = np.stack([aside, rng.normal(0.0, 0.15, len(clips))], -1) * height[clips, None]
    here, there = (points[which, first][:, _HIPS].mean(1) for which in (clips, donors))
    row, frame = np.nonzero(seen)
    other = found.points[donors[row], frame] - there[row, None]
    moved = other * size[row, None, None] + (here + offset)[row, None]
    scores = found.scores[donors[row], frame]
    found.points[clips[row], frame] = moved
    found.scores[clips[row], frame] = scores
