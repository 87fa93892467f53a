"""Where the command `kinelift` begins."""

from __future__ import annotations

import gc

from kinelift.cli.failures import stopped


def start() -> int:
    """Run the command line, and take a stop for one even while its modules are still being loaded."""
    try:
        from kinelift.cli.main import main

        return main()
    except KeyboardInterrupt:
        return stopped()
    finally:
        # What is left goes with the process; to search it for garbage first takes a tenth of a second.
        gc.freeze()
