"""The command line's entry: parse, run, exit."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import tyro
from tyro.conf import FlagCreatePairsOff, arg

from kinelift.cli.convert import Convert
from kinelift.cli.demo import Demo
from kinelift.cli.doctor import Doctor
from kinelift.cli.evaluate import Evaluate
from kinelift.cli.export import Export
from kinelift.cli.failures import exit_code_of
from kinelift.cli.finetune import Finetune
from kinelift.cli.lift import Lift
from kinelift.cli.models import Models
from kinelift.cli.prepare import Prepare
from kinelift.cli.train import Train
from kinelift.cli.view import View

CONFIG = (tyro.conf.CascadeSubcommandArgs, tyro.conf.OmitArgPrefixes, tyro.conf.OmitSubcommandPrefixes)


@dataclass(frozen=True)
class Kinelift:
    """3D human motion in metres from ordinary video, offline, on a plain CPU.

    `kinelift COMMAND --help` explains a command, `kinelift --version` says which kinelift this is.
    """

    command: Lift | Demo | Convert | View | Prepare | Train | Finetune | Evaluate | Export | Models | Doctor
    verbose: Annotated[FlagCreatePairsOff[bool], arg(aliases=["-v"])] = False
    """Say more on stderr, and show the traceback of a failure."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line (without the program's name) and return the exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if list(arguments) == ["--version"]:
        import kinelift

        print(f"kinelift {kinelift.__version__}")
        return 0
    parsed = tyro.cli(Kinelift, prog="kinelift", args=arguments, config=CONFIG)
    _log_to_stderr(logging.INFO if parsed.verbose else logging.WARNING)
    return exit_code_of(parsed.command.run, verbose=parsed.verbose)


def _log_to_stderr(level: int) -> None:
    handler = _Stderr()
    package = logging.getLogger("kinelift")
    package.handlers[:] = [handler]
    package.setLevel(level)
    # What a file was taken for is said aloud, for it is told by its content.
    logging.getLogger("kinelift.interop").setLevel(min(level, logging.INFO))


class _Stderr(logging.Handler):
    """Writes where sys.stderr leads at the moment, so that a progress bar can step aside."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print one message, and how grave it is where it is."""
        grave = f"{record.levelname.lower()}: " if record.levelno >= logging.WARNING else ""
        print(f"kinelift: {grave}{self.format(record)}", file=sys.stderr)
