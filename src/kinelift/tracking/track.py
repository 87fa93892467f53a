"""The way of one body through a clip, measured by its own size, and how hard it is to go from here to there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from kinelift.body import Keypoints, Skeleton
from kinelift.body.rows import KeypointRows, stretches
from kinelift.tracking.limbs import LIMBS

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
MIN_JOINTS = 3
"""Joints that make a body of a frame."""
RULER_SECONDS, MOST_RULER_ROWS = 2.0, 150
"""Span of the ruler's median; of its half in rows, the most."""
STRETCH_FRAMES = 4096
"""Frames looked at together."""


@dataclass(frozen=True, eq=False)
class BodyPlaces:
    """Where a body is in some of a clip's rows, and where it comes from and goes to there."""

    points: Float[np.ndarray, "row joint 2"]
    times: Float[np.ndarray, " row"]
    """Seconds."""
    ruler: Float[np.ndarray, " row"]
    """The body's spread in pixels, median over a couple of seconds."""
    before: Float[np.ndarray, "row 2"]
    """Pixels a second before each row: median over a few steps, so that a single leap tells nothing."""
    after: Float[np.ndarray, "row 2"]
    """The same after each row."""
    sized_by: Int[np.ndarray, " sized"]
    """Joints whose distances from each other tell the body's size."""

    def __len__(self) -> int:
        return len(self.times)

    def take(self, rows: slice | Int[np.ndarray, " taken"]) -> BodyPlaces:
        """Return some of the rows."""
        return BodyPlaces(
            self.points[rows],
            self.times[rows],
            self.ruler[rows],
            self.before[rows],
            self.after[rows],
            self.sized_by,
        )

    def joined(self, later: BodyPlaces) -> BodyPlaces:
        """Return these rows and later ones."""
        return BodyPlaces(
            np.concatenate((self.points, later.points)),
            np.concatenate((self.times, later.times)),
            np.concatenate((self.ruler, later.ruler)),
            np.concatenate((self.before, later.before)),
            np.concatenate((self.after, later.after)),
            self.sized_by,
        )

    def strain(
        self, earlier: Int[np.ndarray, " pair"], later: Int[np.ndarray, " pair"]
    ) -> Float[np.ndarray, " pair"]:
        """Tell for each pair of rows how hard it is for one body to be at both; see chains.py."""
        seconds = self.times[later] - self.times[earlier]
        a, b = self.points[earlier], self.points[later]
        few = (np.isfinite(a) & np.isfinite(b)).all(-1).sum(-1) < MIN_JOINTS
        # Two rows that share too few joints are compared by their middles, which says less.
        moved = np.where(few[:, None], _median(b) - _median(a), _median(b - a))
        before, after = (v * seconds[:, None] for v in (self.before[earlier], self.after[later]))
        away = np.linalg.norm(np.stack((moved, moved - before, moved - after)), axis=-1).min(0)
        ruler = 0.5 * (self.ruler[earlier] + self.ruler[later])
        limit = (BODY_SPREADS + 0.5 * few + BODY_SPREADS_PER_SECOND * seconds) * ruler
        grown = _growth(a[:, self.sized_by], b[:, self.sized_by], 0.2 * ruler)
        most_grown = SIZE_RATIO + SIZE_RATIO_PER_SECOND * seconds
        return np.maximum(away / limit, (grown - 1.0) / (most_grown - 1.0))


@dataclass(frozen=True, eq=False)
class JointPlaces:
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


@dataclass(frozen=True, eq=False)
class Track:
    """Rows of a clip in which a body is seen."""

    frames: Int[np.ndarray, " row"]
    """Their frames in the clip."""
    scores: Float[np.ndarray, "row joint"]
    places: BodyPlaces
    way: Float[np.ndarray, "row 2"]
    """The body's way from the first of the rows: steps summed, pixels. A step is the median step of the joints that
    two rows share."""
    own: slice
    """Which of the rows are told of here; those before and after only tell more of them."""

    def joint(self, joint: int, rows: Int[np.ndarray, " seen"]) -> JointPlaces:
        """Return one joint's places against its body's."""
        places = self.places
        return JointPlaces(
            places.points[rows, joint] - self.way[rows], places.times[rows], places.ruler[rows]
        )


