"""How many there are, in words."""

from __future__ import annotations


def counted(number: int, thing: str) -> str:
    """Say "1 frame", "2 frames"; of things whose plural is an s."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
