"""OpenPose's JSON: a folder with a file a frame, NAME_000000000012_keypoints.json, in BODY_25's order.

pose_keypoints_3d holds joints in the world, x, y, z, score; pose_keypoints_2d the pixels they were lifted from, none
for a bare motion. What was not seen is 0, 0, 0 with score 0, as OpenPose has it. Rate, unit and axes have no place in
OpenPose's files; each of ours says them under "kinelift", which readers of OpenPose's pass over.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kinelift.body import BODY_25, Keypoints, map_skeleton, mapping
from kinelift.export.takes import PER_METRE, Take, TakeFormat, Wording
from kinelift.whole_files import replacing_folder

AXES = "y up, whoever faces the camera faces +z, left hand at +x; right-handed"


def write_openpose(takes: Sequence[Take], path: Path, wording: Wording) -> tuple[Path, ...]:
    """Write everybody to one folder and return its files."""
    people = [_of_frames(take, PER_METRE[wording.units]) for take in takes]
    said = {"fps": takes[0].motion.fps, "units": wording.units, "axes": AXES}
    if takes[0].keypoints is not None:
        said["image_size"] = takes[0].keypoints.image_size
    return _write_frames(path, people, takes[0].times_seconds, said)


def write_keypoints_openpose(people: Mapping[int, Keypoints], path: Path) -> tuple[Path, ...]:
    """Write everybody's keypoints, without joints in space, to one folder and return its files."""
    entries = [
        [
            {"person_id": [id], "pose_keypoints_2d": flat, "pose_keypoints_3d": []}
            for flat in _pixels(keypoints)
        ]
        for id, keypoints in people.items()
    ]
    first = next(iter(people.values()))
    said = {"fps": first.fps, "image_size": first.image_size}
    return _write_frames(path, entries, np.arange(len(first)) / first.fps, said)


def _write_frames(
    path: Path, people: Sequence[Sequence[dict[str, Any]]], times_seconds: np.ndarray, said: dict[str, Any]
) -> tuple[Path, ...]:
    stem = path.name.removesuffix(path.suffix)
    names = [f"{stem}_{frame:012d}_keypoints.json" for frame in range(len(times_seconds))]
    with replacing_folder(path, of="*_keypoints.json") as folder:
        for frame, (name, time) in enumerate(zip(names, times_seconds.tolist(), strict=True)):
            document = {
                "version": 1.3,
                "people": [each[frame] for each in people],
                "kinelift": {"time_seconds": round(time, 6), **said},
            }
            (folder / name).write_text(json.dumps(document, allow_nan=False), encoding="utf-8")
    return tuple(path / name for name in names)


OPENPOSE = TakeFormat(".openpose", write_openpose, units=("m", "cm", "mm"))


def _of_frames(take: Take, per_metre: float) -> list[dict[str, Any]]:
    """Return one person's entry of each frame."""
    motion = take.motion
    joints, scores = mapping(motion.skeleton, BODY_25).apply(
        motion.joints.astype(np.float64) * per_metre, motion.scores
    )
    in_space = _flat(joints, scores, decimals=6)
    on_image: list[list[float]] = [[] for _ in in_space]
    if take.keypoints is not None:
        on_image = _pixels(take.keypoints)
    return [
        {"person_id": [take.person_id], "pose_keypoints_2d": flat, "pose_keypoints_3d": spatial}
        for flat, spatial in zip(on_image, in_space, strict=True)
    ]


def _pixels(keypoints: Keypoints) -> list[list[float]]:
    mapped = map_skeleton(keypoints, BODY_25)
    return _flat(mapped.points_px, mapped.scores, decimals=3)


def _flat(points: np.ndarray, scores: np.ndarray, *, decimals: int) -> list[list[float]]:
    """Return each frame's x, y(, z), score, x, ... ; 0 where nothing is known."""
    known = np.where(scores[..., None] > 0, points.astype(np.float64), 0.0)
    rows = np.concatenate(
        [np.round(known, decimals) + 0.0, np.round(scores[..., None].astype(float), 4)], axis=-1
    )
    return rows.reshape(len(rows), -1).tolist()
