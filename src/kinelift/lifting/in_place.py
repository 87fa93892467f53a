"""A graph whose states stay where they are: what it remembers is written over, not handed out and back."""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Float, Int

from kinelift.lifting.network import Network

LONGEST_RUN = 32
"""Frames run at once, at the most."""


class InPlaceNetwork:
    """Runs a network for several streams at once, a frame or a few at a time.

    Inputs, outputs and states are bound once. A state and what it becomes are one buffer, which the graph allows: it
    reads its rings only after writing to them.
    """

    def __init__(self, network: Network, streams: int) -> None:
        self._network, self._streams = network, streams
        self._states = network.initial_states(streams, LONGEST_RUN)
        # A stream that starts late has its past run through separately, up to the same time, which must not be
        # before 0.
        self._states.values["clock"][:] = network.facts.receptive_field
        self._bound: dict[int, tuple[Any, np.ndarray, np.ndarray]] = {}

    def run(
        self, x: Float[np.ndarray, "stream time feature"]
    ) -> Float[np.ndarray, "stream time joint number"]:
        """Feed some frames and return as many answers, which the next run overwrites."""
        time = x.shape[1]
        binding, inputs, outputs = self._bound.get(time) or self._bind(time)
        inputs[:] = x
        self._network.session.run_with_iobinding(binding)
        return outputs

    def remember(
        self, streams: Int[np.ndarray, " some"], x: Float[np.ndarray, "some time feature"]
    ) -> Float[np.ndarray, "some joint number"]:
        """Give some of the streams another past, at least a receptive field but one; return its last answers."""
        states = self._network.initial_states(len(streams), LONGEST_RUN)
        states.values["clock"][:] = self._states.values["clock"] - x.shape[1]
        answers = np.empty((len(streams), 0, 0, 0), np.float32)
        for start in range(0, x.shape[1], LONGEST_RUN):
            answers, states = self._network.run(x[:, start : start + LONGEST_RUN], states)
        for name, values in states.values.items():
            if name != "clock":
                self._states.values[name][streams] = values
        return answers[:, -1]

    def _bind(self, time: int) -> tuple[Any, np.ndarray, np.ndarray]:
        facts, session = self._network.facts, self._network.session
        assert time <= LONGEST_RUN, "a longer run would overwrite what the ring buffers still need"
        features = next(port.shape[2] for port in session.get_inputs() if port.name == "x")
        x = np.zeros((self._streams, time, features), np.float32)
        y = np.zeros((self._streams, time, len(facts.output_skeleton), self._network.numbers_out), np.float32)
        binding = session.io_binding()
        for name, buffer in {"x": x, **self._states.values}.items():
            binding.bind_input(name, "cpu", 0, buffer.dtype.type, buffer.shape, buffer.ctypes.data)
        for name, buffer in {"y": y, **{f"{n}_out": b for n, b in self._states.values.items()}}.items():
            binding.bind_output(name, "cpu", 0, buffer.dtype.type, buffer.shape, buffer.ctypes.data)
        self._bound[time] = binding, x, y
        return self._bound[time]
