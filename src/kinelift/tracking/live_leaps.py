"""Cutting out what no body can do from a stream, where nothing is known of later frames.

seconds   0.0 . . . . . . 0.5 . . .
place     a a a b b a a c c c c c c c c c     a leap away and back is cut; after half a second elsewhere
taken     a a a . . a a . . . . . . . c c     the new place is believed
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from kinelift.body import Keypoints, Skeleton
from kinelift.tracking.live_strain import MIN_JOINTS, body_step, body_strain, joint_strains, spread_of
from kinelift.tracking.place import LIMBS

CUT_LEAPS_LIVE_LOOK_AHEAD = 0
"""Frames."""

BELIEVED_AFTER_SECONDS = 0.5
"""How long a body, or a joint, is to be seen at a place it cannot have come to before it is believed."""

_SLACK_SECONDS = 1e-6

NEAR_SPREADS = 0.45
"""A frame none of whose joints moved farther, 20 cm, is the same body without further question."""

RULER_SECONDS, RULER_SHARE = 0.5, 0.5
"""How often a body's spread is measured again, and the share of a new measurement in it."""


def cut_leaps_live(keypoints: Keypoints) -> Keypoints:
    """Mask leaps to another place or body and joints that jump away, each frame by those before it (NaN, score 0).

    A frame whose body is where, or as large as, it cannot be is masked, and so is a joint that moves away from its
    body faster than limbs do, unless it is seen there for half a second: then it is believed. The twin of `cut_leaps`
    and `cut_joint_leaps` that needs nothing of later frames; the first body seen is believed.
    """
    gate = LeapGate(keypoints.skeleton, 1, keypoints.image_size)
    points = np.where(keypoints.seen[..., None], keypoints.points_px, 0.0).astype(np.float64)
    kept = [
        gate.trusted(points[t : t + 1], keypoints.scores[t : t + 1], t / keypoints.fps)[0]
        for t in range(len(keypoints))
    ]
    return Keypoints(
        keypoints.points_px, np.stack(kept), keypoints.skeleton, keypoints.fps, keypoints.image_size
    )


@dataclass
class _Elsewhere:
    """A body that is seen where the one followed cannot be."""

    points: Float[np.ndarray, "joint 2"]
    since: float
    at: float


