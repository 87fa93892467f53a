"""mmpose's JSON: everybody's joints frame by frame, in the shape and axes in which its 3D demos save them.

{"meta_info": {...}, "instance_info": [{"frame_id": 1, "instances": [{"keypoints": [[x, y, z], ...],
"keypoint_scores": [...], "track_id": 0}]}]}

mmpose has z up: its x is our -x, its y our z, its z our y, so whoever faces the camera faces +y. Frames count from 1.
Rate, unit and axes are said under meta_info, whose other keys are mmpose's. Infilled joints have score 0.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kinelift.body import Skeleton
from kinelift.export.takes import PER_METRE, Take, TakeFormat, Wording
from kinelift.whole_files import write_whole

AXES = "z up, whoever faces the camera faces +y, left hand at -x; right-handed"


def write_mmpose(takes: Sequence[Take], path: Path, wording: Wording) -> tuple[Path, ...]:
    """Write everybody to one file, a frame a line."""
    skeletons = {take.motion.skeleton for take in takes}
    if len(skeletons) > 1:
        raise ValueError(
            f"{path}: one skeleton a file, got {', '.join(sorted(each.name for each in skeletons))}."
        )
    people = [_instances(take, PER_METRE[wording.units]) for take in takes]
    frames = [
        json.dumps({"frame_id": frame, "instances": list(instances)}, allow_nan=False)
        for frame, instances in enumerate(zip(*people, strict=True), start=1)
    ]
    head = json.dumps(_meta(takes[0], wording))
    write_whole(path, f'{{"meta_info": {head},\n"instance_info": [\n' + ",\n".join(frames) + "\n]}\n")
    return (path,)


MMPOSE = TakeFormat(".mmpose.json", write_mmpose, units=("m", "cm", "mm"))


def _meta(take: Take, wording: Wording) -> dict[str, Any]:
    skeleton: Skeleton = take.motion.skeleton
    return {
        "dataset_name": {"h36m_17": "h36m", "mpi_inf_3dhp_17": "mpi_inf_3dhp"}.get(
            skeleton.name, skeleton.name
        ),
        "keypoint_id2name": dict(enumerate(skeleton.names)),
        "keypoint_name2id": {name: index for index, name in enumerate(skeleton.names)},
        "skeleton_links": skeleton.bones,
        "fps": take.motion.fps,
        "times_seconds": np.round(take.times_seconds, 6).tolist(),
        "units": wording.units,
        "axes": AXES,
    }


def _instances(take: Take, per_metre: float) -> list[dict[str, Any]]:
    """Return one person's entry of each frame."""
    x, y, z = np.moveaxis(take.motion.joints.astype(np.float64) * per_metre, -1, 0)
    points = np.round(np.stack([-x, z, y], axis=-1), 6) + 0.0
    scores = np.round(take.motion.scores.astype(np.float64), 4)
    return [
        {"keypoints": joints, "keypoint_scores": sure, "track_id": take.person_id}
        for joints, sure in zip(points.tolist(), scores.tolist(), strict=True)
    ]
