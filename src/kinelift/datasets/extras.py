"""Libraries that an extra brings, imported where they are first needed."""

from __future__ import annotations

import importlib
from types import ModuleType


def needed(module: str, extra: str) -> ModuleType:
    """Import a library; ValueError naming the extra where it is not installed."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        name = module.partition(".")[0]
        raise ValueError(f'{name} is not installed; pip install "kinelift[{extra}]" brings it.') from error
