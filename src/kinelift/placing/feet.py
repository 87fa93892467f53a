"""Standing feet held where they stand, by legs that reach there."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from kinelift.body.skeleton import Skeleton
from kinelift.geometry.rotations import unit_vectors
from kinelift.geometry.two_bones import reach_with_two_bones

FASTEST_STANDING_LEGS = 0.7
"""Leg lengths (hip to ankle) a second: feet that move faster, as lifted, are not held."""
FARTHEST_LEGS = 0.12
"""Leg lengths by which a point may be moved; one that strays farther is let go and held anew."""
ANCHOR_SECONDS = 1.0
"""From the beginning of a contact, how long a point's places are looked at to find where it stands: their median."""
EASING_SECONDS = 0.2
"""How long it takes to come to where one stands, and to leave it."""
ANKLE_WEIGHT = 8.0
"""Of the ankle over toe and heel in where a flat foot stands: it bends the knee."""
ROUNDS = 4
"""Of turning a foot and sending its ankle after what the turning did not reach: a foot that rolls over its toe."""

SIDES = ("left", "right")
"""The order of feet throughout."""
HELD_POINTS = ("toe", "heel", "ankle")
"""Of each foot; an ankle is held while toe and heel are."""


def lock_look_ahead(fps: float) -> int:
    """Frames ahead that `Anchors` reads, and `lock_feet` of what it says on either side."""
    return max(math.ceil(ANCHOR_SECONDS * fps), _easing(fps))


@dataclass(frozen=True, eq=False)
class Anchor:
    """Where a point stands, if it does, and until when it may not."""

    place: Float[np.ndarray, " 3"] | None = None
    """Metres."""
    free: int = 0
    """Frames for which it is not held, having been let go."""


def hold(
    path: Float[np.ndarray, "frame 3"],
    standing: Bool[np.ndarray, " frame"],
    frames: int,
    anchor: Anchor,
    *,
    fps: float,
    farthest_m: float,
) -> tuple[Float[np.ndarray, "own 3"], Anchor]:
    """Tell for the first `frames` frames how to move a point to where it stands, metres; NaN where it is free.

    `path` (metres) and `standing` go on for `lock_look_ahead` frames after those, or to the clip's end. `anchor` is
    what the frames before left, and what these leave is returned. A point farther than `farthest_m` from its place is
    let go.
    """
    moves = np.full((frames, 3), np.nan)
    longest, frame = math.ceil(ANCHOR_SECONDS * fps), 0
    while frame < frames:
        if not standing[frame] or anchor.free:
            stop = frame + 1 if standing[frame] else frame + _run(~standing[frame:frames])
            anchor = Anchor(free=max(anchor.free - (stop - frame), 0))
            frame = stop
            continue
        stop = frame + _run(standing[frame:])
        place = (
            _place(path[frame : min(stop, frame + longest)], farthest_m)
            if anchor.place is None
            else anchor.place
        )
        stop = min(stop, frames)
        near = _run(np.linalg.norm(path[frame:stop] - place, axis=-1) <= farthest_m)
        moves[frame : frame + near] = place - path[frame : frame + near]
        strayed = frame + near < stop
        anchor = Anchor(free=_easing(fps)) if strayed else Anchor(place)
        frame += near
    return moves, anchor


