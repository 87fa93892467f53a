"""Keypoints to root-relative joints a tick at a time, for several streams at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from kinelift.body.camera import Camera
from kinelift.lifting.in_place import LONGEST_RUN, InPlaceNetwork
from kinelift.lifting.lifted import told_errors
from kinelift.lifting.line_of_sight import LineOfSight
from kinelift.lifting.live_past import LivePast, Past
from kinelift.lifting.live_reading import RayReading, WidthReading
from kinelift.lifting.network import Network
from kinelift.lifting.per_stream import product


class Tick(NamedTuple):
    """What is seen at one beat of the model's clock; with phases, of its interleaved clocks."""

    points_px: Float[np.ndarray, "stream joint 2"]
    """Of the network's input skeleton, finite throughout."""
    scores: Float[np.ndarray, "stream joint"]
    """0 where nothing was seen."""


class Answer(NamedTuple):
    """The pose of one tick."""

    tick: int
    joints: Float[np.ndarray, "stream joint 3"]
    """Metres relative to joint 0, axes of the camera's frame."""
    numbers: Float[np.ndarray, "stream joint number"]
    """What the network answered."""


class LiveLifter:
    """`Lifter` without mirror averaging, tick by tick: each layer of the network is computed once a tick.

    A network's past is its states'. Before the first tick, as in a clip, the first one is repeated; and where a body is
    not seen at first, its place is that at which it appears.
    """

    def __init__(self, network: Network, camera: Camera, streams: int, phases: int) -> None:
        facts = self._facts = network.facts
        self.look_ahead = facts.look_ahead * phases
        """Ticks that an answer is late."""
        self._sight = LineOfSight(camera) if facts.normalisation == "rays" else None
        self._reading = (
            RayReading(len(facts.input_skeleton), streams)
            if facts.normalisation == "rays"
            else WidthReading(camera.image_size, streams)
        )
        self._networks = [InPlaceNetwork(network, streams) for _ in range(phases)]
        self._past: LivePast | None = LivePast(facts, camera.image_size, streams, phases)
        """What was read as long as some stream has not begun."""
        self._turns: deque[tuple[int, Float[np.ndarray, "stream 3 3"]]] = deque()
        """Tick and rotation of what has been fed and not been answered."""
        self._answers: deque[Answer] = deque()
        self._tick = 0

    def feed(self, ticks: Sequence[Tick]) -> None:
        """Take the ticks that follow."""
        if len(self._networks) > 1 or self._past is not None:
            for tick in ticks:
                self._feed([tick])
        else:
            for start in range(0, len(ticks), LONGEST_RUN):
                self._feed(ticks[start : start + LONGEST_RUN])

    def skip(self, ticks: int) -> None:
        """Leave out ticks in which nobody is seen; a multiple of the phases, after which a receptive field follows."""
        self._tick += ticks

    def pose_at(self, tick: float) -> Float[np.ndarray, "stream joint 3"]:
        """Return the pose of a time between two ticks, or a little after the last; later ones may be asked for next."""
        before, after, share = self._around(tick)
        if share == 0.0:
            return before.joints
        return after.joints if share == 1.0 else before.joints * (1.0 - share) + after.joints * share

    def expected_error_at(self, tick: float) -> Float[np.ndarray, "stream joint"]:
        """Return how far each joint of that pose is expected to be off, metres; NaN if the network does not tell."""
        before, after, share = self._around(tick)
        share = min(
            share, 1.0
        )  # where the pose goes on after the last tick, nothing says how sure of it to be
        told, following = (told_errors(answer.numbers, self._facts) for answer in (before, after))
        return told * (1.0 - share) + following * share

    def _around(self, tick: float) -> tuple[Answer, Answer, float]:
        """Return the answers before and after a time, and the share of the way from one to the other."""
        answers = self._answers
        while len(answers) > 2 and answers[2].tick <= tick:
            answers.popleft()
        before, after = answers[0], answers[1] if len(answers) > 1 else answers[0]
        if len(answers) > 2 and after.tick <= tick:
            before, after = after, answers[2]
        if before.tick == tick or after is before:
            return before, after, 0.0
        return before, after, (tick - before.tick) / (after.tick - before.tick)

    def _feed(self, ticks: Sequence[Tick]) -> None:
        """Feed one tick, or several of the only phase."""
        network = self._networks[self._tick % len(self._networks)]
        pending, rows = len(self._turns), []
        for tick in ticks:
            row, turn = self._read(tick, network)
            self._turns.append((self._tick, turn))
            self._tick += 1
            rows.append(row if len(ticks) == 1 else row.copy())
        answers = network.run(rows[0][:, None] if len(rows) == 1 else np.stack(rows, axis=1))
        for index in range(len(ticks)):
            if pending + index >= self.look_ahead:
                number, turn = self._turns.popleft()
                numbers = answers[:, index].copy()  # the next run writes over them
                self._answers.append(Answer(number, _turned(numbers[..., :3], turn), numbers))
                pending -= 1

    def _read(
        self, tick: Tick, network: InPlaceNetwork
    ) -> tuple[Float[np.ndarray, "stream feature"], Float[np.ndarray, "stream 3 3"]]:
        points, scores = tick
        if self._sight is not None:
            points, scores = self._sight.rays(points, scores)
        row, turn = self._reading.read(points, scores)
        if self._past is not None:
            self._past.keep(self._tick, points, scores)
            past = self._past.of_those_beginning(self._reading.started, row)
            if past is not None:
                self._remember(past, network)
            if self._past.complete:
                self._past = None
        return row, turn

    def _remember(self, past: Past, network: InPlaceNetwork) -> None:
        """Feed the network another past, and correct what was made of the one it had."""
        last = network.remember(past.streams, past.rows)
        turns = dict(zip(past.ticks, np.moveaxis(past.turns, 1, 0), strict=True))
        for tick, turn in self._turns:
            if tick in turns:
                turn[past.streams] = turns[tick]
        # A network that does not look ahead has answered for the tick before already.
        for tick, joints, numbers in self._answers:
            if not self.look_ahead and tick == self._tick - len(self._networks) and tick in turns:
                joints[past.streams] = _turned(last[..., :3], turns[tick])
                numbers[past.streams] = last


def _turned(
    joints: Float[np.ndarray, "stream joint 3"], turn: Float[np.ndarray, "stream 3 3"]
) -> Float[np.ndarray, "stream joint 3"]:
    """Turn a network's answer from the person's axes to the camera's, relative to joint 0."""
    return product(joints.astype(np.float64) - joints[:, :1], turn)
