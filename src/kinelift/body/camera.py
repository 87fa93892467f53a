"""Cameras: what turns points in metres into pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import no_type_check

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

DEFAULT_FIELD_OF_VIEW_DEGREES = 60.0
"""Assumed across the longer image side where nothing is known: between a phone's main lens (65 to 70) and its
video crop (50 to 60)."""

FULL_FRAME_WIDTH_MM = 36.0


@dataclass(frozen=True)
class OpenCVDistortion:
    """Radial k1, k2, k3 and tangential p1, p2 as OpenCV defines them: dx = 2 p1 x y + p2 (r^2 + 2 x^2)."""

    radial: tuple[float, float, float]
    tangential: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Human36mDistortion:
    """Radial k1, k2, k3 and tangential p in Human3.6M's convention: no factor 2, d = xy (p . xy) + p r^2."""

    radial: tuple[float, float, float]
    tangential: tuple[float, float] = (0.0, 0.0)


Distortion = OpenCVDistortion | Human36mDistortion


@no_type_check  # __post_init__ checks and names the mend; the shape checker of the tests would come first.
@dataclass(frozen=True, eq=False)
class CameraPose:
    """Where a camera stands: X_camera = rotate(inverse(orientation), X_world - translation)."""

    orientation: Float[np.ndarray, "*frame 4"]
    """Unit quaternion wxyz, camera to world; one, or one a frame."""
    translation: Float[np.ndarray, "*frame 3"]
    """The camera's position in the world, metres."""

    def __post_init__(self) -> None:
        orientation = np.asarray(self.orientation, dtype=np.float64)
        translation = np.asarray(self.translation, dtype=np.float64)
        frames = orientation.shape[:-1]
        if orientation.shape != (*frames, 4) or len(frames) > 1 or translation.shape != (*frames, 3):
            raise ValueError(
                "pose: an orientation (4,) and a translation (3,) expected, or (frame, 4) and (frame, 3), "
                f"got {orientation.shape} and {translation.shape}."
            )
        if not np.isfinite(translation).all():
            raise ValueError("pose: finite metres expected in translation.")
        lengths = np.linalg.norm(orientation, axis=-1, keepdims=True)
        if not (np.abs(lengths - 1.0) <= 1e-2).all():  # also where it is NaN
            raise ValueError(
                "pose: unit quaternions wxyz expected, got lengths from "
                f"{lengths.min():.3g} to {lengths.max():.3g}. Divide them by their lengths."
            )
        # Rounded calibrations are a few parts in a million off unit length, which would stretch the world.
        object.__setattr__(self, "orientation", orientation / lengths)
        object.__setattr__(self, "translation", translation)


