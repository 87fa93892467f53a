"""What flows between the stages: 2D keypoints, 3D motion, people and recordings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, no_type_check

import numpy as np
from jaxtyping import Bool, Float

from kinelift.body.camera import Camera
from kinelift.body.camera_motion import UNKNOWN_MOTION, CameraMotion
from kinelift.body.ground import NOT_KNOWN, GroundKnowledge
from kinelift.body.quality_spans import QualitySpan, check_partition, spans_at
from kinelift.body.skeleton import Skeleton
from kinelift.body.stature import Stature

if TYPE_CHECKING:
    import pandas

Frame = Literal["camera", "world"]
HIGHEST_FPS = 10_000
"""Frames a second; anything above is a unit gone wrong."""
WORLD_FROM_CAMERA = np.diag([1.0, -1.0, -1.0, 1.0])
"""The world where gravity is not known: the camera's, with y and z turned so that Y is up."""


@no_type_check  # __post_init__ checks and names the mend; the shape checker of the tests would come first.
@dataclass(frozen=True, eq=False)
class Keypoints:
    """One person's 2D keypoints at a constant frame rate."""

    points_px: Float[np.ndarray, "frame joint 2"]
    """Continuous image coordinates: (0, 0) is the image's top-left corner. NaN where nothing was seen."""
    scores: Float[np.ndarray, "frame joint"]
    """Confidence in [0, 1]; 0 where nothing was seen."""
    skeleton: Skeleton
    fps: float
    image_size: tuple[int, int]
    """Width and height in pixels."""

    def __post_init__(self) -> None:
        points = np.array(self.points_px, dtype=np.float32)
        scores = np.array(self.scores, dtype=np.float32)
        expected = len(self.skeleton)
        if points.ndim != 3 or points.shape[1:] != (expected, 2):
            raise ValueError(
                f"points_px: {expected} joints expected by {self.skeleton.name}, "
                f"shape (frame, {expected}, 2), got {points.shape}. "
                "Name the skeleton they are really in, or convert with map_skeleton(...)."
            )
        if scores.shape != points.shape[:2]:
            raise ValueError(
                f"scores: shape {points.shape[:2]} expected beside points_px, got {scores.shape}."
            )
        if len(points) == 0:
            raise ValueError("points_px: no frames; at least one is needed.")
        check_fps(float(self.fps))
        if len(self.image_size) != 2 or min(self.image_size) <= 0:
            raise ValueError(f"image_size: positive (width, height) expected, got {self.image_size}.")
        if np.isfinite(scores).any() and (np.nanmin(scores) < 0 or np.nanmax(scores) > 1):
            raise ValueError(
                f"scores: values in [0, 1] expected, got {np.nanmin(scores):.3g} to {np.nanmax(scores):.3g}. "
                "Divide by the largest score the detector gives."
            )
        missing = ~np.isfinite(points).all(-1) | ~np.isfinite(scores) | (scores == 0)
        points[missing], scores[missing] = np.nan, 0.0
        object.__setattr__(self, "points_px", points)
        object.__setattr__(self, "scores", scores)
        object.__setattr__(self, "fps", float(self.fps))
        object.__setattr__(self, "image_size", (int(self.image_size[0]), int(self.image_size[1])))

    def __len__(self) -> int:
        return len(self.points_px)

    def __repr__(self) -> str:
        width, height = self.image_size
        return f"Keypoints({self.points_px.shape}, {self.skeleton.name}, {self.fps:g} fps, {width}x{height})"

    @property
    def seen(self) -> Bool[np.ndarray, "frame joint"]:
        """Where a joint was seen."""
        return self.scores > 0

    def between(self, rows: slice) -> Keypoints:
        """Return some of the rows, one after the other."""
        return replace(self, points_px=self.points_px[rows], scores=self.scores[rows])


