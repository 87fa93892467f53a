"""The root's path as it is made: steady in depth, carried on while nobody is seen."""

from __future__ import annotations

import math

import numpy as np
from jaxtyping import Float

from kinelift.lifting.per_stream import PerStream, exp, join, log, where
from kinelift.placing.root import PlacedRoot

STEADY_PATH_LOOK_AHEAD = 0
"""Frames: the path is a filter's, of what was and is."""

DEPTH_NOISE = 0.08
"""Standard deviation of the log of depth that one frame of full trust gives."""

DEPTH_UNREST = 3.0
"""How freely the log of depth changes pace: 1 / s per square root of a second."""

PACE_LASTS_SECONDS = 0.1
"""How long a pace is expected to last: it dies away exponentially, and a body that is not seen comes no farther
than its pace would take it in this time."""

STRAY = 4.0
"""Standard deviations beyond which a frame's word counts for no more."""

_UNKNOWN, _PACE_SPREAD = 1e9, DEPTH_UNREST**2 * PACE_LASTS_SECONDS / 2.0 / DEPTH_NOISE**2
"""Variances of place and pace before anything was seen, in units of a fully trusted frame's."""

_LEAST_WEIGHT = 1e-3


def steady_path(placed: PlacedRoot, fps: float) -> Float[np.ndarray, "frame 3"]:
    """Return the root's path, metres, each frame from it and those before; NaN before the first observed one.

    Bearings (x / z, y / z) and the log of depth go on at a pace that changes at random and dies away (a Kalman
    filter). What a frame says of depth counts by its trust to the fourth, and what is stray is bounded. Where the body
    is observed its bearings are the frame's own, so that only depth is smoothed; where it is not, all three are
    carried on. The twin of `steady_depth` and `infill` that needs nothing of later frames.
    """
    path, followed = SteadyPath(), np.full(placed.root.shape, np.nan)
    rows = zip(placed.root.tolist(), placed.observed.tolist(), placed.trust.tolist(), strict=True)
    for frame, (root, observed, trust) in enumerate(rows):
        if observed or path.begun:
            followed[frame] = path.follow(root, observed, trust, 1.0 / fps)
    return followed


class SteadyPath:
    """The same, a frame at a time, for several streams at once."""

    def __init__(self) -> None:
        self.begun = False
        """Whether there was a frame."""
        self._place: tuple[PerStream, PerStream, PerStream] = (0.0, 0.0, 0.0)
        self._pace: tuple[PerStream, PerStream, PerStream] = (0.0, 0.0, 0.0)
        self._spread: tuple[PerStream, PerStream, PerStream] = (_UNKNOWN, 0.0, _PACE_SPREAD)
        """Variance of place, covariance, and variance of pace; alike for all three."""

    def follow(
        self,
        root: tuple[PerStream, PerStream, PerStream] | list[PerStream],
        observed: PerStream,
        trust: PerStream,
        seconds: float,
    ) -> Float[np.ndarray, "stream 3"]:
        """Take one frame's roots, `seconds` after those before; return where the bodies are, metres.

        A stream that has not been observed yet is nowhere: its row means nothing.
        """
        self.begun = True
        u, v, w, pace_u, pace_v, pace_w, (p, q, r) = *self._place, *self._pace, self._spread
        # Time passes: places go on, paces die away, and random changes of pace make all less certain.
        fade = math.exp(-seconds / PACE_LASTS_SECONDS)
        unrest = _PACE_SPREAD * (1.0 - fade * fade)
        u, v, w = u + seconds * pace_u, v + seconds * pace_v, w + seconds * pace_w
        pace_u, pace_v, pace_w = fade * pace_u, fade * pace_v, fade * pace_w
        p = p + seconds * (2.0 * q + seconds * r + unrest * seconds / 3.0)
        q = fade * (q + seconds * r) + unrest * seconds / 2.0
        r = fade * fade * r + unrest
        # The frame has its say.
        depth = where(observed, root[2], 1.0)
        to_u = where(observed, root[0] / depth - u, 0.0)
        to_v = where(observed, root[1] / depth - v, 0.0)
        to_w = where(observed, log(depth) - w, 0.0)
        weight = trust**4
        bound = (STRAY * DEPTH_NOISE) ** 2 * (p + 1.0 / (weight + _LEAST_WEIGHT))
        to_w = to_w / (1.0 + to_w * to_w / bound) ** 0.5
        gain = weight / (1.0 + weight * p)
        of_place, of_pace = p * gain, q * gain
        u, v, w = u + to_u, v + to_v, w + of_place * to_w
        self._place = u, v, w
        self._pace = pace_u + of_pace * to_u, pace_v + of_pace * to_v, pace_w + of_pace * to_w
        self._spread = p - of_place * p, q - of_place * q, r - of_pace * q
        depth = exp(w)
        return join(u * depth, v * depth, depth)
