"""How a camera moved while it took a video, as its background shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

CameraMotionKind = Literal["still", "turned", "moved", "unknown"]


@dataclass(frozen=True)
class CameraMotion:
    """What is known of it."""

    kind: CameraMotionKind = "unknown"
    """"still"; "turned" or zoomed, which has been taken back: everything is as the camera of the first frame would see
    it; "moved" in a way that could not be: the root is relative to a moving camera; or "unknown", as of keypoints and
    of pictures without a background to go by."""
    most_degrees: float = 0.0
    """How far the camera turned from where it was at first, at most."""
    most_zoom: float = 1.0
    """The largest factor by which its focal length changed, up or down."""


UNKNOWN_MOTION = CameraMotion()
