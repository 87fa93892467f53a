"""mmpose's predictions as its demos and its inferencer write them: a video's frames, or an image's people.

[{"frame_id": 0, "instances": [{"keypoints": [[x, y], ...], "keypoint_scores": [s, ...], "bbox": ...}]}, ...]
{"meta_info": {"dataset_name": "coco", ...}, "instance_info": [the same]}
[{"keypoints": ..., "keypoint_scores": ...}]    an image's people; a folder of such files is a clip

mmpose keeps no identities. Scores of SimCC heads, such as RTMPose's, may go beyond 1. Source: mmpose,
structures/utils.py (split_instances) and demo/inferencer_demo.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from kinelift.body import COCO_17, COCO_23, H36M_17, HALPE_26, MPI_INF_3DHP_17, MPII_16, Skeleton
from kinelift.interop.keypoint_frames import Detection, Frame, floats, frames_in, identity
from kinelift.interop.keypoint_source import KeypointFormat, Source
from kinelift.interop.keypoint_track import Track
from kinelift.interop.keypoint_tracks import tracks_of

LAYOUTS: dict[int, Skeleton] = {17: COCO_17, 26: HALPE_26, 16: MPII_16, 136: HALPE_26, 133: COCO_23}

DATASETS: dict[str, Skeleton] = {
    "coco": COCO_17,
    "coco_wholebody": COCO_23,
    "halpe26": HALPE_26,
    "halpe": HALPE_26,
    "mpii": MPII_16,
    "h36m": H36M_17,
    "mpi_inf_3dhp": MPI_INF_3DHP_17,
}
"""By what mmpose calls the data set whose keypoints its network marks."""


def _is_person(value: Any) -> bool:
    return isinstance(value, dict) and {"keypoints", "keypoint_scores"} <= value.keys()


def _recognises(source: Source) -> bool:
    match source.sample:
        case {"instance_info": list()} | [{"instances": list()}, *_]:
            return True
        case [first, *_]:
            return _is_person(first)
        case _:
            return False


def _frames(document: Any) -> Iterator[Frame]:
    match document:
        case {"instance_info": list(entries)} | list(entries):
            pass
        case _:
            raise ValueError("mmpose's list of frames, or instance_info, expected.")
    if entries and all(map(_is_person, entries)):
        yield _frame("0", entries)
        return
    for number, entry in enumerate(entries):
        match entry:
            case {"instances": list(instances)}:
                yield _frame(str(entry.get("frame_id", number)), instances)
            case _:
                raise ValueError(f"entry {number}: frame_id and instances expected.")


def _frame(name: str, instances: list[Any]) -> Frame:
    return Frame(name, tuple(_person(instance, f"frame {name}") for instance in instances))


def _person(instance: Any, where: str) -> Detection:
    if not _is_person(instance):
        raise ValueError(f"{where}: keypoints and keypoint_scores of each instance expected.")
    points = floats(instance["keypoints"], f"{where}, keypoints")
    if points.ndim == 2 and points.shape[1] == 3:
        raise ValueError(
            f"{where}: keypoints of three coordinates are joints in 3D; read what mmpose's 2D network predicted."
        )
    scores = floats(instance["keypoint_scores"], f"{where}, keypoint_scores")
    if points.ndim != 2 or points.shape[1] != 2 or scores.shape != points.shape[:1]:
        raise ValueError(
            f"{where}: keypoints (joint, 2) and as many scores expected, got {points.shape} and {scores.shape}."
        )
    person = instance.get("track_id", instance.get("instance_id"))
    return Detection(points, np.maximum(scores, 0.0), identity(person))


def _named(source: Source) -> Skeleton | None:
    match source.sample:
        case {"meta_info": {"dataset_name": str(name)}}:
            return DATASETS.get(name)
        case _:
            return None


def _read(source: Source) -> tuple[Track, ...]:
    return tracks_of(source, frames_in(source, _frames), LAYOUTS, skeleton=_named(source))


MMPOSE = KeypointFormat("mmpose", "mmpose's predictions", _recognises, _read)
