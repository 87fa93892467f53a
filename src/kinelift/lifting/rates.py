"""Keypoints at any frame rate to a model's rate, and its answers back."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinelift.geometry.between_frames import sample_points, sample_values

SAME_RATE = 0.01
"""Rates that differ by less than this share are the same: 29.97 is 30."""


@dataclass(frozen=True)
class Phases:
    """A rate that is a whole multiple of the model's: every `count`-th frame, `count` times over."""

    count: int


@dataclass(frozen=True)
class Resampled:
    """Any other rate: interpolated to the model's and back."""

    frames_per_model_frame: float


RatePlan = Phases | Resampled

LIVE_SLACK = 1e-6
"""Share of a frame by which times may miss each other and be the same."""


def plan_rate(fps: float, model_fps: float | None) -> RatePlan:
    """Choose how clips of `fps` reach a model of `model_fps`; None takes them as they are."""
    if model_fps is None:
        return Phases(1)
    ratio = fps / model_fps
    count = max(round(ratio), 1)
    return Phases(count) if abs(ratio / count - 1.0) < SAME_RATE else Resampled(ratio)


def split_phases(
    values: Float[np.ndarray, "frame *rest"], count: int
) -> Float[np.ndarray, "phase frame2 *rest"]:
    """Return every `count`-th frame, `count` times over; short phases repeat the last frame of the clip.

    a b c d e f g  by 3 ->  a d g | b e g | c f g
    """
    longest = -(-len(values) // count)
    rows = np.arange(count)[:, None] + count * np.arange(longest)
    return values[np.minimum(rows, len(values) - 1)]


def join_phases(
    values: Float[np.ndarray, "phase frame2 *rest"], frames: int
) -> Float[np.ndarray, "frame *rest"]:
    """Undo `split_phases` for a clip of `frames` frames."""
    interleaved = np.swapaxes(values, 0, 1).reshape(-1, *values.shape[2:])
    return interleaved[:frames]


def resample_points(
    points: Float[np.ndarray, "frame joint xy"], scores: Float[np.ndarray, "frame joint"], step: float
) -> tuple[Float[np.ndarray, "new joint xy"], Float[np.ndarray, "new joint"]]:
    """Sample every `step` frames, linearly between neighbours that are both seen, else from the nearer one."""
    last = len(points) - 1
    at = np.minimum(np.arange(int(np.floor(last / step + 1e-9)) + 2) * step, last)
    before = np.minimum(at.astype(int), max(last - 1, 0))
    after = np.minimum(before + 1, last)
    return sample_points(points, scores, before, after, at - before)


def live_delay(plan: RatePlan, look_ahead: int) -> int:
    """Return how many frames late a stream answers: the network's look-ahead and what resampling waits for.

    A resampled answer lies between those of two model frames, the later of which comes less than one model frame
    after it, is answered `look_ahead` model frames later, and is made of the frames on both its sides.
    """
    match plan:
        case Phases(count):
            return look_ahead * count
        case Resampled(step):
            return math.ceil((1 + look_ahead) * step - LIVE_SLACK)


def resample_back(
    values: Float[np.ndarray, "new *rest"], step: float, frames: int
) -> Float[np.ndarray, "frame *rest"]:
    """Bring values sampled every `step` frames back to one for each of `frames` frames, linearly."""
    at = np.arange(frames) / step
    before = np.clip(at.astype(int), 0, len(values) - 1)
    after = np.minimum(before + 1, len(values) - 1)
    return sample_values(values, before, after, at - before)
