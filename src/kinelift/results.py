"""Stage 6: recordings, motion and keypoints to files."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import get_args

from kinelift.body import Keypoints, Motion, Recording
from kinelift.body.motion import check_fps
from kinelift.body.rows import RecordingRows
from kinelift.export.bvh import BVH
from kinelift.export.c3d import C3D
from kinelift.export.csv_table import CSV
from kinelift.export.glb import GLB
from kinelift.export.joint_names import Naming
from kinelift.export.keypoints_csv import write_keypoints_csv
from kinelift.export.keypoints_json import write_keypoints_json
from kinelift.export.keypoints_npz import write_keypoints_npz
from kinelift.export.mmpose_json import MMPOSE
from kinelift.export.motion_json import write_motion_json
from kinelift.export.motion_npz import write_motion_npz
from kinelift.export.openpose_json import OPENPOSE, write_keypoints_openpose
from kinelift.export.takes import LengthUnit, TakeFormat, Wording, takes_of
from kinelift.export.trc import TRC
from kinelift.viewer.view import write_view

OWN_ENDINGS = (".npz", ".json", ".html")
TAKE_FORMATS: tuple[TakeFormat, ...] = (BVH, GLB, C3D, TRC, CSV, OPENPOSE, MMPOSE)
"""Formats of other programs: a new one is a file in `export` and its name here."""

People = Mapping[int, Keypoints]
"""Keypoints by the ids of who was seen."""


def _each_to(write: Callable[[Keypoints, Path], None]) -> Callable[[People, Path], tuple[Path, ...]]:
    """Give each person a file of their own: the name as it is for the first, then <name>_<id>."""

    def write_each(people: People, path: Path) -> tuple[Path, ...]:
        paths = [path.with_stem(f"{path.stem}_{id}") if index else path for index, id in enumerate(people)]
        for keypoints, own_path in zip(people.values(), paths, strict=True):
            write(keypoints, own_path)
        return tuple(paths)

    return write_each


KEYPOINT_FORMATS: dict[str, Callable[[People, Path], tuple[Path, ...]]] = {
    ".npz": _each_to(write_keypoints_npz),
    ".json": _each_to(write_keypoints_json),
    ".csv": write_keypoints_csv,
    ".openpose": write_keypoints_openpose,
}
"""What keypoints are written in, by how names end."""


def write(
    result: Recording | RecordingRows | Motion | Keypoints | People,
    path: str | os.PathLike[str],
    *,
    units: LengthUnit | None = None,
    fps: float | None = None,
    naming: Naming | None = None,
) -> tuple[Path, ...]:
    """Write what was lifted or read in the format that the name's ending says, and return the files written.

    .npz holds one person: of a recording the first, the others going to files of their own, <name>_<id>.npz.
    .json is the whole recording, .html a page to look at it. In these motion stays in the frame it is in.

    In other programs' formats motion is in the world: Y up, and whoever faces the camera faces +Z. `units` is of
    lengths (each format has its usual one), `fps` brings motion to another rate, and `naming` says whose names the
    joints of .bvh and .glb get: "plain" are ours.

    Keypoints of one person, or of several by their ids, go to .npz and .json (a file each), .csv and .openpose
    (together); they have neither units nor names to choose.
    """
    path = Path(path)
    if isinstance(result, Keypoints | Mapping):
        people = {0: result} if isinstance(result, Keypoints) else result
        return _write_keypoints(people, path, plain=(units, fps, naming) == (None, None, None))
    chosen = check_choices(path, units=units, fps=fps, naming=naming)
    if chosen is None:
        return _write_own(result, path)
    format, wording = chosen
    _check_somebody(result, path)
    if isinstance(result, RecordingRows):
        result = result.loaded()
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


def _write_keypoints(people: People, path: Path, *, plain: bool) -> tuple[Path, ...]:
    ending = path.suffix.lower()
    write_people = KEYPOINT_FORMATS.get(ending)
    if write_people is None or path.name.lower().endswith(MMPOSE.ending):
        known = ", ".join(KEYPOINT_FORMATS)
        raise ValueError(
            f"{path}: keypoints are written as {known}. Other formats hold a body in space: lift them first."
        )
    if not plain:
        raise ValueError(f"{path}: units, fps and naming are for motion; leave them out for keypoints.")
    if not people:
        raise ValueError(f"{path}: nobody's keypoints to write.")
    _check_together(people, path)
    return write_people(people, path)


def _check_together(people: People, path: Path) -> None:
    """Raise a ValueError unless everybody was seen in the same frames of the same pictures."""
    said = {(len(each), each.fps, each.image_size) for each in people.values()}
    if len(said) > 1:
        raise ValueError(
            f"{path}: people of one video expected, with as many frames, one rate and one image size; got {said}."
        )


def _write_own(result: Recording | RecordingRows | Motion, path: Path) -> tuple[Path, ...]:
    match path.suffix.lower():
        case ".npz":
            return _write_npz(result, path)
        case ".json":
            if isinstance(result, Motion):
                raise ValueError(
                    f"{path}: a .json holds a whole recording, camera and keypoints too, as lift_people makes one; "
                    f"write bare motion as .npz, .html, {_listed_endings()}."
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


def _write_npz(result: Recording | RecordingRows | Motion, path: Path) -> tuple[Path, ...]:
    if isinstance(result, Motion):
        write_motion_npz(result, path)
        return (path,)
    _check_somebody(result, path)
    paths = (path, *(path.with_stem(f"{path.stem}_{person.id}") for person in result.people[1:]))
    for person, own_path in zip(result.people, paths, strict=True):
        write_motion_npz(person, own_path)
    return paths


def _check_somebody(result: Recording | RecordingRows | Motion, path: Path) -> None:
    if not isinstance(result, Motion) and not result.people:
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
