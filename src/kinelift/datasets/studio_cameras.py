"""The cameras of Human3.6M and HumanEva-I, which ship as data beside this file with their provenance."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np

from kinelift.body.camera import Camera, CameraPose, Human36mDistortion


@dataclass(frozen=True, eq=False)
class StudioCamera:
    """A camera of a recording studio, as one subject's recordings have it."""

    name: str
    """What the data set calls it."""
    image_size: tuple[int, int]
    """Width and height in pixels."""
    pose: CameraPose | None
    """Where it stands, metres; None where the data set keeps it to itself."""
    lens: Camera | None
    """Its focal lengths, centre and distortion; None where they are not known."""


def human36m_cameras(subject: str) -> tuple[StudioCamera, ...]:
    """Return the four cameras of a subject such as "S9", in the order of the data files."""
    return _cameras("human36m", subject)


def humaneva_cameras(subject: str) -> tuple[StudioCamera, ...]:
    """Return the three colour cameras of a subject such as "S1" or "Train/S1"."""
    return _cameras("humaneva", subject.rpartition("/")[2])


def _cameras(name: str, subject: str) -> tuple[StudioCamera, ...]:
    data = _read(name)
    if subject not in data["extrinsics"]:
        raise ValueError(
            f"{name} has no cameras of a subject {subject!r}; it has {', '.join(data['extrinsics'])}."
        )
    placed = data["extrinsics"][subject]
    return tuple(_camera(lens, pose, data) for lens, pose in zip(data["intrinsics"], placed, strict=True))


def _camera(lens: dict[str, Any], placed: dict[str, Any], data: dict[str, Any]) -> StudioCamera:
    size = (lens["res_w"], lens["res_h"])
    pose = None
    if placed:
        metres = np.asarray(placed["translation"]) / 1000.0
        pose = CameraPose(np.asarray(placed["orientation"]), metres)
    return StudioCamera(lens["id"], size, pose, _lens(lens, size, pose, data["provenance"]))


def _lens(
    lens: dict[str, Any], size: tuple[int, int], pose: CameraPose | None, provenance: str
) -> Camera | None:
    if "focal_length" not in lens:
        return None
    distortion = Human36mDistortion(tuple(lens["radial_distortion"]), tuple(lens["tangential_distortion"]))
    return Camera(size, tuple(lens["focal_length"]), tuple(lens["center"]), distortion, pose, provenance)


@cache
def _read(name: str) -> dict[str, Any]:
    file = resources.files("kinelift.datasets").joinpath("cameras", f"{name}.json")
    return json.loads(file.read_text("utf-8"))