@no_type_check  # __post_init__ checks and names the mend; the shape checker of the tests would come first.
@dataclass(frozen=True, eq=False)
class Motion:
    """One person's 3D joints over time, in metres, root included."""

    joints: Float[np.ndarray, "frame joint 3"]
    """Joint positions in metres in `frame`; joint 0 is the root. Finite on every row."""
    observed: Bool[np.ndarray, " frame"]
    """Where the person was seen; the other rows are infilled."""
    scores: Float[np.ndarray, "frame joint"]
    """Confidence of each joint in [0, 1]; 0 on infilled rows."""
    skeleton: Skeleton
    fps: float
    frame: Frame = "camera"
    """"camera": x right, y down, z forward. "world": Y up, floor at 0, right-handed."""

    def __post_init__(self) -> None:
        joints, scores = np.asarray(self.joints), np.asarray(self.scores)
        observed = np.asarray(self.observed, dtype=bool)
        expected = len(self.skeleton)
        if joints.ndim != 3 or joints.shape[1:] != (expected, 3):
            raise ValueError(
                f"joints: {expected} joints expected by {self.skeleton.name}, shape (frame, {expected}, 3), "
                f"got {joints.shape}. Name the skeleton they are really in, or index the joints it has."
            )
        if len(joints) == 0:
            raise ValueError("joints: no frames; at least one is needed.")
        if not np.isfinite(joints).all():
            raise ValueError("joints: finite metres expected on every row; infill what was not seen.")
        if scores.shape != joints.shape[:2] or observed.shape != joints.shape[:1]:
            raise ValueError(
                f"scores and observed: shapes {joints.shape[:2]} and {joints.shape[:1]} expected, "
                f"got {scores.shape} and {observed.shape}."
            )
        if not ((scores >= 0) & (scores <= 1)).all():
            raise ValueError(
                f"scores: values in [0, 1] expected, got {scores.min():.3g} to {scores.max():.3g}."
            )
        if scores[~observed].any():
            raise ValueError("scores: 0 expected on rows that were not observed; they are infilled.")
        check_fps(float(self.fps))
        if self.frame not in ("camera", "world"):
            raise ValueError(f'frame: "camera" or "world" expected, got {self.frame!r}.')
        object.__setattr__(self, "joints", joints)
        object.__setattr__(self, "observed", observed)
        object.__setattr__(self, "scores", scores)
        object.__setattr__(self, "fps", float(self.fps))

    def __len__(self) -> int:
        return len(self.joints)

    def __repr__(self) -> str:
        return f"Motion({self.joints.shape}, {self.skeleton.name}, {self.fps:g} fps, {self.frame} frame)"

    @property
    def root(self) -> Float[np.ndarray, "frame 3"]:
        """The root's path in metres."""
        return self.joints[:, 0]

    @property
    def times_seconds(self) -> Float[np.ndarray, " frame"]:
        """Time of each row from the first."""
        return np.arange(len(self)) / self.fps

    def to_world(self, world_from_camera: Float[np.ndarray, "4 4"] = WORLD_FROM_CAMERA) -> Motion:
        """Return this motion in the world's frame: the camera's (x, -y, -z) unless a transform is given."""
        if self.frame == "world":
            return self
        rotation, translation = world_from_camera[:3, :3], world_from_camera[:3, 3]
        joints = (self.joints @ rotation.T + translation).astype(self.joints.dtype)
        return replace(self, joints=joints, frame="world")

    def between(self, rows: slice) -> Motion:
        """Return some of the rows, one after the other; times count from the first of them."""
        return replace(self, joints=self.joints[rows], observed=self.observed[rows], scores=self.scores[rows])

    def to_dataframe(self) -> pandas.DataFrame:
        """Return a tidy table, a row for each frame and joint, in the frame the motion is in.

        Columns are among those of a .csv: frame, time_seconds, joint, x_m, y_m, z_m, score, observed.
        Raises ImportError where pandas is not installed.
        """
        try:
            import pandas
        except ImportError as error:
            raise ImportError(
                "to_dataframe needs pandas, which is not installed: pip install pandas"
            ) from error
        frames, joints = self.scores.shape
        x, y, z = self.joints.reshape(-1, 3).T
        return pandas.DataFrame(
            {
                "frame": np.repeat(np.arange(frames), joints),
                "time_seconds": np.repeat(self.times_seconds, joints),
                "joint": pandas.Categorical.from_codes(
                    np.tile(np.arange(joints), frames), categories=list(self.skeleton.names)
                ),
                "x_m": x,
                "y_m": y,
                "z_m": z,
                "score": self.scores.ravel(),
                "observed": np.repeat(self.observed, joints),
            }
        )


