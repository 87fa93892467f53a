"""Progress: a bar on a terminal, now and then a line elsewhere, nothing for what is quick."""

import io

import pytest

from kinelift.cli import progress as progress_module
from kinelift.cli.progress import progress


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


@pytest.fixture
def clock(monkeypatch):
    """Replace the time by a number that the test moves."""
    now = [100.0]
    monkeypatch.setattr(progress_module.time, "monotonic", lambda: now[0])
    return now


def test_elsewhere_quick_work_is_silent_and_slow_work_speaks_every_ten_seconds(clock, capsys):
    with progress() as show:
        show("detecting", 1, 40)
        clock[0] += 3.0
        show("detecting", 2, 40)
        clock[0] += 3.0
        show("detecting", 3, 40)
        clock[0] += 8.0
        show("training", 4, 40, " epoch 1 of 3")
        show("lifting", 0, 0)
    captured = capsys.readouterr()
    assert captured.err.splitlines() == ["detecting: 2 of 40", "training epoch 1 of 3: 4 of 40"]
    assert captured.out == ""


def test_on_a_terminal_a_bar_goes_to_stderr_alone_and_leaves_nothing_behind(monkeypatch, capsys):
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    with progress() as show:
        show("detecting", 1, 40)
        show("detecting", 40, 40)
        show("lifting", 0, 0)
    assert "lifting" in terminal.getvalue()
    assert capsys.readouterr().out == ""


def test_where_stderr_is_closed_nothing_is_said_anywhere(clock, monkeypatch, capsys):
    monkeypatch.setattr("sys.stderr", None)
    with progress() as show:
        clock[0] += 3.0
        show("detecting", 2, 40)
    assert capsys.readouterr().out == ""
