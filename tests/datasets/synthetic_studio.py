"""The program that writes made-up data sets, as a module; it shares no code with what reads them."""

import importlib.util
import sys
from pathlib import Path

PROGRAM = Path(__file__).parents[2] / "tools" / "make_synthetic_studio.py"

_spec = importlib.util.spec_from_file_location("make_synthetic_studio", PROGRAM)
assert _spec is not None
assert _spec.loader is not None
make_synthetic_studio = importlib.util.module_from_spec(_spec)
sys.modules[_spec.name] = make_synthetic_studio  # Dataclasses look their module up.
_spec.loader.exec_module(make_synthetic_studio)
