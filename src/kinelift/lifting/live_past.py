"""What a stream would have seen before it began: the first frame repeated, as before the start of a clip."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

from kinelift.body.model_facts import ModelFacts
from kinelift.geometry.normalisation import NetworkInput, normalise_rays, normalise_width


class Past(NamedTuple):
    """The past of some streams, as their beginning tells it."""

    streams: Int[np.ndarray, " some"]
    rows: Float[np.ndarray, "some time feature"]
    """What the network is to have read before the present tick, in this phase."""
    ticks: list[int]
    """The ticks that are known, oldest first."""
    turns: Float[np.ndarray, "some tick 3 3"]
    """The rotation from camera to person at each of these."""


class LivePast:
    """Keeps what was seen while there are streams whose body has no place and size yet.

    Offline, frames in which nobody is seen take the place of the last who was, and the first ones that of the first. A
    stream cannot know that place before it comes, so its network is fed the past again when it does.
    """

    def __init__(self, facts: ModelFacts, image_size: tuple[int, int], streams: int, phases: int) -> None:
        self._facts, self._image_size, self._phases = facts, image_size, phases
        self._begun = np.zeros((phases, streams), bool)
        self._seen: deque[tuple[int, np.ndarray, np.ndarray]] = deque(maxlen=(facts.past + 1) * phases)
        """Tick, points (rays, or pixels where the network reads those) and scores."""
        joints = len(facts.input_skeleton)
        self._before_points = np.zeros((streams, joints, 2))
        self._before_scores = np.zeros((streams, joints))
        """The last in which anything was seen of those dropped from there."""

    @property
    def complete(self) -> bool:
        """Whether every stream has begun in every phase, so that this is needed no longer."""
        return bool(self._begun.all())

    def keep(
        self,
        tick: int,
        points: Float[np.ndarray, "stream joint 2"],
        scores: Float[np.ndarray, "stream joint"],
    ) -> None:
        """Remember a tick."""
        if len(self._seen) == self._seen.maxlen:
            _, dropped_points, dropped_scores = self._seen[0]
            anything = (dropped_scores > 0).any(1)
            self._before_points[anything] = dropped_points[anything]
            self._before_scores[anything] = dropped_scores[anything]
        self._seen.append((tick, points, scores))

    def of_those_beginning(
        self,
        started: Bool[np.ndarray, " stream"],
        row: Float[np.ndarray, "stream feature"],
    ) -> Past | None:
        """Return the past of the streams that begin with the tick kept last, whose row is given, in its phase."""
        present = self._seen[-1][0]
        begun = self._begun[present % self._phases]
        streams = np.flatnonzero(started & ~begun)
        if not len(streams):
            return None
        begun[streams] = True
        earlier = [tick for tick, _, _ in self._seen][:-1]
        rows, turns = zip(*(self._before(stream, row[stream]) for stream in streams.tolist()), strict=True)
        return Past(streams, np.stack(rows), earlier, np.stack(turns))

    def _before(
        self, stream: int, row: Float[np.ndarray, " feature"]
    ) -> tuple[Float[np.ndarray, "time feature"], Float[np.ndarray, "tick 3 3"]]:
        ticks, points, scores = zip(*self._seen, strict=True)
        points, scores = (self._before_points, *points), (self._before_scores, *scores)
        read = self._read(np.stack([p[stream] for p in points]), np.stack([s[stream] for s in scores]))
        flat = np.concatenate([read.joints.reshape(len(points), -1), read.extra], axis=-1)[1:]
        same_phase = [i for i, tick in enumerate(ticks[:-1]) if (ticks[-1] - tick) % self._phases == 0]
        rows = flat[same_phase] if same_phase else row[None]
        rows = rows[-(self._facts.past + 1) :]
        missing = self._facts.past + 1 - len(rows)
        rows = np.concatenate([np.repeat(rows[:1], missing, axis=0), rows])
        return rows, np.swapaxes(read.camera_from_turned, -1, -2)[1:-1]

    def _read(
        self, points: Float[np.ndarray, "tick joint 2"], scores: Float[np.ndarray, "tick joint"]
    ) -> NetworkInput:
        match self._facts.normalisation:
            case "rays":
                return normalise_rays(points, scores)
            case "width":
                return normalise_width(points, scores, self._image_size)
