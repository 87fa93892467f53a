"""The root's path made to agree with the feet it stands on."""

from __future__ import annotations

import math

import numpy as np
from jaxtyping import Bool, Float

from kinelift.geometry.local_fits import local_quadratic

STANDING_SECONDS = 3.0
"""Half the span over which the path as the keypoints have it is kept: what strays within less is told by standing feet,
of which the image says more than of depth; over longer it is the keypoints that know."""

FASTEST_SLIP = 1.2
"""Leg lengths (hip to ankle) a second: feet that move faster are taken to be in the air, whatever else is said."""


def stand_look_ahead(fps: float) -> int:
    """Frames on either side that `stand_on_feet` reads."""
    return math.ceil(STANDING_SECONDS * fps) + 1


def stand_on_feet(
    feet: Float[np.ndarray, "frame 4 3"], standing: Bool[np.ndarray, "frame 4"], fps: float
) -> Float[np.ndarray, "frame 3"]:
    """Return how to move a body, metres, so that standing feet slip less.

    `feet` are FOOT_POINTS in metres, root's path included. Steps against the feet's slips are summed up, and what
    lasts longer than STANDING_SECONDS is taken off the sum again (a local quadratic, tricube weights), so that the
    path stays where the keypoints have it. A body in the air goes on as it did.
    """
    slips = np.diff(feet, axis=0)
    both = (standing[1:] & standing[:-1])[..., None]
    against = -np.where(both, slips, 0.0).sum(1) / np.maximum(both.sum(1), 1)
    path = np.concatenate((np.zeros((1, 3)), np.cumsum(against, axis=0)))
    reach = stand_look_ahead(fps) - 1
    padded = np.pad(path, ((reach, reach), (0, 0)), mode="edge")
    weights = np.ones(len(padded))
    lasting = [local_quadratic(axis, weights, reach)[reach : len(padded) - reach] for axis in padded.T]
    return path - np.stack(lasting, axis=-1)
