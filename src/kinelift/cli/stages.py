"""Where the time goes, stage by stage."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class StageClock:
    """Adds up the seconds of each stage; one stage lasts until the next begins."""

    def __init__(self) -> None:
        self._start = self._since = time.perf_counter()
        self._stage = "starting"
        self.seconds: dict[str, float] = {}
        """By stage, in the order in which they first began."""

    def enter(self, stage: str) -> None:
        """Say that a stage begins, or goes on."""
        now = time.perf_counter()
        self.seconds[self._stage] = self.seconds.get(self._stage, 0.0) + now - self._since
        self._stage, self._since = stage, now

    def table(self) -> list[str]:
        """Return a line a stage, and one for them all; the clock goes on."""
        self.enter(self._stage)
        total = self._since - self._start
        lines = [*self.seconds.items(), ("all", total)]
        return [f"{name:<12}{spent:8.2f} s {100 * spent / total:4.0f} %" for name, spent in lines]


_CLOCK: ContextVar[StageClock | None] = ContextVar("stage clock", default=None)


def enter_stage(stage: str) -> None:
    """Say to the clock that runs, if any does, that a stage begins or goes on."""
    clock = _CLOCK.get()
    if clock is not None:
        clock.enter(stage)


@contextmanager
def stage_clock() -> Iterator[StageClock]:
    """Let a clock run while the block does."""
    token = _CLOCK.set(clock := StageClock())
    try:
        yield clock
    finally:
        _CLOCK.reset(token)
