"""Keypoints lost for a moment, as detectors lose them: carried across, for networks read what moves on more easily."""

from __future__ import annotations

import math

import numpy as np
from jaxtyping import Bool, Float, Int

from kinelift.body.motion import Keypoints
from kinelift.body.rows import KeypointRows, MadeRows, Rows

LONGEST_BRIDGE_SECONDS = 0.14
"""A gap longer than this is left as it is: a hand has been elsewhere meanwhile."""


def bridge_look_ahead(fps: float) -> int:
    """Frames that `bridge` reads on either side."""
    return math.floor(LONGEST_BRIDGE_SECONDS * fps)


def bridge(keypoints: Keypoints) -> Keypoints:
    """Interpolate each joint over gaps of up to 0.14 s; a bridged joint's score is the lower one of the gap's ends."""
    points, scores = _bridged(keypoints.points_px, keypoints.scores, bridge_look_ahead(keypoints.fps))
    return Keypoints(points, scores, keypoints.skeleton, keypoints.fps, keypoints.image_size)


def bridge_rows(keypoints: KeypointRows) -> KeypointRows:
    """Do the same to keypoints that are read a stretch at a time; nothing is read yet."""
    frames, longest = len(keypoints), bridge_look_ahead(keypoints.fps)

    def part(
        start: int, stop: int
    ) -> tuple[Float[np.ndarray, "frame joint 2"], Float[np.ndarray, "frame joint"]]:
        before = max(start - longest, 0)
        around = keypoints[before : min(stop + longest, frames)]
        points, scores = _bridged(around.points_px, around.scores, longest)
        return points[start - before : stop - before], scores[start - before : stop - before]

    def rows(of: Rows, which: int) -> Rows:
        return MadeRows(of.shape, of.dtype, lambda start, stop: part(start, stop)[which])

    return KeypointRows(
        rows(keypoints.points_px, 0),
        rows(keypoints.scores, 1),
        keypoints.skeleton,
        keypoints.fps,
        keypoints.image_size,
    )


def _bridged(
    points: Float[np.ndarray, "frame joint 2"], scores: Float[np.ndarray, "frame joint"], longest: int
) -> tuple[Float[np.ndarray, "frame joint 2"], Float[np.ndarray, "frame joint"]]:
    seen = (scores > 0) & np.isfinite(points).all(-1)
    before, after = _last_seen(seen), len(seen) - 1 - _last_seen(seen[::-1])[::-1]
    lost = ~seen & (before >= 0) & (after < len(seen)) & (after - before <= longest + 1)
    if not lost.any():
        return points, scores
    frame, joint = np.nonzero(lost)
    first, last = before[lost], after[lost]
    share = ((frame - first) / (last - first))[:, None]
    bridged, known = points.copy(), scores.copy()
    bridged[lost] = points[first, joint] * (1.0 - share) + points[last, joint] * share
    known[lost] = np.minimum(scores[first, joint], scores[last, joint])
    return bridged, known


def _last_seen(seen: Bool[np.ndarray, "frame joint"]) -> Int[np.ndarray, "frame joint"]:
    """Return the last frame up to each in which a joint is seen; -1 where there is none."""
    frames = np.where(seen, np.arange(len(seen))[:, None], -1)
    return np.maximum.accumulate(frames, axis=0)
