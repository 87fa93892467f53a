"""What the data files of VideoPose3D hold: joints and keypoints over time, by subject and action."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import numpy as np

_Content = TypeVar("_Content")


@dataclass(frozen=True, eq=False)
class BySubject(Mapping[str, Mapping[str, _Content]], Generic[_Content]):
    """What a data set's file holds, by subject and action."""

    positions: Mapping[str, Mapping[str, _Content]]

    def __getitem__(self, subject: str) -> Mapping[str, _Content]:
        return self.positions[subject]

    def __iter__(self) -> Iterator[str]:
        return iter(self.positions)

    def __len__(self) -> int:
        return len(self.positions)

    def __repr__(self) -> str:
        sequences = sum(map(len, self.positions.values()))
        return f"{type(self).__name__}({len(self)} subjects, {sequences} sequences)"


@dataclass(frozen=True, eq=False, repr=False)
class Poses3D(BySubject[np.ndarray]):
    """Joints over time by subject and action: (frame, joint, 3) float32 metres, in the world's frame."""


@dataclass(frozen=True, eq=False, repr=False)
class Keypoints2D(BySubject[tuple[np.ndarray, ...]]):
    """Keypoints over time by subject, action and camera; for videos of one's own by name and "custom".

    Pixels of the original images, (frame, joint, 2) float32 for each camera.
    """

    layout: str
    """What the file calls its joints: h36m, coco, mpii, humaneva15 or humaneva20."""
    symmetry: tuple[tuple[int, ...], tuple[int, ...]]
    """Left joints and right joints, in pairs."""
    image_sizes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Width and height of each video; empty where the data set's cameras say it."""
    source: str = ""
    """Name of the file, which alone says what found the keypoints."""

    @property
    def keypoint_count(self) -> int:
        """Keypoints of a frame, as many in every recording."""
        return next(
            points.shape[1] for actions in self.values() for cameras in actions.values() for points in cameras
        )
