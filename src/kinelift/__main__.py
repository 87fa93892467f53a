"""`python -m kinelift`, which is the command `kinelift`."""

import sys

from kinelift.cli.start import start

sys.exit(start())
