"""Clips too long for memory: values a frame, read a stretch at a time."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Protocol, runtime_checkable

import numpy as np

from kinelift.body.camera import Camera
from kinelift.body.camera_motion import UNKNOWN_MOTION, CameraMotion
from kinelift.body.ground import NOT_KNOWN, GroundKnowledge
from kinelift.body.motion import WORLD_FROM_CAMERA, Frame, Keypoints, Motion, Person, Quality, Recording
from kinelift.body.quality_spans import QualitySpan
from kinelift.body.skeleton import Skeleton
from kinelift.body.stature import Stature

RowShape = tuple[int, ...]


@runtime_checkable
class Rows(Protocol):
    """Values of one type, a row a frame; an array is one. `rows[start:stop]` is the array of a stretch."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Frames, then the shape of a row."""
        ...

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of every value."""
        ...

    def __getitem__(self, part: slice, /) -> np.ndarray:
        """Read a stretch."""
        ...


@runtime_checkable
class Spool(Rows, Protocol):
    """Rows that are written from the first to the last, and can be read as far as they are written."""

    def append(self, values: np.ndarray) -> None:
        """Write the rows that follow."""
        ...

    def close(self) -> None:
        """Give back the place they take; they cannot be read any more."""
        ...


@runtime_checkable
class Scratch(Protocol):
    """Where the values a frame go that one step leaves for the next."""

    def spool(self, frames: int | None, row: RowShape, dtype: np.dtype[Any]) -> Spool:
        """Make room for rows of one shape and type; without a number of frames there are as many as are written."""
        ...


@dataclass(frozen=True, eq=False)
class MadeRows:
    """Rows made from others whenever they are read."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    make: Callable[[int, int], np.ndarray]
    """Return the rows from a start to a stop."""

    def __getitem__(self, part: slice, /) -> np.ndarray:
        """Make a stretch."""
        start, stop, _ = part.indices(self.shape[0])
        return self.make(start, max(start, stop))


def part_of(rows: Rows, start: int, stop: int) -> Rows:
    """Return the rows from a start to a stop as rows of their own; nothing is read yet."""
    return MadeRows(
        (stop - start, *rows.shape[1:]), rows.dtype, lambda first, last: rows[start + first : start + last]
    )


def stretches(frames: int, most: int) -> Iterator[slice]:
    """Part a clip into as few stretches of at most so many frames as will do, all of much the same length."""
    count = math.ceil(frames / most)
    for number in range(count):
        yield slice(number * frames // count, (number + 1) * frames // count)


@dataclass(frozen=True, eq=False)
class KeypointRows:
    """One person's keypoints, a stretch at a time; fields as in `Keypoints`."""

    points_px: Rows
    """(frame, joint, 2)"""
    scores: Rows
    """(frame, joint)"""
    skeleton: Skeleton
    fps: float
    image_size: tuple[int, int]

    @classmethod
    def of(cls, keypoints: Keypoints) -> KeypointRows:
        """Return keypoints that are in memory."""
        return cls(
            keypoints.points_px, keypoints.scores, keypoints.skeleton, keypoints.fps, keypoints.image_size
        )

    def __len__(self) -> int:
        return self.points_px.shape[0]

    def __getitem__(self, part: slice) -> Keypoints:
        return Keypoints(self.points_px[part], self.scores[part], self.skeleton, self.fps, self.image_size)

    def between(self, part: slice) -> KeypointRows:
        """Return the frames from a start to a stop; nothing is read yet."""
        points, scores = (part_of(rows, part.start, part.stop) for rows in (self.points_px, self.scores))
        return replace(self, points_px=points, scores=scores)

    def __repr__(self) -> str:
        width, height = self.image_size
        return f"Keypoints({self.points_px.shape}, {self.skeleton.name}, {self.fps:g} fps, {width}x{height})"


@dataclass(frozen=True, eq=False)
class MotionRows:
    """One person's motion, a stretch at a time; fields as in `Motion`."""

    joints: Rows
    """(frame, joint, 3)"""
    observed: Rows
    """(frame,)"""
    scores: Rows
    """(frame, joint)"""
    skeleton: Skeleton
    fps: float
    frame: Frame = "camera"

    @classmethod
    def of(cls, motion: Motion) -> MotionRows:
        """Return a motion that is in memory."""
        return cls(motion.joints, motion.observed, motion.scores, motion.skeleton, motion.fps, motion.frame)

    def __len__(self) -> int:
        return self.joints.shape[0]

    def __getitem__(self, part: slice) -> Motion:
        return Motion(
            self.joints[part], self.observed[part], self.scores[part], self.skeleton, self.fps, self.frame
        )

    @property
    def times_seconds(self) -> Rows:
        """Time of each row from the first."""
        return MadeRows(
            (len(self),), np.dtype(np.float64), lambda start, stop: np.arange(start, stop) / self.fps
        )

    def to_world(self, world_from_camera: np.ndarray = WORLD_FROM_CAMERA) -> MotionRows:
        """Return this motion in the world's frame, as `Motion.to_world` does; rows are turned when they are read."""
        if self.frame == "world":
            return self
        joints = MadeRows(
            self.joints.shape,
            self.joints.dtype,
            lambda start, stop: self[start:stop].to_world(world_from_camera).joints,
        )
        return replace(self, joints=joints, frame="world")


@dataclass(frozen=True, eq=False)
class PersonRows:
    """One person of a recording, a stretch at a time; fields as in `Person`."""

    id: int
    keypoints: KeypointRows
    motion: MotionRows
    reprojection_px: Rows
    """(frame,)"""
    expected_error_m: Rows
    """(frame, joint)"""
    spans: tuple[QualitySpan, ...] = ()
    stature: Stature | None = None

    @classmethod
    def of(cls, person: Person) -> PersonRows:
        """Return a person who is in memory."""
        keypoints, motion = KeypointRows.of(person.keypoints), MotionRows.of(person.motion)
        quality = person.quality
        return cls(
            person.id,
            keypoints,
            motion,
            quality.reprojection_px,
            quality.expected_error_m,
            quality.spans,
            person.stature,
        )

    def loaded(self) -> Person:
        """Read everything into memory."""
        quality = Quality(self.reprojection_px[:], self.expected_error_m[:], self.spans)
        return Person(self.id, self.keypoints[:], self.motion[:], quality, self.stature)


@dataclass(frozen=True, eq=False)
class RecordingRows:
    """A recording, a stretch at a time; fields as in `Recording`."""

    people: tuple[PersonRows, ...]
    image_size: tuple[int, int]
    fps: float
    times_seconds: Rows
    """(frame,)"""
    camera: Camera
    world_from_camera: np.ndarray
    ground: GroundKnowledge = NOT_KNOWN
    camera_motion: CameraMotion = UNKNOWN_MOTION

    @classmethod
    def of(cls, recording: Recording) -> RecordingRows:
        """Return a recording that is in memory."""
        return cls(
            tuple(map(PersonRows.of, recording.people)),
            recording.image_size,
            recording.fps,
            recording.times_seconds,
            recording.camera,
            recording.world_from_camera,
            recording.ground,
            recording.camera_motion,
        )

    def loaded(self) -> Recording:
        """Read everything into memory."""
        return Recording(
            tuple(person.loaded() for person in self.people),
            self.image_size,
            self.fps,
            self.times_seconds[:],
            self.camera,
            self.world_from_camera,
            self.ground,
            self.camera_motion,
        )

    def __len__(self) -> int:
        return self.times_seconds.shape[0]
