"""Progress on stderr: a bar on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol, runtime_checkable

from kinelift.cli.stages import enter_stage

QUIET_SECONDS = 2.0
"""Nothing is said of what is over before that."""
LINE_EVERY_SECONDS = 10.0


@runtime_checkable
class Show(Protocol):
    """Shows how far a step is; a total of 0 is not known."""

    def __call__(self, what: str, done: int, total: int, detail: str = "") -> None:
        """Say that `done` of `total` is done."""
        ...


@contextmanager
def progress() -> Iterator[Show]:
    """Show steps while the block runs."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield _Timed(_Lines())
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        yield _Timed(_Bar(bars))


class _Timed:
    """Tells the clock of stages what is shown."""

    def __init__(self, show: Show) -> None:
        self._show = show

    def __call__(self, what: str, done: int, total: int, detail: str = "") -> None:
        enter_stage(what)
        self._show(what, done, total, detail)


class _Bar:
    def __init__(self, bars: Any) -> None:
        self._bars, self._what, self._task = bars, "", None

    def __call__(self, what: str, done: int, total: int, detail: str = "") -> None:
        if what != self._what:
            if self._task is not None:
                self._bars.remove_task(self._task)
            # What a resumed run did before is no measure of the time left.
            self._what, self._task = what, self._bars.add_task(what, total=total or None, completed=done)
        self._bars.update(self._task, completed=done, total=total or None, description=f"{what}{detail}")


class _Lines:
    def __init__(self) -> None:
        self._next = time.monotonic() + QUIET_SECONDS

    def __call__(self, what: str, done: int, total: int, detail: str = "") -> None:
        if total and sys.stderr is not None and time.monotonic() >= self._next:
            print(f"{what}{detail}: {done} of {total}", file=sys.stderr, flush=True)
            self._next = time.monotonic() + LINE_EVERY_SECONDS
