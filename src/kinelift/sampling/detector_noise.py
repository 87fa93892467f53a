"""What real detectors make of true points: jitter, drift, bias, outliers, exchanged sides, lost joints, scores.

Magnitudes follow measured detectors: 1.7 to 4.8 pixels a joint in a thousand-pixel frame (MotionBERT's noise
model, Zhu et al., ICCV 2023), misses of 2 to 10 % and inversions of 1 to 6 % (Ronchi and Perona, ICCV 2017).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from kinelift.body.skeleton import COCO_23
from kinelift.sampling.draws import log_uniform

FACE = tuple(COCO_23.index(n) for n in ("nose", "left_eye", "right_eye", "left_ear", "right_ear"))
LIMB_ENDS = tuple(
    COCO_23.index(f"{side}_{n}") for side in ("left", "right") for n in ("wrist", "ankle", "knee")
)
FEET = tuple(COCO_23.index(n) for n in COCO_23.names[17:])


@dataclass(frozen=True)
class NoiseConfig:
    """Lengths are shares of the person's standing height in the image; ranges are drawn once a clip."""

    jitter_range: tuple[float, float] = (0.001, 0.012)
    drift_range: tuple[float, float] = (0.002, 0.014)
    drift_frames: int = 9
    """Frames between the knots that slow drift is interpolated from."""
    bias_sd: float = 0.009
    outliers: float = 0.006
    """Share of joints that land somewhere else altogether."""
    outlier_sd: float = 0.12
    lost_clips: float = 0.3
    """Share of clips in which joints get lost at all."""
    lost_joints: float = 0.3
    """Highest share of joints lost at random in such a clip; spans come on top."""
    lost_spans: float = 0.12
    """Chance of each joint of such a clip to be lost over one span."""
    lost_frames: float = 0.2
    """Share of clips with a span of frames in which nobody is seen."""
    faceless: float = 0.06
    """Share of clips that are seen without a face."""
    footless: float = 0.5
    """Share of clips seen by a detector that marks no feet, as those of COCO-17's keypoints."""
    exchanged: float = 0.04
    """Share of clips with a span of exchanged left and right."""
    span_frames: tuple[int, int] = (1, 10)
    scoreless: float = 0.15
    """Share of clips whose scores say nothing."""


@dataclass(frozen=True, eq=False)
class Detections:
    """What a detector delivers of clips of one person."""

    points: Float[np.ndarray, "clip frame 23 2"]
    scores: Float[np.ndarray, "clip frame 23"]
    """0 where lost."""


def detect(
    points: Float[np.ndarray, "clip frame 23 2"],
    inside: Bool[np.ndarray, "clip frame 23"],
    height: Float[np.ndarray, " clip"],
    config: NoiseConfig,
    rng: np.random.Generator,
) -> Detections:
    """Return noisy COCO_23 detections of true points (any linear unit); height is the person's in that unit."""
    displacement = _displacement(points.shape, config, rng)
    scores = _scores(np.sqrt((displacement**2).sum(-1)), config, rng)
    noisy = points + displacement * height.astype(np.float32)[:, None, None, None]
    _exchange_sides(noisy, config, rng)
    partly = rng.random(len(points)) < 0.7
    lost = _lost(scores.shape, config, rng) | (~inside & partly[:, None, None])
    scores[lost] = 0.0
    noisy[lost] = 0.0
    return Detections(noisy, scores)


def _displacement(
    shape: tuple[int, ...], config: NoiseConfig, rng: np.random.Generator
) -> Float[np.ndarray, "clip frame 23 2"]:
    clips, frames, joints, _ = shape
    jitter = log_uniform(config.jitter_range, clips, rng).astype(np.float32)
    moved = rng.standard_normal(shape, dtype=np.float32)
    moved *= jitter[:, None, None, None]
    knots = frames // config.drift_frames + 2
    drift = rng.standard_normal((clips, knots, joints, 2), dtype=np.float32)
    drift *= log_uniform(config.drift_range, clips, rng).astype(np.float32)[:, None, None, None]
    at = np.arange(frames, dtype=np.float32) / config.drift_frames
    before = at.astype(int)
    share = (at - before)[:, None, None]
    moved += drift[:, before] * (1.0 - share) + drift[:, before + 1] * share
    moved += rng.normal(0.0, config.bias_sd, (clips, 1, joints, 2)).astype(np.float32)
    outlier = np.nonzero(rng.random(shape[:3], dtype=np.float32) < config.outliers)
    moved[outlier] += rng.normal(0.0, config.outlier_sd, (len(outlier[0]), 2)).astype(np.float32)
    return moved


def _scores(
    error: Float[np.ndarray, "clip frame 23"], config: NoiseConfig, rng: np.random.Generator
) -> Float[np.ndarray, "clip frame 23"]:
    """Scores that fall with the error, tell part of the truth, and differ from one detector to another."""
    clips = len(error)
    best = rng.uniform(0.6, 1.0, clips).astype(np.float32)[:, None, None]
    slope = rng.uniform(1.0, 8.0, clips).astype(np.float32)[:, None, None]
    scatter = rng.uniform(0.01, 0.12, clips).astype(np.float32)[:, None, None]
    scores = best - slope * error + scatter * rng.standard_normal(error.shape, dtype=np.float32)
    scoreless = rng.random(clips) < config.scoreless
    scores[scoreless] = best[scoreless]
    return np.clip(scores, 0.05, 1.0)


def _exchange_sides(
    points: Float[np.ndarray, "clip frame 23 2"], config: NoiseConfig, rng: np.random.Generator
) -> None:
    clips, frames = points.shape[:2]
    for clip in np.nonzero(rng.random(clips) < config.exchanged)[0]:
        span = _span(frames, config, rng)
        points[clip, span] = points[clip, span][:, COCO_23.mirrored]


def _lost(
    shape: tuple[int, ...], config: NoiseConfig, rng: np.random.Generator
) -> Bool[np.ndarray, "clip frame 23"]:
    clips, frames, joints = shape
    losing = rng.random(clips) < config.lost_clips
    share = np.where(losing, rng.random(clips) ** 2 * config.lost_joints, 0.0).astype(np.float32)
    lost = rng.random(shape, dtype=np.float32) < share[:, None, None]
    chance = np.full((clips, joints), config.lost_spans)
    chance[:, LIMB_ENDS] *= 2.0
    for clip, joint in zip(
        *np.nonzero((rng.random((clips, joints)) < chance) & losing[:, None]), strict=True
    ):
        start, stop = np.sort(rng.integers(0, frames + 1, 2))
        lost[clip, start:stop, joint] = True
    for clip in np.nonzero(rng.random(clips) < config.lost_frames)[0]:
        lost[clip, _span(frames, config, rng)] = True
    faceless = np.nonzero(rng.random(clips) < config.faceless)[0]
    lost[faceless[:, None], :, FACE] = True
    footless = np.nonzero(rng.random(clips) < config.footless)[0]
    lost[footless[:, None], :, FEET] = True
    return lost


def _span(frames: int, config: NoiseConfig, rng: np.random.Generator) -> slice:
    start = int(rng.integers(0, frames))
    return slice(start, start + int(rng.integers(config.span_frames[0], config.span_frames[1] + 1)))
