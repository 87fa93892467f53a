"""Every format that keypoints are read from, and which of them a file or a folder is.

A new format is a file beside this one that ends in a `KeypointFormat`, and a line in FORMATS.
"""

from __future__ import annotations

import logging
from pathlib import Path

from kinelift.interop.keypoint_source import KeypointFormat, Source
from kinelift.interop.keypoint_track import Track
from kinelift.interop.keypoints_alphapose import ALPHAPOSE
from kinelift.interop.keypoints_coco import COCO
from kinelift.interop.keypoints_csv import CSV
from kinelift.interop.keypoints_json import JSON
from kinelift.interop.keypoints_mediapipe import MEDIAPIPE
from kinelift.interop.keypoints_mmpose import MMPOSE
from kinelift.interop.keypoints_npz import NPZ
from kinelift.interop.keypoints_openpose import OPENPOSE
from kinelift.interop.keypoints_ultralytics import ULTRALYTICS
from kinelift.interop.keypoints_videopose3d import VIDEOPOSE3D

log = logging.getLogger(__name__)

FORMATS: tuple[KeypointFormat, ...] = (
    JSON,
    NPZ,
    VIDEOPOSE3D,
    OPENPOSE,
    ALPHAPOSE,
    COCO,
    MMPOSE,
    MEDIAPIPE,
    ULTRALYTICS,
    CSV,
)
OWN = (JSON, NPZ)
"""Formats that say everything themselves."""


def may_hold_keypoints(path: Path) -> bool:
    """Tell a folder of one recording's keypoints and files of what they are written in; others may be videos."""
    source = Source(path)
    if source.kind == "folder":
        return any(format.recognises(source) for format in FORMATS)
    return source.kind is not None


def is_plain_npz(path: Path) -> bool:
    """Tell an .npz of kinelift's own kind, which can be read a stretch at a time."""
    return NPZ.recognises(Source(path))


def read_tracks(path: Path, format: str | None) -> tuple[Track, ...]:
    """Read everybody in a file or a folder, in the format that is said or else found, and say which it was."""
    if not path.exists():
        raise FileNotFoundError(f"{path}: no such file.")
    source = Source(path)
    chosen = _found(source) if format is None else _named(format, path)
    tracks = chosen.read(source)
    if not tracks:
        raise ValueError(f"{path}: holds nobody.")
    if chosen not in OWN:
        log.info("%s: read as %s%s", path, chosen.says, _taken(tracks[0]))
    return tracks


def _taken(track: Track) -> str:
    """Say what was not told but concluded."""
    units = "; its points are shares of the image" if track.relative else ""
    if track.skeleton is None and track.likely is not None:
        return f", keypoints taken for {track.likely.name}{units}"
    return units


def _named(format: str, path: Path) -> KeypointFormat:
    for each in FORMATS:
        if each.name == format:
            return each
    raise ValueError(f"{path}: unknown format {format!r}; say it with format=, one of {_names()}.")


def _found(source: Source) -> KeypointFormat:
    fitting = [format for format in FORMATS if format.recognises(source)]
    if len(fitting) > 1:
        names = " or ".join(format.name for format in fitting)
        raise ValueError(f"{source.path}: may be of several formats; say which with format=, {names}.")
    return fitting[0] if fitting else _refused(source)


def _refused(source: Source) -> KeypointFormat:
    choices = f"say it with format=, one of {_names()}"
    match source.kind:
        case None:
            raise ValueError(f"{source.path}: unknown format; {choices}.")
        case "folder":
            raise ValueError(
                f"{source.path}: is a folder without keypoints that kinelift knows; name the file of keypoints "
                f"in it, or {choices}."
            )
        case _:
            try:
                JSON.read(source)
            except ValueError as error:
                raise ValueError(f"{error} If it is of another program, {choices}.") from error
            raise AssertionError(f"{source.path}: was not recognised, but read")


def _names() -> str:
    return ", ".join(format.name for format in FORMATS)
