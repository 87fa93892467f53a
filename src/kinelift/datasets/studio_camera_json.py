"""Cameras of a studio as JSON, in the files of prepared data sets."""

from __future__ import annotations

from typing import Any

import numpy as np

from kinelift.body.camera import Camera, CameraPose, Human36mDistortion, OpenCVDistortion
from kinelift.datasets.studio_cameras import StudioCamera

_DISTORTIONS = {"human36m": Human36mDistortion, "opencv": OpenCVDistortion}


def camera_to_json(camera: StudioCamera) -> dict[str, Any]:
    """Return what JSON can hold; parts that are not known are null."""
    pose, lens = camera.pose, camera.lens
    return {
        "name": camera.name,
        "image_size": list(camera.image_size),
        "pose": None
        if pose is None
        else {"orientation_wxyz": pose.orientation.tolist(), "position_m": pose.translation.tolist()},
        "lens": None if lens is None else _lens_to_json(lens),
    }


def camera_from_json(told: dict[str, Any]) -> StudioCamera:
    """Return the camera again; KeyError, TypeError or ValueError where something else stands there."""
    width, height = told["image_size"]
    pose, lens = told["pose"], told["lens"]
    placed = None
    if pose is not None:
        placed = CameraPose(np.array(pose["orientation_wxyz"]), np.array(pose["position_m"]))
    known = None if lens is None else _lens_from_json(lens, (width, height), placed)
    return StudioCamera(told["name"], (width, height), placed, known)


def _lens_to_json(lens: Camera) -> dict[str, Any]:
    distortion = lens.distortion
    kind = next((name for name, each in _DISTORTIONS.items() if isinstance(distortion, each)), None)
    return {
        "focal_length_px": list(lens.focal_length),
        "center_px": list(lens.center),
        "distortion": kind,
        "radial": None if distortion is None else list(distortion.radial),
        "tangential": None if distortion is None else list(distortion.tangential),
        "source": lens.source,
    }


def _lens_from_json(told: dict[str, Any], size: tuple[int, int], pose: CameraPose | None) -> Camera:
    distortion = None
    if told["distortion"] is not None:
        (k1, k2, k3), (p1, p2) = told["radial"], told["tangential"]
        distortion = _DISTORTIONS[told["distortion"]]((k1, k2, k3), (p1, p2))
    (fx, fy), (cx, cy) = told["focal_length_px"], told["center_px"]
    return Camera(size, (fx, fy), (cx, cy), distortion, pose, told["source"])
