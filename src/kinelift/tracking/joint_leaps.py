"""Cutting out joints that jump away from their body and back."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from jaxtyping import Bool, Float

from kinelift.body import Keypoints
from kinelift.body.rows import KeypointRows, stretches
from kinelift.tracking.chains import best_chain
from kinelift.tracking.masking import without
from kinelift.tracking.track import MOST_RULER_ROWS, STRETCH_FRAMES, Track, scores_of_bodies, tracks

JOINT_BREAK_SECONDS = 0.25
"""A joint is believed after a jump if it stays there for about twice this long."""
CONTEXT_SECONDS = 4.0
"""What a joint does longer before or after a jump has no say in whether it is believed."""


def cut_joint_leaps(keypoints: Keypoints) -> Keypoints:
    """Mask single joints that jump away from the body faster than limbs move, and soon back (NaN, score 0).

    Works against the body's own motion, joint by joint. A joint that jumps and stays is believed.
    """
    clip = KeypointRows.of(keypoints)
    mask = np.concatenate([leaps for _, leaps in find_joint_leaps(clip, mean_joint_scores(clip))])
    return without(keypoints, mask)


def mean_joint_scores(
    clip: KeypointRows, stretch_frames: int = STRETCH_FRAMES
) -> Float[np.ndarray, " joint"]:
    """Return each joint's mean score where it and a body are seen; 0 where it never is."""
    sums, counts = np.zeros(len(clip.skeleton)), np.zeros(len(clip.skeleton))
    for part in stretches(len(clip), stretch_frames):
        scores = scores_of_bodies(clip, part).astype(np.float64)
        sums, counts = sums + scores.sum(0), counts + (scores > 0).sum(0)
    return sums / np.maximum(counts, 1)


def find_joint_leaps(
    clip: KeypointRows,
    mean_scores: Float[np.ndarray, " joint"],
    stretch_frames: int = STRETCH_FRAMES,
) -> Iterator[tuple[slice, Bool[np.ndarray, "frame joint"]]]:
    """Tell, stretch by stretch, which joints jump away from the body faster than limbs move, and soon back.

    `mean_scores` are those of `mean_joint_scores`. The stretches follow each other from the first frame to the last.
    """
    context = MOST_RULER_ROWS + 1 + min(math.ceil(CONTEXT_SECONDS * clip.fps), stretch_frames)
    done = 0
    for track in tracks(clip, stretch_frames, context):
        rows = np.arange(track.own.start, track.own.stop)
        stop = len(clip) if track.own.stop == len(track.frames) else int(track.frames[rows[-1]]) + 1
        mask = np.zeros((stop - done, len(clip.skeleton)), bool)
        mask[track.frames[rows] - done] = _leaping(track, mean_scores, clip.fps)[rows]
        yield slice(done, stop), mask
        done = stop
    if done < len(clip):
        yield slice(done, len(clip)), np.zeros((len(clip) - done, len(clip.skeleton)), bool)


def _leaping(
    track: Track, mean_scores: Float[np.ndarray, " joint"], fps: float
) -> Bool[np.ndarray, "row joint"]:
    leaping = np.zeros(track.scores.shape, bool)
    for joint, mean_score in enumerate(mean_scores):
        seen = np.flatnonzero(track.scores[:, joint] > 0)
        if len(seen) < 3:
            continue
        path = track.joint(joint, seen)
        breaks = path.strain(np.arange(len(seen) - 1), np.arange(1, len(seen))) > 1.0
        if breaks.any():
            weights = track.scores[seen, joint].astype(np.float64)
            cost = JOINT_BREAK_SECONDS * fps * float(mean_score)
            kept = best_chain(breaks | (np.diff(track.frames[seen]) > 1), weights, path.strain, 0.0, cost)
            leaping[seen[~kept], joint] = True
    return leaping
