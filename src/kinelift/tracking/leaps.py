"""Cutting out what no body can do: leaps to somebody else and joints that jump away and back."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float, Int

from kinelift.body import Keypoints
from kinelift.tracking.chains import best_chain
from kinelift.tracking.place import LIMBS

log = logging.getLogger(__name__)

# A standing grown body's keypoints lie about 0.45 m from their middle (root mean square): its "spread", the
# ruler of this file. Limits are wide: what they cut is impossible, not merely fast.
BODY_SPREADS, BODY_SPREADS_PER_SECOND = 0.6, 9.0
"""How far a body may be from where its motion, or rest, would have it: 0.3 m and changes of pace of 4 m/s."""
STEPS_FOR_VELOCITY = 4
SIZE_RATIO, SIZE_RATIO_PER_SECOND = 1.8, 4.0
MIN_LENGTHS = 10
"""Distances between joints that two rows must share for their sizes to be compared."""
JOINT_SPREADS, JOINT_SPREADS_PER_SECOND = 0.45, 22.0
"""The same for a joint against its body: 0.2 m and 10 m/s."""
STRAIN_SECONDS = 0.5
"""Frames worth this much time are given up for a way that goes on as it did, rather than one just
possible."""
JOINT_BREAK_SECONDS = 0.25
"""A joint is believed after a jump if it stays there for about twice this long."""
MIN_JOINTS = 3
RULER_SECONDS = 2.0


def cut_leaps(keypoints: Keypoints) -> Keypoints:
    """Mask the frames in which the whole body is where, or as large as, it cannot be (NaN, score 0).

    The clip is broken wherever the body moves or changes size faster than a body can; the pieces that one
    body can have gone through, the heaviest such chain, stay. So a leap away is cut whether it returns or
    not, and a beginning on somebody else too. Frames are compared by the joints they share. Needs the whole
    clip.
    """
    rows = np.flatnonzero(keypoints.seen.sum(-1) >= MIN_JOINTS)
    if len(rows) < 2:
        return keypoints
    track = _Track.of(keypoints, rows)
    breaks = track.strain(np.arange(len(rows) - 1), np.arange(1, len(rows))) > 1.0
    if not breaks.any():
        return keypoints
    # The way is also cut wherever rows are missing: across a gap a leap may look like haste, and what comes
    # after may fit better to what was before it.
    weights = keypoints.scores[rows].sum(-1).astype(np.float64)
    strain_cost = STRAIN_SECONDS * keypoints.fps * float(np.median(weights))
    kept = best_chain(breaks | (np.diff(rows) > 1), weights, track.strain, strain_cost)
    cut = rows[~kept]
    log.info(
        "%d of %d frames leap to another place or size and are treated as missing.", len(cut), len(keypoints)
    )
    mask = np.zeros(keypoints.seen.shape, bool)
    mask[cut] = True
    return _without(keypoints, mask)


def cut_joint_leaps(keypoints: Keypoints) -> Keypoints:
    """Mask single joints that jump away from the body faster than limbs move, and soon back.

    Works against the body's own motion, joint by joint. A joint that jumps and stays is believed.
    """
    rows = np.flatnonzero(keypoints.seen.sum(-1) >= MIN_JOINTS)
    if len(rows) < 3:
        return keypoints
    track = _Track.of(keypoints, rows)
    relative = track.points - track.body_path[:, None]
    mask = np.zeros(keypoints.seen.shape, bool)
    for joint in range(len(keypoints.skeleton)):
        seen = np.flatnonzero(track.seen[:, joint])
        if len(seen) < 3:
            continue
        path = _JointPath(relative[seen, joint], track.times[seen], track.ruler[seen])
        breaks = path.strain(np.arange(len(seen) - 1), np.arange(1, len(seen))) > 1.0
        if breaks.any():
            weights = keypoints.scores[rows[seen], joint].astype(np.float64)
            cost = JOINT_BREAK_SECONDS * keypoints.fps * float(weights.mean())
            kept = best_chain(breaks | (np.diff(rows[seen]) > 1), weights, path.strain, 0.0, cost)
            mask[rows[seen[~kept]], joint] = True
    return _without(keypoints, mask) if mask.any() else keypoints


@dataclass(frozen=True)
class _Track:
    """The rows of a clip in which a body is seen."""

    points: Float[np.ndarray, "row joint 2"]
    seen: Bool[np.ndarray, "row joint"]
    times: Float[np.ndarray, " row"]
    """Seconds."""
    ruler: Float[np.ndarray, " row"]
    """The body's spread in pixels, median over a couple of seconds."""
    steps: Float[np.ndarray, "step 2"]
    """The body's way from row to row: the median step of the joints two rows share, pixels."""
    sized_by: Int[np.ndarray, " sized"]
    """Joints whose distances from each other tell the body's size."""

    @classmethod
    def of(cls, keypoints: Keypoints, rows: Int[np.ndarray, " row"]) -> _Track:
        points, seen = keypoints.points_px[rows].astype(np.float64), keypoints.seen[rows]
        away = points - np.nanmean(points, axis=1, keepdims=True)
        spread = np.sqrt(np.nanmean((away**2).sum(-1), axis=1))
        ruler = np.maximum(_running_median(spread, keypoints.fps), 1e-3 * max(keypoints.image_size))
        steps = np.nan_to_num(_median(points[1:] - points[:-1]))
        names = keypoints.skeleton.names
        sized_by = np.array([names.index(name) for name in LIMBS if name in names] or range(len(names)))
        return cls(points, seen, rows / keypoints.fps, ruler, steps, sized_by)

    @property
    def body_path(self) -> Float[np.ndarray, "row 2"]:
        """The body's way summed, from (0, 0)."""
        return np.concatenate((np.zeros((1, 2)), np.cumsum(self.steps, axis=0)))

    @cached_property
    def _velocities(self) -> tuple[Float[np.ndarray, "row 2"], Float[np.ndarray, "row 2"]]:
        """Pixels a second before and after each row: medians over a few steps, so that a single leap tells
        nothing.
        """
        paces = self.steps / np.diff(self.times)[:, None]
        count = STEPS_FOR_VELOCITY
        padded = np.concatenate((np.zeros((count, 2)), paces, np.zeros((count, 2))))
        medians = np.median(np.lib.stride_tricks.sliding_window_view(padded, count, axis=0), axis=-1)
        return medians[: len(self.times)], medians[count:]

    def strain(
        self, earlier: Int[np.ndarray, " pair"], later: Int[np.ndarray, " pair"]
    ) -> Float[np.ndarray, " pair"]:
        """Tell for each pair of rows how hard it is for one body to be at both; see chains.py."""
        seconds = self.times[later] - self.times[earlier]
        a, b = self.points[earlier], self.points[later]
        few = (np.isfinite(a) & np.isfinite(b)).all(-1).sum(-1) < MIN_JOINTS
        # Two rows that share too few joints are compared by their middles, which says less.
        moved = np.where(few[:, None], _median(b) - _median(a), _median(b - a))
        before, after = (
            v * seconds[:, None] for v in (self._velocities[0][earlier], self._velocities[1][later])
        )
        away = np.linalg.norm(np.stack((moved, moved - before, moved - after)), axis=-1).min(0)
        ruler = 0.5 * (self.ruler[earlier] + self.ruler[later])
        limit = (BODY_SPREADS + 0.5 * few + BODY_SPREADS_PER_SECOND * seconds) * ruler
        grown = _growth(a[:, self.sized_by], b[:, self.sized_by], 0.2 * ruler)
        most_grown = SIZE_RATIO + SIZE_RATIO_PER_SECOND * seconds
        return np.maximum(away / limit, (grown - 1.0) / (most_grown - 1.0))