@dataclass(frozen=True, eq=False)
class Quality:
    """How far a motion can be trusted, frame by frame."""

    reprojection_px: Float[np.ndarray, " frame"]
    """Root mean square distance of the projected joints from the keypoints, pixels; NaN if unobserved."""
    expected_error_m: Float[np.ndarray, "frame joint"]
    """How far each joint, relative to the root, is expected to be from the truth, metres.

    NaN if unobserved, and from models that do not tell it. A frame's figure is its joints' mean.
    """
    spans: tuple[QualitySpan, ...] = ()
    """What was observed, infilled and doubtful, from the first frame to the last; empty where that is not known."""

    def __post_init__(self) -> None:
        check_partition(self.spans, len(self.reprojection_px))

    def between(self, rows: slice) -> Quality:
        """Return some of the rows, one after the other."""
        kept = np.arange(len(self.reprojection_px))[rows]
        return Quality(self.reprojection_px[rows], self.expected_error_m[rows], spans_at(self.spans, kept))


@dataclass(frozen=True, eq=False)
class Person:
    """One person of a recording."""

    id: int
    keypoints: Keypoints
    motion: Motion
    quality: Quality
    stature: Stature | None = None
    """How tall the body is taken to be; None where that was not said."""

    def __post_init__(self) -> None:
        if len(self.keypoints) != len(self.motion):
            raise ValueError(
                f"person {self.id}: {len(self.keypoints)} frames of 2D but {len(self.motion)} of 3D."
            )
        told, expected = self.quality.expected_error_m.shape, self.motion.joints.shape[:2]
        if told != expected:
            raise ValueError(
                f"person {self.id}: expected_error_m of shape {expected} expected, one for each joint of the "
                f"motion, got {told}. NaN stands where it is not known."
            )

    def between(self, rows: slice) -> Person:
        """Return some of the rows, one after the other."""
        keypoints, motion, quality = (
            part.between(rows) for part in (self.keypoints, self.motion, self.quality)
        )
        return replace(self, keypoints=keypoints, motion=motion, quality=quality)


@dataclass(frozen=True, eq=False)
class Recording:
    """What a video becomes: the people in it, the camera, and the way to the world."""

    people: tuple[Person, ...]
    """Most prominent first."""
    image_size: tuple[int, int]
    fps: float
    times_seconds: Float[np.ndarray, " frame"]
    """Each frame's time in the source."""
    camera: Camera
    world_from_camera: Float[np.ndarray, "4 4"]
    """Rigid transform that holds gravity and floor."""
    ground: GroundKnowledge = NOT_KNOWN
    """How these are known."""
    camera_motion: CameraMotion = UNKNOWN_MOTION
    """How the camera moved meanwhile."""

    def __post_init__(self) -> None:
        for person in self.people:
            if len(person.motion) != len(self.times_seconds):
                raise ValueError(
                    f"person {person.id}: {len(person.motion)} frames, but the recording has "
                    f"{len(self.times_seconds)}."
                )

    def between(self, rows: slice) -> Recording:
        """Return some of the frames, one after the other; their times stay those of the source."""
        people = tuple(person.between(rows) for person in self.people)
        return replace(self, people=people, times_seconds=self.times_seconds[rows])

    def __repr__(self) -> str:
        return f"Recording({len(self.people)} people, {len(self.times_seconds)} frames, {self.fps:g} fps)"


def check_fps(fps: float) -> None:
    """Raise ValueError where there can be no such frame rate."""
    if not 0 < fps <= HIGHEST_FPS:  # nor where it is NaN
        raise ValueError(f"fps: a positive frame rate expected, at most {HIGHEST_FPS} a second, got {fps}.")
