"""Stage 6: a recording or a motion to files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import get_args

from kinelift.body import Motion, Recording
from kinelift.body.motion import check_fps
from kinelift.export.bvh import BVH
from kinelift.export.c3d import C3D
from kinelift.export.csv_table import CSV
from kinelift.export.glb import GLB
from kinelift.export.joint_names import Naming
from kinelift.export.mmpose_json import MMPOSE
from kinelift.export.motion_json import write_motion_json
from kinelift.export.motion_npz import write_motion_npz
from kinelift.export.openpose_json import OPENPOSE
from kinelift.export.takes import LengthUnit, TakeFormat, Wording, takes_of
from kinelift.export.trc import TRC
from kinelift.viewer.view import write_view

OWN_ENDINGS = (".npz", ".json", ".html")
TAKE_FORMATS: tuple[TakeFormat, ...] = (BVH, GLB, C3D, TRC, CSV, OPENPOSE, MMPOSE)
"""Formats of other programs: a new one is a file in `export` and its name here."""


def write(
    result: Recording | Motion,
    path: str | os.PathLike[str],
    *,
    units: LengthUnit | None = None,
    fps: float | None = None,
    naming: Naming | None = None,
) -> tuple[Path, ...]:
    """Write a recording or a motion in the format that the name's ending says, and return the files written.

    .npz holds one person: of a recording the first, the others going to files of their own, <name>_<id>.npz.
    .json is the whole recording, .html a page to look at it. In these motion stays in the frame it is in.

    In other programs' formats motion is in the world: Y up, and whoever faces the camera faces +Z. `units` is of
    lengths (each format has its usual one), `fps` brings motion to another rate, and `naming` says whose names the
    joints of .bvh and .glb get: "plain" are ours.
    """
    path = Path(path)
    chosen = check_choices(path, units=units, fps=fps, naming=naming)
    if chosen is None:
        return _write_own(result, path)
    format, wording = chosen
    _check_somebody(result, path)
    return format.write(takes_of(result, fps), path, wording)


def check_choices(
    path: Path,
    *,
    units: LengthUnit | None = None,
    fps: float | None = None,
    naming: Naming | None = None,
) -> tuple[TakeFormat, Wording] | None:
    """Return another program's format and how to write it, None for our own; ValueError if they do not go together."""
    format = next((each for each in TAKE_FORMATS if path.name.lower().endswith(each.ending)), None)
    if format is not None:
        if fps is not None:
            check_fps(fps)
        return format, Wording(_units(format, units, path), _naming(format, naming, path))
    if (units, fps, naming) != (None, None, None):
        raise ValueError(f"{path}: units, fps and naming are for {_listed_endings()}; leave them out.")
    return None


def _write_own(result: Recording | Motion, path: Path) -> tuple[Path, ...]:
    match path.suffix.lower():
        case ".npz":
            return _write_npz(result, path)
        case ".json":
            if isinstance(result, Motion):
                raise ValueError(
                    f"{path}: a .json holds a whole recording; write a bare motion as .npz or .html."
                )
            write_motion_json(result, path)
        case ".html":
            write_view(result, path, title=path.stem)
        case suffix:
            raise ValueError(
                f"{path}: no format has the suffix {suffix!r}; choose one of "
                f"{', '.join(OWN_ENDINGS)}, {_listed_endings()}."
            )
    return (path,)


def _write_npz(result: Recording | Motion, path: Path) -> tuple[Path, ...]:
    if isinstance(result, Motion):
        write_motion_npz(result, path)
        return (path,)
    _check_somebody(result, path)
    paths = (path, *(path.with_stem(f"{path.stem}_{person.id}") for person in result.people[1:]))
    for person, own_path in zip(result.people, paths, strict=True):
        write_motion_npz(person, own_path)
    return paths


def _check_somebody(result: Recording | Motion, path: Path) -> None:
    if isinstance(result, Recording) and not result.people:
        raise ValueError(f"{path}: nobody in the recording to write.")


def _units(format: TakeFormat, units: LengthUnit | None, path: Path) -> LengthUnit:
    if units is None:
        return format.units[0]
    if units not in format.units:
        raise ValueError(f"{path}: units: {', '.join(format.units)} for {format.ending}, got {units!r}.")
    return units


def _naming(format: TakeFormat, naming: Naming | None, path: Path) -> Naming:
    if naming is None:
        return "plain"
    if not format.named:
        rigs = ", ".join(each.ending for each in TAKE_FORMATS if each.named)
        raise ValueError(f"{path}: naming is for rigs, {rigs}; {format.ending} has none, leave it out.")
    if naming not in get_args(Naming):
        raise ValueError(f"naming: one of {', '.join(get_args(Naming))} expected, got {naming!r}.")
    return naming


def _listed_endings() -> str:
    return ", ".join(format.ending for format in TAKE_FORMATS)
