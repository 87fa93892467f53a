"""Every format that motion is read from, and which of them a file is.

A new format is a reader here and a line in MOTION_FORMATS.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kinelift.body import Motion, Recording, Skeleton
from kinelift.interop.bvh import METRES_PER_UNIT, BvhMotion, Unit, read_bvh
from kinelift.interop.keypoint_source import Source
from kinelift.interop.motion_json import FORMAT, read_recording
from kinelift.interop.motion_npz import load_motion

log = logging.getLogger(__name__)

USUAL_SIZE_METRES = 1.7
"""Of a body at rest, by which a unit that a file leaves unsaid is told."""
SNIFFED_CHARACTERS = 4096


@dataclass(frozen=True)
class MotionFormat:
    """A way in which motion is written."""

    recognises: Callable[[Path], bool]
    """Tell by its content whether a file is of this format."""
    read: Callable[[Path], Recording | Motion]
    """Read it; ValueError where it is damaged."""


def read_motion(path: Path) -> Recording | Motion | None:
    """Read a recording or one body's motion, whichever file it is in; None where a file holds no motion."""
    if not path.exists():
        raise FileNotFoundError(f"{path}: no such file.")
    if path.is_dir():
        return None
    found = next((format for format in MOTION_FORMATS if format.recognises(path)), None)
    return None if found is None else found.read(path)


def _is_recording(path: Path) -> bool:
    """Tell a motion.json by its first lines: the format's name comes first in what kinelift writes."""
    start = _start(path)
    if not start.startswith("{") or "format" not in start:
        return False
    return f'"format": {json.dumps(FORMAT)}' in start or f'"format":{json.dumps(FORMAT)}' in start


def _is_motion_npz(path: Path) -> bool:
    return {"joints", "skeleton_parents", "observed"} <= Source(path).array_names


def _is_bvh(path: Path) -> bool:
    return _start(path).upper().startswith("HIERARCHY")


def _start(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(SNIFFED_CHARACTERS).decode("latin-1").lstrip("\ufeffï»¿ \t\r\n")


def _bvh(path: Path) -> Motion:
    """Read the joints of a BVH, in the unit that its rest pose speaks for."""
    motion = read_bvh(path, units="metres")
    unit = likely_unit(motion)
    log.info("%s: its rest pose is taken for %s", path, unit)
    skeleton = motion.skeleton
    try:
        frames = len(motion.positions)
        shape = (frames, len(skeleton.joint_names))
        return Motion(
            joints=(motion.positions * METRES_PER_UNIT[unit]).astype(np.float32),
            observed=np.ones(frames, bool),
            scores=np.ones(shape, np.float32),
            skeleton=Skeleton("bvh", skeleton.joint_names, skeleton.parents),
            fps=motion.fps,
            frame="world",
        )
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def likely_unit(motion: BvhMotion) -> Unit:
    """Return the unit in which a rest pose, read as metres, comes nearest to the size of a body."""
    skeleton = motion.skeleton
    places = np.zeros_like(skeleton.offsets)
    for joint, parent in enumerate(skeleton.parents):
        if parent >= 0:
            places[joint] = places[parent] + skeleton.offsets[joint]
    size = float(np.ptp(places, axis=0).max())
    units: tuple[Unit, ...] = ("metres", "centimetres", "millimetres")
    if size <= 0:
        return "metres"
    return min(units, key=lambda unit: abs(np.log(size * METRES_PER_UNIT[unit] / USUAL_SIZE_METRES)))


MOTION_FORMATS = (
    MotionFormat(_is_recording, read_recording),
    MotionFormat(_is_motion_npz, load_motion),
    MotionFormat(_is_bvh, _bvh),
)
