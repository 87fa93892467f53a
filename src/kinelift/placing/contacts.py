"""When feet stand: what is told of each moment made into spans of contact."""

from __future__ import annotations

import math

import numpy as np
from jaxtyping import Bool, Float

from kinelift.geometry.rotations import unit_vectors

FOOT_POINTS = ("left_toe", "left_heel", "right_toe", "right_heel")
"""What of a body may touch the floor, in this order throughout."""

LIKELY = 0.35
"""Probability from which a point is taken to touch the floor."""
LONGEST_LAPSE_SECONDS, SHORTEST_CONTACT_SECONDS = 0.1, 0.1
"""Gaps in a contact that are bridged, and contacts too short to be any (a step's last 0.6 s)."""
SPEED_SPAN_SECONDS = 4.0 / 30.0
"""Half the time over which a foot's speed is taken."""


def contact_look_ahead(fps: float) -> int:
    """Frames on either side that `find_contacts` reads."""
    return sum(_spans(fps)) + _speed_reach(fps)


def find_contacts(
    probability: Float[np.ndarray, "frame 4"],
    feet: Float[np.ndarray, "frame 4 3"],
    fps: float,
    fastest: float,
) -> Bool[np.ndarray, "frame 4"]:
    """Tell when each of FOOT_POINTS touches the floor.

    `probability` says how likely it is from frame to frame. A point that moves faster than `fastest` metres a second
    over a quarter of a second, as `feet` have it (metres, camera frame), is in the air, whatever else is said: faster
    across the line of sight, for towards and away from the camera a body that stands seems to wander.
    """
    lapse, shortest = _spans(fps)
    likely = _opened(_closed(probability >= LIKELY, lapse), shortest)
    return likely & (_speeds(feet, fps) < fastest)


def _spans(fps: float) -> tuple[int, int]:
    lapse, shortest = (
        max(round(seconds * fps), 1) for seconds in (LONGEST_LAPSE_SECONDS, SHORTEST_CONTACT_SECONDS)
    )
    return lapse, shortest


def _speed_reach(fps: float) -> int:
    return max(math.ceil(SPEED_SPAN_SECONDS * fps), 1)


def _speeds(feet: Float[np.ndarray, "frame 4 3"], fps: float) -> Float[np.ndarray, "frame 4"]:
    reach = _speed_reach(fps)
    padded = np.pad(feet, ((reach, reach), (0, 0), (0, 0)), mode="edge")
    moved, sight = padded[2 * reach :] - padded[: -2 * reach], unit_vectors(feet)
    across = moved - (moved * sight).sum(-1, keepdims=True) * sight
    return np.linalg.norm(across, axis=-1) * fps / (2 * reach)


def _closed(there: Bool[np.ndarray, "frame 4"], longest: int) -> Bool[np.ndarray, "frame 4"]:
    """Bridge gaps of up to so many frames between frames where it is there."""
    at = np.arange(len(there))[:, None]
    before = np.maximum.accumulate(np.where(there, at, -1 - longest - len(there)))
    after = np.minimum.accumulate(np.where(there, at, 2 * len(there) + longest)[::-1])[::-1]
    return there | (after - before <= longest + 1)


def _opened(there: Bool[np.ndarray, "frame 4"], shortest: int) -> Bool[np.ndarray, "frame 4"]:
    """Leave out runs of fewer than so many frames."""
    at = np.arange(len(there))[:, None]
    before = np.maximum.accumulate(np.where(there, -1, at))
    after = np.minimum.accumulate(np.where(there, len(there), at)[::-1])[::-1]
    return there & (after - before > shortest)
