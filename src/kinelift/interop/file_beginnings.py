"""What a file is instead of what its name or its use says, told by its first bytes."""

from __future__ import annotations

from typing import BinaryIO

_KNOWN = {
    b"PK\x03\x04": "an archive, as an .npz is",
    b"\x93NUMPY": "a single array, as an .npy is",
    b"{": "JSON",
    b"[": "JSON",
    b"RIFF": "a video",
    b"\x1aE\xdf\xa3": "a video",
}
_BRAND = b"ftyp"
"""What stands after the first four bytes of an .mp4 or .mov."""


def beginning(file: BinaryIO) -> str:
    """Say in words what a file is; the file is left where it begins."""
    start = file.read(64)
    file.seek(0)
    shown = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    for bytes_, said in _KNOWN.items():
        if shown.startswith(bytes_):
            return said
    if start[4:8] == _BRAND:
        return "a video"
    if not start:
        return "empty"
    return "text" if all(byte >= 32 or byte in b"\t\r\n" for byte in start) else "something else"


def check_archive(file: BinaryIO) -> None:
    """Raise a ValueError unless a file begins as an .npz does."""
    said = beginning(file)
    if not said.startswith("an archive"):
        raise ValueError(f"it is {said}, not the archive that an .npz is")
