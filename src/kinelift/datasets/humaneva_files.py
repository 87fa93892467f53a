"""HumanEva-I as VideoPose3D's converter leaves it: a .mat of joints and keypoints for each recording.

    SRC/Train/S1/Walking_1.mat     poses_3d (frame, 15, 3): millimetres, world, NaN where the motion capture failed
                                   poses_2d (3, frame, 15, 2): pixels of the three colour cameras

The converter itself runs the data set's own MATLAB toolbox; what it left is read here without. The frames of each split
are Pavllo et al.'s (CVPR 2019), and stretches between failures are recordings of their own, "Walking 1 chunk0" and on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cache, partial
from importlib import resources
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float

from kinelift.datasets.matlab_files import read_mat
from kinelift.datasets.recorded import DataSetFacts, RecordedView, Unread
from kinelift.datasets.studio import HUMANEVA
from kinelift.geometry.projection import world_to_camera
from kinelift.interop.keypoint_layouts import HUMANEVA_15

FACTS = DataSetFacts(
    HUMANEVA.name, HUMANEVA_15, "humaneva15", "gt", HUMANEVA_15,
    "HumanEva's own, for research alone; not to be passed on",
)  # fmt: skip
_CAMERAS = 3
_LEFT_OUT = frozenset((f"{split}/S3", "ThrowCatch 1") for split in ("Train", "Validate"))
"""Has no usable motion capture."""


def humaneva_files(source: Path) -> list[Unread]:
    """List the recordings below a folder; ValueError where there are none."""
    found = []
    for split, actions in _splits().items():
        for action, (start, stop) in actions.items():
            path = source / split / f"{action.replace(' ', '_')}.mat"
            if path.is_file() and (split, action) not in _LEFT_OUT:
                found.append(
                    Unread(f"{split}/{action}", (path,), partial(_read, split, action, path, start, stop))
                )
    if not found:
        raise ValueError(
            f"{source}: no Train/S1/Walking_1.mat nor its like; give the folder converted_15j that VideoPose3D's "
            "converter writes."
        )
    return found


def _read(subject: str, action: str, path: Path, start: int, stop: int) -> Sequence[RecordedView]:
    content = read_mat(path)
    for name in ("poses_3d", "poses_2d"):
        if name not in content:
            raise ValueError(f"{path}: no {name} in it; it holds {', '.join(content) or 'nothing'}.")
    world, points = content["poses_3d"], content["poses_2d"]
    frames = len(world)
    if world.shape != (frames, 15, 3) or points.shape != (_CAMERAS, frames, 15, 2):
        raise ValueError(
            f"{path}: poses_3d (frame, 15, 3) and poses_2d (3, frame, 15, 2) expected, got {world.shape} and "
            f"{points.shape}."
        )
    world, points = world[start:stop].astype(float) / 1000.0, points[:, start:stop].astype(float)
    valid = np.isfinite(world).all((1, 2)) & np.isfinite(points).all((0, 2, 3))
    return [
        _view(subject, f"{action} chunk{chunk}", number, world[kept], points[number, kept])
        for chunk, kept in enumerate(_runs(valid))
        for number in range(_CAMERAS)
    ]


def _view(
    subject: str,
    action: str,
    number: int,
    world: Float[np.ndarray, "frame 15 3"],
    points: Float[np.ndarray, "frame 15 2"],
) -> RecordedView:
    camera = HUMANEVA.cameras(subject)[number]
    assert camera.pose is not None
    joints = world_to_camera(world, camera.pose.orientation, camera.pose.translation)
    return RecordedView(subject, action, camera, HUMANEVA.fps, points, joints=joints)


def _runs(valid: Bool[np.ndarray, " frame"]) -> Iterator[slice]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], valid, [False]]).astype(int)))
    yield from (slice(int(first), int(last)) for first, last in zip(edges[::2], edges[1::2], strict=True))


@cache
def _splits() -> dict[str, dict[str, list[int]]]:
    file = resources.files("kinelift.datasets").joinpath("cameras", "humaneva_splits.json")
    return json.loads(file.read_text("utf-8"))["splits"]
