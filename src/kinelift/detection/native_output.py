"""Keeping a native library's chatter out of the user's terminal."""

from __future__ import annotations

import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

log = logging.getLogger(__name__)

STDERR = 2


@contextmanager
def native_stderr_to_log() -> Iterator[None]:
    """Send what native code writes to file descriptor 2 to the log, at debug level.

    MediaPipe and TensorFlow Lite write notices there before any of their own switches can stop them. Where stderr
    is closed there is nothing to keep clean.
    """
    if sys.stderr is None:
        yield
        return
    sys.stderr.flush()
    kept = os.dup(STDERR)
    with tempfile.TemporaryFile() as chatter:
        os.dup2(chatter.fileno(), STDERR)
        try:
            yield
        finally:
            os.dup2(kept, STDERR)
            os.close(kept)
            chatter.seek(0)
            for line in chatter.read().decode(errors="replace").splitlines():
                log.debug("%s", line)
