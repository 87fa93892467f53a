"""The data files of VideoPose3D, read without running what is pickled in them.

data_3d_*.npz holds `positions_3d`, {subject: {action: (frame, joint, 3)}}; data_2d_*.npz holds `positions_2d`,
{subject: {action: [(frame, joint, 2) for each camera]}}, and `metadata`. Their pixels are taken as they are: no half
pixel is added, and nothing is normalised.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from kinelift.interop.by_subject import Keypoints2D, Poses3D
from kinelift.interop.detectron import keypoints_of_detectron
from kinelift.interop.foreign_expectations import (
    expect_array,
    expect_dict,
    expect_image_size,
    expect_items,
    expect_text,
    expect_whole,
)
from kinelift.interop.foreign_npz import read_foreign_npz

__all__ = ["Keypoints2D", "Poses3D", "read_keypoints_2d", "read_poses_3d"]

COCO_SYMMETRY = ((1, 3, 5, 7, 9, 11, 13, 15), (2, 4, 6, 8, 10, 12, 14, 16))

_Content = TypeVar("_Content")


def read_poses_3d(path: str | os.PathLike[str]) -> Poses3D:
    """Read data_3d_h36m.npz and its like; ValueError where something else stands in place of joints."""
    path = Path(path)
    content = read_foreign_npz(path)
    if "positions_3d" not in content:
        raise ValueError(f"{path}: no positions_3d in it; it holds {_names(content)}.")
    try:
        return Poses3D(
            _by_subject(
                content["positions_3d"],
                "positions_3d",
                lambda joints, where: expect_array(joints, (None, None, 3), where),
            )
        )
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
            return _data_2d(content, path.name)
        if {"boxes", "keypoints"} <= content.keys():
            found = keypoints_of_detectron(content)
            video = path.name.removesuffix(".npz")
            sizes = {} if found.image_size is None else {video: found.image_size}
            return Keypoints2D(
                {video: {"custom": (found.filled(),)}}, "coco", COCO_SYMMETRY, sizes, path.name
            )
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    raise ValueError(f"{path}: no positions_2d in it, nor boxes and keypoints; it holds {_names(content)}.")


def _data_2d(content: Mapping[str, Any], source: str) -> Keypoints2D:
    metadata = expect_dict(content.get("metadata"), "metadata")
    positions = _by_subject(content["positions_2d"], "positions_2d", _cameras)
    layout = expect_text(metadata.get("layout_name"), "metadata, layout_name")
    joints = _number_of_joints(positions)
    symmetry = _symmetry(metadata.get("keypoints_symmetry"), joints)
    return Keypoints2D(positions, layout, symmetry, _image_sizes(metadata), source)


def _by_subject(
    value: Any, where: str, read: Callable[[Any, str], _Content]
) -> dict[str, dict[str, _Content]]:
    """Read what is held of each action of each subject."""
    return {
        expect_text(subject, f"a subject in {where}"): {
            expect_text(action, f"an action of {subject} in {where}"): read(
                held, f"{where}, {subject}, {action}"
            )
            for action, held in expect_dict(actions, f"{where}, {subject}").items()
        }
        for subject, actions in expect_dict(value, where).items()
    }


def _cameras(value: Any, where: str) -> tuple[np.ndarray, ...]:
    """Return x and y of each camera's keypoints; what stands beside them, such as scores, is left out."""
    cameras = []
    for camera, points in enumerate(expect_items(value, where)):
        array = expect_array(points, (None, None, None), f"{where}, camera {camera}")
        if array.shape[2] < 2:
            raise ValueError(
                f"{where}, camera {camera}: x and y of each keypoint expected, got {array.shape}."
            )
        cameras.append(array[..., :2])
    return tuple(cameras)


def _number_of_joints(positions: Mapping[str, Mapping[str, tuple[np.ndarray, ...]]]) -> int:
    counts = {
        points.shape[1]
        for actions in positions.values()
        for cameras in actions.values()
        for points in cameras
    }
    if len(counts) > 1:
        raise ValueError(
            f"positions_2d: as many keypoints in every recording expected, got {sorted(counts)}."
        )
    return counts.pop() if counts else 0


def _symmetry(value: Any, joints: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    where = "metadata, keypoints_symmetry"
    sides = [
        tuple(expect_whole(joint, where) for joint in expect_items(side, where))
        for side in expect_items(value, where)
    ]
    if len(sides) != 2 or len(sides[0]) != len(sides[1]):
        raise ValueError(f"{where}: as many joints on the left as on the right expected, got {sides}.")
    if joints and not all(0 <= joint < joints for side in sides for joint in side):
        raise ValueError(f"{where}: joints from 0 to {joints - 1} expected, got {sides}.")
    return sides[0], sides[1]


def _image_sizes(metadata: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
    where = "video_metadata"
    return {
        expect_text(video, where): expect_image_size(size, f"{where}, {video}")
        for video, size in expect_dict(metadata.get(where, {}), where).items()
    }


def _names(content: Mapping[str, Any]) -> str:
    return ", ".join(sorted(content)) or "nothing"
