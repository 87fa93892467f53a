"""One clear sentence and an exit code for everything that can go wrong."""

from __future__ import annotations

import os
import re
import sys
import traceback
from collections.abc import Callable

EXTRAS = {
    "av": "video",
    "mediapipe": "video",
    "torch": "train",
    "onnx": "train",
    "ezc3d": "export",
    "pygltflib": "export",
}
"""Which extra installs a module."""

_ARGUMENT = re.compile(r"\b(fps|image_size|skeleton|person|format)=(?:\((\w+), (\w+)\))?")

FAILED, INTERRUPTED, UNREAD = 1, 130, 141
"""The last two are what a shell says of a program that SIGINT or SIGPIPE ended."""


def exit_code_of(run: Callable[[], int | None], *, verbose: bool) -> int:
    """Run a command; where it fails say why on stderr, with a traceback if `verbose`, and return the exit code."""
    try:
        code = run() or 0
        print(end="", flush=True)
        return code
    except KeyboardInterrupt:
        return stopped()
    except BrokenPipeError:
        # Whoever read our output, such as head, has read enough; Python would try to write the rest at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNREAD
    except Exception as error:
        if verbose:
            traceback.print_exc()
        _say(sentence(error))
        return FAILED


def stopped() -> int:
    """Say that the user stopped the command, and return its exit code."""
    _say("stopped.")
    return INTERRUPTED


def sentence(error: Exception) -> str:
    """Explain an error to the user; what no user can have caused asks for a report."""
    match error:
        case ModuleNotFoundError(name=str(module)) if module.split(".")[0] in EXTRAS:
            package = module.split(".")[0]
            return f'this needs {package}, which is not installed: pip install "kinelift[{EXTRAS[package]}]"'
        case OSError(strerror=str(reason), filename=str(path)):
            return f"{path}: {reason}."
        case ValueError() | OSError() | ImportError() | FloatingPointError() if str(error):
            return with_options(" ".join(str(error).split()))
        case _:
            kind = f"{type(error).__name__}: {' '.join(str(error).split())}".rstrip(": ")
            return f"this is a bug in kinelift, please report it with what -v shows ({kind})."


def with_options(message: str) -> str:
    """Name options instead of arguments: what the library calls image_size=(width, height) is --image-size here."""

    def option(found: re.Match[str]) -> str:
        values = [value.upper() for value in found.groups()[1:] if value]
        after = found.string[found.end() : found.end() + 1]
        glue = " " if after.isalnum() else ""
        return " ".join([f"--{found[1].replace('_', '-')}", *values]) + glue

    return _ARGUMENT.sub(option, message)


def _say(message: str) -> None:
    print(f"kinelift: {message}", file=sys.stderr)
