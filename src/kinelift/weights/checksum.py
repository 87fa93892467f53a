"""Whether a shipped file is the one its card describes."""

from __future__ import annotations

import hashlib
from pathlib import Path

from kinelift.weights import read_card, shipped_networks


def file_sha256(path: Path) -> str:
    """Return a file's SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_shipped(name: str) -> None:
    """Raise ValueError where a shipped network is not the file that its card was written for."""
    path = shipped_networks()[name]
    try:
        stated = read_card(name).get("sha256")
    except FileNotFoundError:
        raise ValueError(f"{path}: its card {name}.json is missing; install again.") from None
    if stated is None:
        raise ValueError(f"{path}: its card states no sha256; install again.")
    actual = file_sha256(path)
    if stated != actual:
        raise ValueError(
            f"{path}: damaged or changed (SHA-256 {actual}, its card says {stated}); install again."
        )
