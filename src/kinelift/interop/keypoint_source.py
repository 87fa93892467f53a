"""A file or a folder that keypoints may come from, opened as far as is needed to tell what it is."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from kinelift.interop.keypoint_track import Track

Kind = Literal["npz", "json", "csv", "folder"]
BEGINNINGS: dict[bytes, Kind] = {b"PK\x03\x04": "npz", b"{": "json", b"[": "json"}
SUFFIXES: dict[str, Kind] = {".npz": "npz", ".json": "json", ".csv": "csv"}


@dataclass(frozen=True)
class Source:
    """Where keypoints may be; what is asked for is read once."""

    path: Path

    @cached_property
    def kind(self) -> Kind | None:
        """What it is made of, told by its first bytes, else by its suffix; None may be a video."""
        if self.path.is_dir():
            return "folder"
        if self.path.is_file():
            with self.path.open("rb") as file:
                start = file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()
            for beginning, kind in BEGINNINGS.items():
                if start.startswith(beginning):
                    return kind
        return SUFFIXES.get(self.path.suffix.lower())

    @cached_property
    def array_names(self) -> frozenset[str]:
        """Names of the arrays in an .npz; none where it is not one."""
        if self.kind != "npz":
            return frozenset()
        try:
            with zipfile.ZipFile(self.path) as archive:
                return frozenset(name.removesuffix(".npy") for name in archive.namelist())
        except (OSError, zipfile.BadZipFile):
            return frozenset()

    def files(self, suffix: str) -> list[Path]:
        """List the files in a folder that have a suffix, in the order of their names; none where it is a file."""
        if self.kind != "folder":
            return []
        return sorted(path for path in self.path.iterdir() if path.suffix.lower() == suffix)

    @cached_property
    def documents(self) -> dict[str, Any]:
        """JSON documents by what names them: of a folder each file's, else the one of the file."""
        paths = self.files(".json") if self.kind == "folder" else [self.path]
        return {path.stem: self.sample if path == self._sampled[0] else read_json(path) for path in paths}

    @property
    def sample(self) -> Any:
        """The first JSON document that holds anything, by which all are known; None where there is none."""
        return self._sampled[1]

    @cached_property
    def _sampled(self) -> tuple[Path | None, Any]:
        paths = [self.path] if self.kind == "json" else self.files(".json")
        for path in paths:
            document = read_json(path)
            if document or len(paths) == 1:
                return path, document
        return None, None


@dataclass(frozen=True)
class KeypointFormat:
    """A program's way to write keypoints, in the file that reads it."""

    name: str
    """What `format=` calls it."""
    says: str
    """What its files are, in words."""
    recognises: Callable[[Source], bool]
    """Tell by its content whether a source is of this format."""
    read: Callable[[Source], tuple[Track, ...]]
    """Read everybody; ValueError where it is not of this format after all."""


def read_json(path: Path) -> Any:
    """Read any JSON; ValueError where it is not that."""
    try:
        return json.loads(path.read_text("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ValueError(
            f"{path}: not readable as JSON ({error}). It is cut short or something else."
        ) from error
