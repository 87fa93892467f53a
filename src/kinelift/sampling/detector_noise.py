"""What real detectors make of true points: jitter, drift, bias, outliers, other sides and people, losses, scores.

Magnitudes follow measured detectors: 1.7 to 4.8 pixels a joint in a thousand-pixel frame (MotionBERT's noise
model, Zhu et al., ICCV 2023), misses of 2 to 10 % and inversions of 1 to 6 % (Ronchi and Perona, ICCV 2017).
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float

from kinelift.body.skeleton import COCO_23
from kinelift.sampling.draws import log_uniform
from kinelift.sampling.hidden import hide, leave_image, lose
from kinelift.sampling.mistaken import exchange_sides, leap_to_others
from kinelift.sampling.noise_config import Detections, NoiseConfig

_SHOULDERS, _HIPS = (
    [COCO_23.index(f"{side}_{name}") for side in ("left", "right")] for name in ("shoulder", "hip")
)


def detect(
    points: Float[np.ndarray, "clip frame 23 2"],
    in_front: Bool[np.ndarray, "clip frame 23"],
    height: Float[np.ndarray, " clip"],
    half_size: Float[np.ndarray, "clip 2"],
    config: NoiseConfig,
    rng: np.random.Generator,
) -> Detections:
    """Return noisy COCO_23 detections of true points (any linear unit, the image's middle at 0).

    `height` is each person's standing height and `half_size` half the image's size, in that unit; what is not
    in front of the camera is never seen.
    """
    noisy, error = _displaced(points.shape, config, rng)
    scores = _scores(error, config, rng)
    noisy *= height.astype(np.float32)[:, None, None, None]
    noisy += points
    noisy[:, :, _SHOULDERS + _HIPS] += _marked_elsewhere(points, config, rng)
    exchange_sides(noisy, config, rng)
    found = Detections(noisy, scores)
    hide(found, points, height, config, rng)
    leave_image(found, points, in_front, half_size, config, rng)
    leap_to_others(found, points, height, config, rng)
    lose(found, config, rng)
    found.points[found.scores == 0] = 0.0
    return found


def _displaced(
    shape: tuple[int, ...], config: NoiseConfig, rng: np.random.Generator
) -> tuple[Float[np.ndarray, "clip frame 23 2"], Float[np.ndarray, "clip frame 23"]]:
    """Return how far points are displaced, in standing heights, and how far away they look to the detector itself."""
    clips, frames, joints, _ = shape
    moved = rng.standard_normal(shape, dtype=np.float32)
    moved *= log_uniform(config.jitter_range, clips, rng).astype(np.float32)[:, None, None, None]
    knots = frames // config.drift_frames + 2
    drift = rng.standard_normal((clips, knots, joints * 2), dtype=np.float32)
    drift *= log_uniform(config.drift_range, clips, rng).astype(np.float32)[:, None, None]
    drift += rng.standard_normal((clips, 1, joints * 2), dtype=np.float32) * np.float32(config.bias_sd)
    moved += (_between_knots(frames, knots, config.drift_frames) @ drift).reshape(shape)
    error = np.sqrt(moved[..., 0] ** 2 + moved[..., 1] ** 2)
    outlier = rng.integers(0, error.size, rng.binomial(error.size, config.outliers))
    away = rng.normal(0.0, config.outlier_sd, (len(outlier), 2)).astype(np.float32)
    moved.reshape(-1, 2)[outlier] += away
    told = rng.random(len(outlier)) >= config.sure_outliers
    error.reshape(-1)[outlier[told]] += np.sqrt((away[told] ** 2).sum(-1))
    return moved, error


def _between_knots(frames: int, knots: int, apart: int) -> Float[np.ndarray, "frame knot"]:
    """Return the weights of linear interpolation between knots, the first of which is at frame 0."""
    distance = np.abs(np.arange(frames)[:, None] / apart - np.arange(knots))
    return np.maximum(1.0 - distance, 0.0).astype(np.float32)


def _marked_elsewhere(
    points: Float[np.ndarray, "clip frame 23 2"], config: NoiseConfig, rng: np.random.Generator
) -> Float[np.ndarray, "clip frame 4 2"]:
    """Return how far from the joints' centres a detector marks shoulders and hips: in or out, and up or down."""
    shoulders, hips = points[:, :, _SHOULDERS], points[:, :, _HIPS]
    up = shoulders.mean(2, keepdims=True) - hips.mean(2, keepdims=True)
    shifts = []
    for pair, sd in ((shoulders, config.shoulder_shift_sd), (hips, config.hip_shift_sd)):
        outward, upward = (rng.normal(0.0, s, (len(points), 1, 1, 1)).astype(np.float32) for s in sd)
        shifts.append(outward * (pair - pair.mean(2, keepdims=True)) + upward * up)
    return np.concatenate(shifts, axis=2)


def _scores(
    error: Float[np.ndarray, "clip frame 23"], config: NoiseConfig, rng: np.random.Generator
) -> Float[np.ndarray, "clip frame 23"]:
    """Scores that fall with the error, tell part of the truth, and differ from one detector to another."""
    clips, _, joints = error.shape
    best = rng.uniform(0.6, 1.0, clips).astype(np.float32)[:, None, None]
    slope = rng.uniform(1.0, 8.0, clips).astype(np.float32)[:, None, None]
    slope = slope * np.exp(rng.normal(0.0, config.told_sd, (clips, 1, joints))).astype(np.float32)
    scatter = rng.uniform(0.01, 0.12, clips).astype(np.float32)[:, None, None]
    scores = rng.standard_normal(error.shape, dtype=np.float32)
    scores *= scatter
    scores += best
    scores -= slope * error
    scoreless = rng.random(clips) < config.scoreless
    scores[scoreless] = best[scoreless]
    return np.clip(scores, 0.05, 1.0, out=scores)