def _place(path: Float[np.ndarray, "frame 3"], farthest_m: float) -> Float[np.ndarray, " 3"]:
    """Return where a point stands at first: the median of as much as lies around it."""
    place = np.median(path, axis=0)
    if len(path) == 1 or (np.linalg.norm(path - place, axis=-1) <= farthest_m).all():
        return place
    return _place(path[: len(path) // 2], farthest_m)


def _run(true: Bool[np.ndarray, " frame"]) -> int:
    """Return how many frames from the first on are true."""
    return len(true) if true.all() else int(np.argmin(true))


def _easing(fps: float) -> int:
    return max(round(EASING_SECONDS * fps), 1)


def eased(
    moves: Float[np.ndarray, "frame 3"], fps: float
) -> tuple[Float[np.ndarray, "frame 3"], Float[np.ndarray, " frame"]]:
    """Carry moves on into the frames around those that have them, ever less of them; return them and their weights.

    Where two holds' ends overlap, they are mixed. Reads EASING_SECONDS on either side.
    """
    held, reach = np.isfinite(moves).all(-1), _easing(fps)
    known = np.where(held[:, None], moves, 0.0)
    total, weight, most = np.zeros_like(known), np.zeros(len(known)), held.astype(float)
    at = np.arange(len(held))
    last = np.maximum.accumulate(np.where(held, at, -1))
    following = np.minimum.accumulate(np.where(held, at, len(held))[::-1])[::-1]
    for near, away in ((last, at - last), (following, following - at)):
        share = np.clip(1.0 - away / (reach + 1.0), 0.0, 1.0)
        share = np.where((near >= 0) & (near < len(held)), share**2 * (3.0 - 2.0 * share), 0.0)
        total += share[:, None] ** 2 * known[np.clip(near, 0, len(held) - 1)]
        weight += share
        most = np.maximum(most, share)
    mixed = total / np.maximum(weight, 1e-12)[:, None]
    return np.where(held[:, None], known, mixed), most


@dataclass(frozen=True, eq=False)
class LegJoints:
    """Indices of one leg's joints."""

    hip: int
    knee: int
    ankle: int
    toe: int
    heel: int

    @classmethod
    def of(cls, skeleton: Skeleton, side: str) -> LegJoints:
        """Find a side's leg."""
        return cls(*(skeleton.index(f"{side}_{name}") for name in ("hip", "knee", "ankle", "toe", "heel")))


def lock_feet(
    joints: Float[np.ndarray, "frame joint 3"],
    moves: Float[np.ndarray, "frame 2 3 3"],
    skeleton: Skeleton,
    fps: float,
) -> Float[np.ndarray, "frame joint 3"]:
    """Move standing feet to where they stand; legs reach after them, and nothing else moves.

    `joints` are metres with the root's path; `moves` those of `hold` for left and right, HELD_POINTS, NaN where free.
    Bones keep their lengths and knees the side they bend to; what a leg does not reach, a foot slides.
    """
    locked = joints.astype(np.float64)
    for foot, side in enumerate(SIDES):
        _lock(locked, moves[:, foot], LegJoints.of(skeleton, side), fps)
    return locked.astype(joints.dtype)


def _lock(
    joints: Float[np.ndarray, "frame joint 3"],
    moves: Float[np.ndarray, "frame 3 3"],
    leg: LegJoints,
    fps: float,
) -> None:
    """Move one foot in place."""
    if not np.isfinite(moves).any():
        return
    each = [eased(moves[:, point], fps) for point in range(len(HELD_POINTS))]
    move, weight = np.stack([part for part, _ in each], axis=1), np.stack([part for _, part in each], axis=1)
    shares = weight * (1.0, 1.0, ANKLE_WEIGHT)
    shares = (shares / np.maximum(shares.sum(-1, keepdims=True), 1e-9))[..., None]
    hip, knee, ankle = joints[:, leg.hip], joints[:, leg.knee], joints[:, leg.ankle]
    ends, ends_weight = joints[:, [leg.toe, leg.heel]], weight[:, :2, None]
    lengths = np.linalg.norm(ends - ankle[:, None], axis=-1, keepdims=True)
    follow = 1.0 / np.maximum(ends_weight.sum(1), 1e-9)
    step = (shares * move).sum(1)
    new_knee, new_ankle, turned = knee, ankle, ends
    for _ in range(ROUNDS):
        new_knee, new_ankle = reach_with_two_bones(hip, knee, ankle, ankle + step)
        # The foot itself turns about its ankle, so that toe and heel come where each of them stands.
        wanted = ends + ends_weight * move[:, :2] + (1.0 - ends_weight) * step[:, None]
        turned = new_ankle[:, None] + lengths * unit_vectors(wanted - new_ankle[:, None])
        step = new_ankle - ankle + follow * (ends_weight * (wanted - turned)).sum(1)
    joints[:, leg.knee], joints[:, leg.ankle] = new_knee, new_ankle
    joints[:, [leg.toe, leg.heel]] = turned
