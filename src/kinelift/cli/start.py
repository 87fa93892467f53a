"""Where the command `kinelift` begins."""

from __future__ import annotations

from kinelift.cli.failures import stopped


def start() -> int:
    """Run the command line, and take a stop for one even while its modules are still being loaded."""
    try:
        from kinelift.cli.main import main

        return main()
    except KeyboardInterrupt:
        return stopped()
