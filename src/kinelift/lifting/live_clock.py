"""Frames at whatever times they come, and what is seen at the times between them."""

from __future__ import annotations

import math
from collections import deque
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from kinelift.geometry.between_frames import mix_points
from kinelift.lifting.rates import LIVE_SLACK, Phases, RatePlan, Resampled

LONGEST_INTERPOLATED_SECONDS = 0.2
"""Between frames farther apart than this, and than one and a half frames, nobody was seen."""


class LiveFrame(NamedTuple):
    """What is seen at one time."""

    at: float
    """Frames, at the nominal rate, after the first one."""
    points_px: Float[np.ndarray, "stream joint 2"]
    """Finite throughout."""
    scores: Float[np.ndarray, "stream joint"]
    """0 where nothing was seen."""


class LiveClock:
    """Places frames in time, in frames of the nominal rate, and reads off what is seen at the model's ticks.

    Where frames come at the model's rate, or a multiple of it, each is a tick. Frames with times of their own speak
    for the nearest tick: one that is early for it, by up to half a frame, is taken for it as it is; one that is late
    is interpolated with the frame before. Where rates differ, frames are interpolated at each tick they surround.
    """

    def __init__(self, fps: float, plan: RatePlan) -> None:
        self._fps, self._plan = fps, plan
        self._multiple = plan.count if isinstance(plan, Phases) else 1
        self._longest = max(LONGEST_INTERPOLATED_SECONDS * fps, 1.5)
        self._frames: deque[LiveFrame] = deque()
        self._pushed = 0
        self._first_seconds: float | None = None
        self._last_seconds = -math.inf
        self.next_tick = 0
        """The first tick that has not been read off."""

    @property
    def frames_per_tick(self) -> float:
        """Frames from one tick to the next."""
        return self._plan.frames_per_model_frame if isinstance(self._plan, Resampled) else 1.0

    def position(self, time_seconds: float | None) -> float:
        """Return where the frame now pushed stands; ValueError unless it is later than the one before."""
        if (time_seconds is None) != (self._first_seconds is None) and self._pushed:
            raise ValueError(
                "time_seconds: given for some frames and not for others. Give it for every frame or for none."
            )
        if time_seconds is None:
            return float(self._pushed)
        if not (math.isfinite(time_seconds) and time_seconds >= 0):
            raise ValueError(f"time_seconds: a time in seconds, 0 or later, expected, got {time_seconds}.")
        if time_seconds <= self._last_seconds:
            raise ValueError(
                f"time_seconds: each frame's later than the one before expected, got {time_seconds} after "
                f"{self._last_seconds}. Leave out frames that come twice, or call reset() for another clip."
            )
        first = time_seconds if self._first_seconds is None else self._first_seconds
        at = (time_seconds - first) * self._fps
        return float(round(at)) if abs(at - round(at)) < LIVE_SLACK else at

    def push(self, frame: LiveFrame, time_seconds: float | None = None) -> None:
        """Take a frame at its position."""
        if time_seconds is not None:
            self._first_seconds = time_seconds if self._first_seconds is None else self._first_seconds
            self._last_seconds = time_seconds
        self._pushed += 1
        self._frames.append(frame)

    def repeat(self) -> None:
        """Go on by a frame that shows what the last one did, as after the end of a clip."""
        self._frames.append(self._frames[-1]._replace(at=self._frames[-1].at + 1.0))

    @property
    def latest(self) -> LiveFrame:
        """The last frame."""
        return self._frames[-1]

    def after(self, at: float) -> list[float]:
        """Return the positions of frames after one."""
        return [frame.at for frame in self._frames if frame.at > at + LIVE_SLACK]

    def due(self, most: int) -> tuple[int, list[LiveFrame]]:
        """Read off what is seen at the ticks up to the latest frame: how many of them to skip, and the others.

        No more than `most` are read off: after that many in which nobody is seen nothing before them matters.
        """
        spacing, latest = self.frames_per_tick, self._frames[-1].at
        reach = latest + (0.5 if isinstance(self._plan, Phases) else 0.0) + LIVE_SLACK
        stop = math.floor(reach / spacing) + 1
        skipped = 0
        if stop - self.next_tick > most:
            skipped = stop - self.next_tick - most
            skipped -= skipped % self._multiple
        ticks = [self._seen_lately(tick * spacing) for tick in range(self.next_tick + skipped, stop)]
        self.next_tick = max(stop, self.next_tick)
        return skipped, ticks

    def seen_at(self, at: float) -> LiveFrame:
        """Return what is seen at a time; the next one asked for must be no earlier."""
        frames = self._frames
        while len(frames) > 1 and frames[1].at <= at + LIVE_SLACK:
            frames.popleft()
        first = frames[0]
        if len(frames) == 1 or first.at >= at - LIVE_SLACK:
            return first
        return self._between(first, frames[1], at)

    def _seen_lately(self, at: float) -> LiveFrame:
        """Return what is seen at a time between the last two frames, or, a little early, after them."""
        latest = self._frames[-1]
        if at >= latest.at - LIVE_SLACK or len(self._frames) == 1:
            return latest
        return self._between(self._frames[-2], latest, at)

    def _between(self, before: LiveFrame, after: LiveFrame, at: float) -> LiveFrame:
        span = after.at - before.at
        if span > self._longest:
            near = before if at - before.at <= 0.5 else after if after.at - at <= 0.5 else None
            nothing = LiveFrame(at, np.zeros_like(after.points_px), np.zeros_like(after.scores))
            return nothing if near is None else near
        points, scores = mix_points(
            before.points_px, before.scores, after.points_px, after.scores, (at - before.at) / span
        )
        return LiveFrame(at, np.where(scores[..., None] > 0, points, 0.0), scores)
