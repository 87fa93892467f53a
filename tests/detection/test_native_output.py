"""Keeping native chatter out of the terminal."""

import logging
import os
import subprocess
import sys

import pytest

from kinelift.detection.native_output import native_stderr_to_log


def test_native_errors_go_to_the_log_and_later_ones_to_the_terminal(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), native_stderr_to_log():
        os.write(2, b"I0000 chatter\n")
    os.write(2, b"news\n")
    assert capfd.readouterr().err == "news\n"
    assert "I0000 chatter" in caplog.text


def test_a_closed_stderr_is_left_closed() -> None:
    script = (
        "import os; from kinelift.detection.native_output import native_stderr_to_log\n"
        "with native_stderr_to_log(): print('inside')\n"
        "try: os.fstat(2)\n"
        "except OSError: print('closed')"
    )
    run = subprocess.run(
        ["sh", "-c", f"'{sys.executable}' -c \"$0\" 2>&-", script], capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == ["inside", "closed"]