@dataclass(frozen=True)
class _JointPath:
    """One joint against its body, where it is seen."""

    points: Float[np.ndarray, "row 2"]
    times: Float[np.ndarray, " row"]
    ruler: Float[np.ndarray, " row"]

    def strain(
        self, earlier: Int[np.ndarray, " pair"], later: Int[np.ndarray, " pair"]
    ) -> Float[np.ndarray, " pair"]:
        """Tell for each pair of rows how hard it is for one joint to be at both; see chains.py."""
        moved = np.linalg.norm(self.points[later] - self.points[earlier], axis=-1)
        limit = JOINT_SPREADS + JOINT_SPREADS_PER_SECOND * (self.times[later] - self.times[earlier])
        return moved / (limit * 0.5 * (self.ruler[earlier] + self.ruler[later]))


def _median(points: Float[np.ndarray, "row joint 2"]) -> Float[np.ndarray, "row 2"]:
    """Median over the joints that are there; NaN where none is."""
    ordered = np.sort(points, axis=1)  # NaN last
    count = np.isfinite(points).all(-1).sum(-1)
    low, high = np.maximum(count - 1, 0) // 2, count // 2
    rows = np.arange(len(points))
    high = np.minimum(high, points.shape[1] - 1)
    return 0.5 * (ordered[rows, low] + ordered[rows, high])


def _growth(
    a: Float[np.ndarray, "pair joint 2"],
    b: Float[np.ndarray, "pair joint 2"],
    shortest: Float[np.ndarray, " pair"],
) -> Float[np.ndarray, " pair"]:
    """How many times larger or smaller `b` is than `a`, at the least; 1 if unknown.

    By the distances between joints, three quarters of which must agree: a few outliers change many.
    """
    first, second = np.triu_indices(a.shape[1], 1)
    logs = []
    for part in np.array_split(np.arange(len(a)), 1 + len(a) // 4096):
        length_a, length_b = (np.linalg.norm(p[part][:, first] - p[part][:, second], axis=-1) for p in (a, b))
        known = np.fmax(length_a, length_b) > shortest[part][:, None]
        known &= (length_a > 0) & (length_b > 0)
        ratio = np.sort(np.log(np.where(known, length_b, np.nan) / np.where(known, length_a, 1.0)), axis=-1)
        count, rows = known.sum(-1), np.arange(len(part))
        low, high = ratio[rows, count // 4], ratio[rows, np.maximum(count - 1 - count // 4, 0)]
        agreed = np.maximum(np.maximum(low, -high), 0.0)
        logs.append(np.where(count >= MIN_LENGTHS, agreed, 0.0))
    return np.exp(np.concatenate(logs))


def _running_median(values: Float[np.ndarray, " row"], fps: float) -> Float[np.ndarray, " row"]:
    half = max(1, min(round(RULER_SECONDS / 2 * fps), 150))
    padded = np.pad(values, half, mode="symmetric" if len(values) >= half else "edge")
    return np.median(np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1), axis=-1)


def _without(keypoints: Keypoints, mask: Bool[np.ndarray, "frame joint"]) -> Keypoints:
    points = np.where(mask[..., None], np.float32(np.nan), keypoints.points_px)
    return replace(keypoints, points_px=points, scores=np.where(mask, np.float32(0), keypoints.scores))