def tracks(clip: KeypointRows, stretch_frames: int, context_rows: int) -> Iterator[Track]:
    """Follow a clip's body stretch by stretch: each of its rows is one track's own.

    On both sides a track has `context_rows` more rows, or as many as there are; what it tells of its own rows depends
    on MOST_RULER_ROWS of those.
    """
    assert context_rows > MOST_RULER_ROWS, (
        "the rulers of its own rows and of their neighbours would miss rows"
    )
    held, done = _Seen.none(len(clip.skeleton)), 0
    for stretch in stretches(len(clip), stretch_frames):
        held = held.joined(_Seen.of(clip[stretch], stretch.start))
        ready = len(held.frames) - (0 if stretch.stop == len(clip) else context_rows)
        if ready > done:
            yield _track(held, slice(done, ready), clip.skeleton, clip.fps, clip.image_size)
            dropped = max(0, ready - context_rows)
            held, done = held.without(dropped), ready - dropped


def scores_of_bodies(clip: KeypointRows, part: slice) -> Float[np.ndarray, "row joint"]:
    """Return the scores of a stretch's frames in which a body is seen."""
    scores = clip.scores[part]
    return scores[(scores > 0).sum(-1) >= MIN_JOINTS]


@dataclass(frozen=True, eq=False)
class _Seen:
    """The frames of a stretch in which a body is seen."""

    frames: Int[np.ndarray, " row"]
    points: Float[np.ndarray, "row joint 2"]
    scores: Float[np.ndarray, "row joint"]

    @classmethod
    def none(cls, joints: int) -> _Seen:
        return cls(np.zeros(0, int), np.zeros((0, joints, 2)), np.zeros((0, joints), np.float32))

    @classmethod
    def of(cls, keypoints: Keypoints, first_frame: int) -> _Seen:
        rows = np.flatnonzero(keypoints.seen.sum(-1) >= MIN_JOINTS)
        points = keypoints.points_px[rows].astype(np.float64)
        return cls(first_frame + rows, points, keypoints.scores[rows])

    def joined(self, later: _Seen) -> _Seen:
        return _Seen(
            np.concatenate((self.frames, later.frames)),
            np.concatenate((self.points, later.points)),
            np.concatenate((self.scores, later.scores)),
        )

    def without(self, first_rows: int) -> _Seen:
        return _Seen(self.frames[first_rows:], self.points[first_rows:], self.scores[first_rows:])


def _track(seen: _Seen, own: slice, skeleton: Skeleton, fps: float, image_size: tuple[int, int]) -> Track:
    points, times = seen.points, seen.frames / fps
    away = points - np.nanmean(points, axis=1, keepdims=True)
    spread = np.sqrt(np.nanmean((away**2).sum(-1), axis=1))
    ruler = np.maximum(_running_median(spread, fps), 1e-3 * max(image_size))
    steps = np.nan_to_num(_median(points[1:] - points[:-1]))
    paces = np.pad(steps / np.diff(times)[:, None], ((STEPS_FOR_VELOCITY, STEPS_FOR_VELOCITY), (0, 0)))
    medians = np.median(np.lib.stride_tricks.sliding_window_view(paces, STEPS_FOR_VELOCITY, axis=0), axis=-1)
    before, after = medians[: len(times)], medians[STEPS_FOR_VELOCITY:]
    sized_by = np.array([skeleton.index(n) for n in LIMBS if n in skeleton.names] or range(len(skeleton)))
    way = np.concatenate((np.zeros((1, 2)), np.cumsum(steps, axis=0)))
    places = BodyPlaces(points, times, ruler, before, after, sized_by)
    return Track(seen.frames, seen.scores, places, way, own)


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
    half = max(1, min(round(RULER_SECONDS / 2 * fps), MOST_RULER_ROWS))
    padded = np.pad(values, half, mode="symmetric" if len(values) >= half else "edge")
    return np.median(np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1), axis=-1)
