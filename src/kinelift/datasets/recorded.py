"""What one camera saw of a recording, as every data set delivers it, and recordings that are still to be read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float

from kinelift.body.skeleton import Skeleton
from kinelift.datasets.studio import Seen, View
from kinelift.datasets.studio_cameras import StudioCamera
from kinelift.geometry.projection import normalize_to_width


@dataclass(frozen=True, eq=False)
class RecordedView:
    """A recording through one camera. Its arrays may be maps of files, which cost memory only where they are read."""

    subject: str
    action: str
    """With its trial, such as "Walking 1"."""
    camera: StudioCamera
    fps: float
    points_px: Float[np.ndarray, "frame keypoint 2"]
    """Pixels of the original images."""
    scores: Float[np.ndarray, "frame keypoint"] | None = None
    """None where whoever marked them told none."""
    joints: Float[np.ndarray, "frame joint 3"] | None = None
    """Metres in the camera's frame, the root where it was; None where nobody measured them."""
    scored: Bool[np.ndarray, " frame"] | None = None
    """Frames that figures are taken on; None is all."""

    def __post_init__(self) -> None:
        frames = len(self.points_px)
        for name in ("scores", "joints", "scored"):
            values = getattr(self, name)
            if values is not None and len(values) != frames:
                raise ValueError(
                    f"{self}: {name} of the {frames} frames of keypoints expected, got {len(values)}."
                )

    def __str__(self) -> str:
        return f"{self.subject}, {self.action}, camera {self.camera.name}"

    def seen(self) -> Seen:
        """Return its keypoints on the screen, read into memory."""
        if not np.isfinite(self.points_px).all():
            raise ValueError(f"{self}: keypoints that are no numbers.")
        return Seen(self.subject, self.action, self.camera, self._on_screen())

    def view(self) -> View:
        """Return its keypoints on the screen and its joints, read into memory."""
        if self.joints is None:
            raise ValueError(f"{self}: keypoints alone, nobody knows where the joints were.")
        joints = np.array(self.joints, np.float32)
        if not (np.isfinite(joints).all() and np.isfinite(self.points_px).all()):
            raise ValueError(f"{self}: joints or keypoints that are no finite numbers.")
        scored = None if self.scored is None else np.array(self.scored)
        return View(self.subject, self.action, self.camera, self._on_screen(), joints, scored)

    def _on_screen(self) -> Float[np.ndarray, "frame keypoint 2"]:
        pixels = np.asarray(self.points_px, np.float64)
        return normalize_to_width(pixels, self.camera.image_size).astype(np.float32)


@dataclass(frozen=True)
class Unread:
    """A file of a data set that is still to be read."""

    name: str
    """Of the folder it becomes, such as "S1/Walking 1"."""
    files: tuple[Path, ...]
    """What is read; what was made of other files, or of files that have changed, is made again."""
    read: Callable[[], Sequence[RecordedView]]
    """ValueError where a file breaks its format."""


@dataclass(frozen=True)
class DataSetFacts:
    """What all recordings of a data set share."""

    name: str
    """Such as "Human3.6M"."""
    keypoints: Skeleton
    layout: str
    """What VideoPose3D's files call that layout; the skeleton's name where they have no such thing."""
    detections: str
    """Who marked the keypoints: gt is the joints themselves, projected."""
    joints: Skeleton | None
    """None where nobody knows where the joints were."""
    licence: str
    """Under which it may be used."""
