"""Videos of fewer frames a second than a network reads: seen at their own rate, interpolated to the network's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from kinelift.geometry.between_frames import mix_points
from kinelift.sampling.draws import some
from kinelift.sampling.noise_config import Detections


@dataclass(frozen=True, eq=False)
class SlowSources:
    """Clips that come from slow videos.

    frames of the network    0   1   2   3   4   5   6
    frames of the video    0     1     2     3     4        step 1.5, phase 0.5
    """

    clips: Int[np.ndarray, " slow"]
    """Which they are."""
    step: Float[np.ndarray, " slow"]
    """Frames of the network's rate from one of the video's to the next, 1 or more."""
    phase: Float[np.ndarray, " slow"]
    """Where among the video's frames the network's first one lies, from 0 to 1."""


def sample_slow_sources(
    clips: int,
    frames: int,
    share: float,
    fps_range: tuple[float, float],
    fps: float,
    rng: np.random.Generator,
) -> SlowSources:
    """Draw which clips come from videos of `fps_range` for a network of `fps`."""
    slow = some(clips, share, rng)
    step = np.maximum(fps / rng.uniform(*fps_range, len(slow)), 1.0)
    # Phases are such that as many frames of the video as of the clip reach its end.
    phase = rng.random(len(slow)) * np.minimum((frames - 1) * (1.0 - 1.0 / step), 1.0)
    return SlowSources(slow, step, phase)


def to_source_rate(points: Float[np.ndarray, "clip frame joint 3"], sources: SlowSources) -> None:
    """Bring true points of slow clips to the times of their videos' frames, in place.

    The last frame needed may lie beyond the clip: points move on as they did.
    """
    frames = points.shape[1]
    if frames == 1 or not len(sources.clips):
        return
    at = (np.arange(frames) - sources.phase[:, None]) * sources.step[:, None]
    at = np.minimum(at, frames - 1 + sources.step[:, None])
    before = np.clip(np.floor(at).astype(int), 0, frames - 2)
    clip = sources.clips[:, None]
    share = (at - before).astype(points.dtype)[..., None, None]
    first = points[clip, before]
    points[sources.clips] = first + share * (points[clip, before + 1] - first)


def to_network_rate(found: Detections, sources: SlowSources) -> None:
    """Interpolate detections at the times of videos' frames to those of the network's, in place, as lifting does."""
    frames = found.scores.shape[1]
    if not len(sources.clips):
        return
    at = np.arange(frames) / sources.step[:, None] + sources.phase[:, None]
    before = np.minimum(at.astype(int), max(frames - 2, 0))
    after = np.minimum(before + 1, frames - 1)
    clip, share = np.repeat(sources.clips, frames), (at - before).astype(np.float32).reshape(-1, 1)
    here, next_one = (clip, before.ravel()), (clip, after.ravel())
    points, scores = mix_points(
        found.points[here], found.scores[here], found.points[next_one], found.scores[next_one], share
    )
    points[scores == 0] = 0.0
    found.points[sources.clips] = points.reshape(-1, *found.points.shape[1:])
    found.scores[sources.clips] = scores.reshape(-1, *found.scores.shape[1:])