class LeapGate:
    """The same, a frame at a time, for several streams at once."""

    def __init__(self, skeleton: Skeleton, streams: int, image_size: tuple[int, int]) -> None:
        joints, names = len(skeleton), skeleton.names
        self._sized_by = np.array([names.index(name) for name in LIMBS if name in names] or range(joints))
        self._smallest = 1e-3 * max(image_size)
        self._points = np.full((streams, joints, 2), np.nan)
        """Where each joint was last believed."""
        self._seen_at = np.full((streams, joints), -np.inf)
        self._spread = np.zeros(streams)
        """Of each body, pixels; 0 before it is known."""
        self._near = np.zeros((streams, 1))
        """Pixels squared."""
        self._measure_at = -np.inf
        self._elsewhere: list[_Elsewhere | None] = [None] * streams
        self._stray = np.full((streams, joints, 2), np.nan)
        """Where each joint was last seen that cannot be there."""
        self._stray_since = np.zeros((streams, joints))
        self._stray_at = np.full((streams, joints), -np.inf)
        self._doubted = np.zeros(streams, bool)
        """Which streams have a body or a joint elsewhere."""
        self._any_doubted = False

    def trusted(
        self,
        points_px: Float[np.ndarray, "stream joint 2"],
        scores: Float[np.ndarray, "stream joint"],
        seconds: float,
    ) -> Float[np.ndarray, "stream joint"]:
        """Return scores, 0 where a joint cannot be.

        Points are to be finite, and are kept: the caller must not write over them. `seconds` are to grow.
        """
        seen = scores > 0
        steps = points_px - self._points
        far = (np.einsum("sjk,sjk->sj", steps, steps) > self._near) & seen
        believed = seen
        if self._any_doubted or np.count_nonzero(far):
            believed = seen.copy()
            for stream in np.flatnonzero(far.any(1) | self._doubted).tolist():
                believed[stream] = self._believed(stream, points_px[stream], seen[stream], seconds)
            self._any_doubted = bool(self._doubted.any())
            scores = np.where(believed, scores, np.zeros_like(scores))
        if np.count_nonzero(believed) == believed.size:
            self._points = points_px
            self._seen_at.fill(seconds)
        else:
            self._points = np.where(believed[..., None], points_px, self._points)
            self._seen_at = np.where(believed, seconds, self._seen_at)
        if seconds >= self._measure_at:
            self._measure(points_px, believed, seconds)
        return scores

    def _believed(
        self,
        stream: int,
        points: Float[np.ndarray, "joint 2"],
        seen: Bool[np.ndarray, " joint"],
        seconds: float,
    ) -> Bool[np.ndarray, " joint"]:
        """Tell which joints of one stream's frame are where they can be."""
        last = self._seen_at[stream].max()
        if last == -np.inf or not seen.any():
            return seen
        now = np.where(seen[:, None], points, np.nan)
        spread = self._spread[stream] or max(spread_of(points[seen]), self._smallest)
        step = np.zeros(2)
        if seen.sum() >= MIN_JOINTS:
            recent = self._seen_at[stream] == last
            if (recent & seen).sum() < MIN_JOINTS:
                recent = self._seen_at[stream] >= last - BELIEVED_AFTER_SECONDS
            before = np.where(recent[:, None], self._points[stream], np.nan)
            if not self._is_here(stream, before, now, spread, seconds):
                return np.zeros_like(seen) if self._doubted[stream] else seen
            step, _ = body_step(before, now)
        return self._joints_at_home(stream, now, step, spread, seconds)

    def _is_here(
        self,
        stream: int,
        before: Float[np.ndarray, "joint 2"],
        now: Float[np.ndarray, "joint 2"],
        spread: float,
        seconds: float,
    ) -> bool:
        """Tell whether this is the body followed; if not, note where it is, and follow it if it has been there long."""
        other = self._elsewhere[stream]
        since_seen = seconds - float(self._seen_at[stream].max())
        strain = body_strain(before, now, since_seen, spread, self._sized_by)
        apart = np.inf
        if other is not None:
            apart = body_strain(other.points, now, seconds - other.at, spread, self._sized_by)
        # In time a body could be anywhere; what goes on elsewhere is not it for that, unless it never left.
        if strain <= 1.0 and (
            strain <= apart or body_strain(before, now, 0.0, spread, self._sized_by) <= 1.0
        ):
            self._elsewhere[stream] = None
            return True
        since = other.since if other is not None and apart <= 1.0 else seconds
        self._elsewhere[stream] = _Elsewhere(now, since, seconds)
        self._doubted[stream] = True
        if seconds - since >= BELIEVED_AFTER_SECONDS - _SLACK_SECONDS:
            self._forget(stream)
        return False

    def _forget(self, stream: int) -> None:
        """Begin anew with whoever is seen now."""
        self._elsewhere[stream], self._doubted[stream] = None, False
        self._points[stream], self._seen_at[stream] = np.nan, -np.inf
        self._stray[stream], self._stray_at[stream] = np.nan, -np.inf
        self._spread[stream], self._near[stream] = 0.0, 0.0
        self._measure_at = -np.inf

    def _joints_at_home(
        self,
        stream: int,
        now: Float[np.ndarray, "joint 2"],
        step: Float[np.ndarray, "2"],
        spread: float,
        seconds: float,
    ) -> Bool[np.ndarray, " joint"]:
        """Tell which joints moved with the body, or have been long where they are."""
        seen, stray, stray_at = np.isfinite(now[:, 0]), self._stray[stream], self._stray_at[stream]
        since = self._stray_since[stream]
        steps, unseen = now - self._points[stream] - step, seconds - self._seen_at[stream]
        home, away = (
            joint_strains(steps, unseen, spread),
            joint_strains(now - stray, seconds - stray_at, spread),
        )
        near = joint_strains(steps, np.zeros_like(unseen), spread) <= 1.0
        at_home = seen & ~(home > 1.0) & (near | ~(away < home))
        strays = seen & ~at_home
        since[strays & ~(away <= 1.0)] = seconds
        stray[strays], stray_at[strays] = now[strays], seconds
        settled = strays & (seconds - since >= BELIEVED_AFTER_SECONDS - _SLACK_SECONDS)
        done = at_home | settled | (stray_at < seconds - BELIEVED_AFTER_SECONDS)
        stray[done], stray_at[done] = np.nan, -np.inf
        self._doubted[stream] = bool((stray_at > -np.inf).any()) or self._elsewhere[stream] is not None
        return at_home | settled

    def _measure(
        self,
        points_px: Float[np.ndarray, "stream joint 2"],
        believed: Bool[np.ndarray, "stream joint"],
        seconds: float,
    ) -> None:
        """Measure the spread of the bodies that are seen, again or for the first time."""
        for stream in np.flatnonzero(believed.sum(1) >= MIN_JOINTS).tolist():
            spread = max(spread_of(points_px[stream, believed[stream]]), self._smallest)
            before = self._spread[stream] or spread
            self._spread[stream] = before + RULER_SHARE * (spread - before)
        self._near = (NEAR_SPREADS * self._spread[:, None]) ** 2
        self._measure_at = seconds + RULER_SECONDS if self._spread.all() else -np.inf
