"""Keeping native chatter out of the terminal."""

import logging
import os

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
