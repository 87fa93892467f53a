"""Lists on the command line."""

from __future__ import annotations

from typing import overload


@overload
def listed(names: str) -> tuple[str, ...]: ...
@overload
def listed(names: str | None) -> tuple[str, ...] | None: ...
def listed(names: str | None) -> tuple[str, ...] | None:
    """Take names apart at their commas; nothing said stays nothing."""
    return None if names is None else tuple(name.strip() for name in names.split(",") if name.strip())
