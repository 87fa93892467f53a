"""Keypoints to lift, from VideoPose3D's files: its data_2d_*.npz, and what Detectron wrote for one video.

Nothing is unpickled. Pixels are taken as they are. A file of several videos, or of a data set's recordings through
several cameras, holds as many people as it has of them, numbered in its order.
"""

from __future__ import annotations

import logging
from pathlib import Path

from kinelift.body import COCO_17
from kinelift.interop.detectron import keypoints_of_detectron
from kinelift.interop.foreign_npz import read_foreign_npz
from kinelift.interop.keypoint_layouts import LAYOUTS
from kinelift.interop.keypoint_source import KeypointFormat, Source
from kinelift.interop.keypoint_track import Track
from kinelift.interop.videopose3d import read_keypoints_2d

log = logging.getLogger(__name__)

OWN_VIDEO = "custom"
"""What stands for the action where a video is one's own."""


def read_keypoints_videopose3d(source: Source) -> tuple[Track, ...]:
    """Read the keypoints of every video in a file; frames where Detectron found nobody are missing ones."""
    return _of_data_2d(source.path) if "positions_2d" in source.array_names else _of_detectron(source.path)


def _of_detectron(path: Path) -> tuple[Track, ...]:
    content = read_foreign_npz(path)
    try:
        found = keypoints_of_detectron(content)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    log.info("%s: read as Detectron's keypoints, of each frame the best person", path)
    return (Track(0, found.points_px, found.scores, COCO_17, None, found.image_size),)


def _of_data_2d(path: Path) -> tuple[Track, ...]:
    keypoints = read_keypoints_2d(path)
    skeleton = LAYOUTS.get(keypoints.layout)
    tracks = []
    for subject, actions in keypoints.items():
        size = keypoints.image_sizes.get(subject)
        for action, cameras in actions.items():
            for camera, points in enumerate(cameras):
                video = subject if action == OWN_VIDEO else f"{subject} {action}, camera {camera}"
                tracks.append(Track(len(tracks), points, None, skeleton, None, size, video))
    log.info("%s: read as VideoPose3D's keypoints, layout %s", path, keypoints.layout)
    return tuple(tracks)


def _recognises(source: Source) -> bool:
    return "positions_2d" in source.array_names or {"boxes", "keypoints"} <= source.array_names


VIDEOPOSE3D = KeypointFormat(
    "videopose3d", "VideoPose3D's or Detectron's .npz", _recognises, read_keypoints_videopose3d
)
