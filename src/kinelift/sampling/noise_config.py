"""How often, and how far, detectors err."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True)
class NoiseConfig:
    """Lengths are shares of the person's standing height in the image; ranges are drawn once a clip."""

    jitter_range: tuple[float, float] = (0.001, 0.012)
    """Standard deviation of what differs from frame to frame."""
    drift_range: tuple[float, float] = (0.002, 0.014)
    """Standard deviation of what changes slowly."""
    drift_frames: int = 9
    """Frames between the knots that slow drift is interpolated from."""
    bias_sd: float = 0.009
    """Of each joint through a clip."""
    hip_shift_sd: tuple[float, float] = (0.25, 0.06)
    """By how much what a detector calls hips lies outward, in half their distance, and up, in the trunk's length."""
    shoulder_shift_sd: tuple[float, float] = (0.10, 0.05)
    """Likewise of shoulders."""
    outliers: float = 0.006
    """Share of joints that land somewhere else altogether."""
    outlier_sd: float = 0.12
    """How far away."""
    sure_outliers: float = 0.3
    """Share of those whose scores do not tell."""
    exchanged: float = 0.04
    """Share of clips with a span of exchanged left and right: of everything, of the legs or of the arms."""
    leaps: float = 0.04
    """Share of clips with a span in which somebody else is seen, as surely as the person was."""
    occluded: float = 0.12
    """Share of clips with something in front of the person, for a span or throughout."""
    truncated: float = 0.05
    """Share of clips whose person is not seen below a line between hips and ankles."""
    hidden_lost: float = 0.5
    """Share of those two in which what is hidden is lost; in others it is guessed, badly, with low scores."""
    guess_sd: float = 0.06
    """How far guesses are away."""
    outside_lost: float = 0.7
    """Share of clips in which what is outside the image is lost."""
    outside_clamped: float = 0.15
    """Share in which it is marked at the image's border, with low scores; in others it is marked outside."""
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
    span_frames: tuple[int, int] = (1, 10)
    """Shortest and longest span of exchanged sides, of somebody else and of nobody."""
    told_sd: float = 0.3
    """Standard deviation of the log of the error that a joint's scores tell, over its true one."""
    scoreless: float = 0.15
    """Share of clips whose scores say nothing."""


@dataclass(frozen=True, eq=False)
class Detections:
    """What a detector delivers of clips of one person."""

    points: Float[np.ndarray, "clip frame 23 2"]
    scores: Float[np.ndarray, "clip frame 23"]
    """0 where lost."""
