"""The data files of VideoPose3D, read without running what is pickled in them.

data_3d_*.npz holds `positions_3d`, {subject: {action: (frame, joint, 3)}}; data_2d_*.npz holds `positions_2d`,
{subject: {action: [(frame, joint, 2) for each camera]}}, and `metadata`. Their pixels are taken as they are: no half
pixel is added, and nothing is normalised.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, no_type_check

import numpy as np
from jaxtyping import Float

from kinelift.interop.detectron import keypoints_of_detectron
from kinelift.interop.foreign_expectations import (
    expect_array,
    expect_dict,
    expect_items,
    expect_text,
    expect_whole,
)
from kinelift.interop.foreign_npz import read_foreign_npz

COCO_SYMMETRY = ((1, 3, 5, 7, 9, 11, 13, 15), (2, 4, 6, 8, 10, 12, 14, 16))


@no_type_check  # The checker of the tests would read every array of every file.
@dataclass(frozen=True, eq=False)
class Poses3D(Mapping[str, Mapping[str, Any]]):
    """Joints over time by subject and action."""

    positions: Mapping[str, Mapping[str, Float[np.ndarray, "frame joint 3"]]]
    """Metres, in the world's frame; float32."""

    def __getitem__(self, subject: str) -> Mapping[str, Float[np.ndarray, "frame joint 3"]]:
        return self.positions[subject]

    def __iter__(self) -> Iterator[str]:
        return iter(self.positions)

    def __len__(self) -> int:
        return len(self.positions)

    def __repr__(self) -> str:
        return f"Poses3D({_counted(self.positions)})"


@no_type_check
@dataclass(frozen=True, eq=False)
class Keypoints2D(Mapping[str, Mapping[str, Any]]):
    """Keypoints over time by subject, action and camera; for videos of one's own by name and "custom"."""

    positions: Mapping[str, Mapping[str, tuple[Float[np.ndarray, "frame joint 2"], ...]]]
    """Pixels of the original images, one array a camera; float32."""
    layout: str
    """What the file calls its joints: h36m, coco, mpii, humaneva15 or humaneva20."""
    symmetry: tuple[tuple[int, ...], tuple[int, ...]]
    """Left joints and right joints, in pairs."""
    image_sizes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Width and height of each video; empty where the data set's cameras say it."""

    def __getitem__(self, subject: str) -> Mapping[str, tuple[Float[np.ndarray, "frame joint 2"], ...]]:
        return self.positions[subject]

    def __iter__(self) -> Iterator[str]:
        return iter(self.positions)

    def __len__(self) -> int:
        return len(self.positions)

    def __repr__(self) -> str:
        return f"Keypoints2D({self.layout!r}, {_counted(self.positions)})"


def read_poses_3d(path: str | os.PathLike[str]) -> Poses3D:
    """Read data_3d_h36m.npz and its like; ValueError where something else stands in place of joints."""
    path = Path(path)
    content = read_foreign_npz(path)
    if "positions_3d" not in content:
        raise ValueError(f"{path}: no positions_3d in it; it holds {_names(content)}.")
    try:
        return Poses3D({
            subject: {
                expect_text(action, f"an action of {subject}"): expect_array(
                    joints, (None, None, 3), f"positions_3d, {subject}, {action}"
                )
                for action, joints in expect_dict(actions, f"positions_3d, {subject}").items()
            }
            for subject, actions in _subjects(content["positions_3d"], "positions_3d")
        })  # fmt: skip
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def read_keypoints_2d(path: str | os.PathLike[str]) -> Keypoints2D:
    """Read data_2d_*.npz of any detector, those of videos of one's own, and what Detectron wrote for one video.

    The last is brought to the form of the others: of each frame the best person, frames without one filled by
    straight lines between their neighbours.
    """
    path = Path(path)
    content = read_foreign_npz(path)
    try:
        if "positions_2d" in content:
            return _data_2d(content)
        if {"boxes", "keypoints"} <= content.keys():
            found = keypoints_of_detectron(content)
            video = path.name.removesuffix(".npz")
            sizes = {} if found.image_size is None else {video: found.image_size}
            return Keypoints2D({video: {"custom": (found.filled(),)}}, "coco", COCO_SYMMETRY, sizes)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    raise ValueError(f"{path}: no positions_2d in it, nor boxes and keypoints; it holds {_names(content)}.")


def _data_2d(content: Mapping[str, Any]) -> Keypoints2D:
    metadata = expect_dict(content.get("metadata"), "metadata")
    positions = {
        subject: {
            expect_text(action, f"an action of {subject}"): tuple(
                expect_array(
                    points, (None, None, None), f"positions_2d, {subject}, {action}, camera {camera}"
                )[..., :2]
                for camera, points in enumerate(expect_items(cameras, f"positions_2d, {subject}, {action}"))
            )
            for action, cameras in expect_dict(actions, f"positions_2d, {subject}").items()
        }
        for subject, actions in _subjects(content["positions_2d"], "positions_2d")
    }
    sizes = {
        expect_text(video, "video_metadata"): (
            expect_whole(
                expect_dict(size, f"video_metadata, {video}").get("w"), f"video_metadata, {video}, w"
            ),
            expect_whole(size.get("h"), f"video_metadata, {video}, h"),
        )
        for video, size in expect_dict(metadata.get("video_metadata", {}), "video_metadata").items()
    }
    layout = expect_text(metadata.get("layout_name"), "metadata, layout_name")
    return Keypoints2D(positions, layout, _symmetry(metadata.get("keypoints_symmetry")), sizes)


def _symmetry(value: Any) -> tuple[tuple[int, ...], tuple[int, ...]]:
    where = "metadata, keypoints_symmetry"
    sides = [
        tuple(expect_whole(joint, where) for joint in expect_items(side, where))
        for side in expect_items(value, where)
    ]
    if len(sides) != 2 or len(sides[0]) != len(sides[1]):
        raise ValueError(f"{where}: as many joints on the left as on the right expected, got {sides}.")
    return sides[0], sides[1]


def _subjects(value: Any, where: str) -> Iterator[tuple[str, Any]]:
    for subject, actions in expect_dict(value, where).items():
        yield expect_text(subject, f"a subject in {where}"), actions


def _names(content: Mapping[str, Any]) -> str:
    return ", ".join(sorted(content)) or "nothing"


def _counted(positions: Mapping[str, Mapping[str, Any]]) -> str:
    return f"{len(positions)} subjects, {sum(map(len, positions.values()))} sequences"