@no_type_check  # __post_init__ checks and names the mend; the shape checker of the tests would come first.
@dataclass(frozen=True)
class Camera:
    """A camera: x right, y down, z forward.

    Pixels are continuous: (0, 0) is the image's top-left corner and (width, height) its bottom-right.
    """

    image_size: tuple[int, int]
    """Width and height in pixels."""
    focal_length: tuple[float, float]
    """fx, fy in pixels."""
    center: tuple[float, float]
    """Principal point cx, cy in pixels."""
    distortion: Distortion | None = None
    pose: CameraPose | None = None
    source: str = "given"
    """How the intrinsics are known: "given", or the assumption they rest on. Results repeat it."""

    def __post_init__(self) -> None:
        if len(self.image_size) != 2 or min(self.image_size) <= 0:
            raise ValueError(f"image_size: positive (width, height) expected, got {self.image_size}.")
        if not all(math.isfinite(f) and f > 0 for f in self.focal_length):
            raise ValueError(f"focal_length: positive pixels expected, got {self.focal_length}.")
        if not all(map(math.isfinite, self.center)):
            raise ValueError(f"center: finite pixels expected, got {self.center}.")
        object.__setattr__(self, "image_size", (int(self.image_size[0]), int(self.image_size[1])))
        object.__setattr__(self, "focal_length", (float(self.focal_length[0]), float(self.focal_length[1])))
        object.__setattr__(self, "center", (float(self.center[0]), float(self.center[1])))

    @property
    def intrinsics(self) -> Float[np.ndarray, "3 3"]:
        """The matrix K."""
        (fx, fy), (cx, cy) = self.focal_length, self.center
        return np.array([[fx, 0.0, cx], [0.0, fy, cy], [0.0, 0.0, 1.0]])

    @classmethod
    def from_intrinsics(
        cls,
        K: ArrayLike,
        image_size: tuple[int, int],
        distortion: Distortion | None = None,
    ) -> Camera:
        """Make a camera of the matrix K in continuous pixels.

        Where a calibration puts pixel centres at integers (OpenCV's does), add 0.5 to cx and cy first.
        """
        K = np.asarray(K, dtype=np.float64)
        if K.shape != (3, 3):
            raise ValueError(f"K: shape (3, 3) expected, got {K.shape}.")
        if not np.isfinite(K).all():
            raise ValueError(f"K: finite pixels expected, got {K.tolist()}.")
        if abs(K[0, 1]) > 1e-6 * abs(K[0, 0]) or not np.allclose(K[2], (0.0, 0.0, 1.0)) or K[1, 0] != 0.0:
            raise ValueError(
                f"K: [[fx, 0, cx], [0, fy, cy], [0, 0, 1]] without skew expected, got {K.tolist()}. "
                "Divide by K[2, 2], transpose a matrix for row vectors, and remove skew from the pixels."
            )
        return cls(image_size, (K[0, 0], K[1, 1]), (K[0, 2], K[1, 2]), distortion)

    @classmethod
    def from_fov(cls, degrees: float, image_size: tuple[int, int]) -> Camera:
        """Make a centred camera whose field of view across the longer image side is `degrees`."""
        if not 1.0 <= degrees < 179.0:
            raise ValueError(f"field of view: between 1 and 179 degrees expected, got {degrees}.")
        width, height = image_size
        focal = max(width, height) / 2.0 / math.tan(math.radians(degrees) / 2.0)
        return cls(image_size, (focal, focal), (width / 2.0, height / 2.0))

    @classmethod
    def from_focal_length_35mm(cls, millimetres: float, image_size: tuple[int, int]) -> Camera:
        """Make a centred camera from a 35 mm equivalent focal length: 36 mm span the longer image side."""
        if not millimetres > 0:
            raise ValueError(
                f"35 mm equivalent focal length: positive millimetres expected, got {millimetres}."
            )
        return cls.from_fov(
            math.degrees(2.0 * math.atan(FULL_FRAME_WIDTH_MM / 2.0 / millimetres)), image_size
        )

    @classmethod
    def assumed(cls, image_size: tuple[int, int]) -> Camera:
        """Make the camera taken for granted when nothing is known, and say so in `source`."""
        degrees = DEFAULT_FIELD_OF_VIEW_DEGREES
        camera = cls.from_fov(degrees, image_size)
        return replace(camera, source=f"assumed: {degrees:g} degrees across the longer side, centred")

    def standing(self, height: float, *, pitch_degrees: float = 0.0, roll_degrees: float = 0.0) -> Camera:
        """Return the camera with a pose over a level floor: where gravity and floor are for everything it sees.

        `height` is of the lens, metres over the floor. `pitch_degrees` is how far it looks down (negative: up), and
        `roll_degrees` how far it is turned clockwise, as seen from behind it. The world's origin is on the floor below
        the lens, and Z points against where the camera looks.
        """
        if not math.isfinite(height):
            raise ValueError(f"camera height: metres over the floor expected, got {height}.")
        if not -90.0 <= pitch_degrees <= 90.0:
            raise ValueError(f"pitch: degrees between -90 (up) and 90 (down) expected, got {pitch_degrees}.")
        if not -180.0 <= roll_degrees <= 180.0:
            raise ValueError(f"roll: degrees between -180 and 180 expected, got {roll_degrees}.")
        about_x, about_z = math.radians(180.0 - pitch_degrees) / 2.0, math.radians(roll_degrees) / 2.0
        (sin_x, cos_x), (sin_z, cos_z) = ((math.sin(half), math.cos(half)) for half in (about_x, about_z))
        orientation = np.array((cos_x * cos_z, sin_x * cos_z, -sin_x * sin_z, cos_x * sin_z))
        return replace(self, pose=CameraPose(orientation, np.array((0.0, height, 0.0))))
