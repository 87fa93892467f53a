"""The program that writes made-up data sets in their owners' layouts; it shares no code with what reads them."""

import importlib.util
import sys
from pathlib import Path

# What it imports from beside it is loaded first, under the name it asks for.
from tests.datasets.synthetic_studio import make_synthetic_studio

PROGRAM = Path(__file__).parents[2] / "tools" / "make_synthetic_originals.py"

_spec = importlib.util.spec_from_file_location("make_synthetic_originals", PROGRAM)
assert _spec is not None
assert _spec.loader is not None
make_synthetic_originals = importlib.util.module_from_spec(_spec)
sys.modules[_spec.name] = make_synthetic_originals
_spec.loader.exec_module(make_synthetic_originals)

__all__ = ["make_synthetic_originals", "make_synthetic_studio"]
