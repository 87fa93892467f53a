"""What a caller says of a clip, checked, and the clip lifted by it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict

from kinelift.body import Camera
from kinelift.body.rows import KeypointRows, Scratch
from kinelift.lifting.network import load_network
from kinelift.passes.clip import LiftedPerson, LiftSettings, lift_clip
from kinelift.placing.bones import check_height
from kinelift.placing.smooth import checked_span
from kinelift.tracking.one_body import Progress
from kinelift.weights.forms import find_lifter


class LiftOptions(TypedDict, total=False):
    """How to lift, as `lift` is told."""

    camera: Camera | None
    height: float | None
    model: str | Path
    mirror: bool
    smooth: float
    lock_feet: bool
    providers: Sequence[str] | None
    progress: Progress | None


def lift_rows(
    keypoints: KeypointRows,
    scratch: Scratch,
    *,
    camera: Camera | None = None,
    height: float | None = None,
    model: str | Path = "default",
    mirror: bool = True,
    smooth: float = 0.0,
    lock_feet: bool = True,
    providers: Sequence[str] | None = None,
    id: int = 0,
    progress: Progress | None = None,
) -> LiftedPerson:
    """Lift keypoints that may be too long for memory; see `lift`, which does the same.

    Intermediate and final values lie in `scratch`; with a `DiskScratch` memory does not grow with the clip.
    """
    check_height(height)
    settings = LiftSettings(
        load_network(find_lifter(model, providers), providers),
        checked_camera(camera, keypoints.image_size),
        height,
        mirror,
        checked_span(smooth),
        lock_feet,
    )
    return lift_clip(keypoints, settings, scratch, id=id, progress=progress)


def checked_camera(camera: Camera | None, image_size: tuple[int, int]) -> Camera:
    """Return a camera if it fits images of that size, and an assumed one if none is given."""
    if camera is None:
        return Camera.assumed(image_size)
    if camera.image_size != image_size:
        raise ValueError(
            f"camera: made for images of {camera.image_size}, but the keypoints are of {image_size}; "
            "give the camera of these images."
        )
    return camera
