"""MPI-INF-3DHP as its owners hand it out (Mehta et al., 3DV 2017): MATLAB's files, read without MATLAB.

    SRC/S1/Seq1/annot.mat        annot2 and annot3, cells of 14 cameras: (frame, 56) pixels, (frame, 84) millimetres in
                                 the camera's frame; version 5
    SRC/S1/Seq1/camera.calibration    text, seven lines a camera
    SRC/TS1/annot_data.mat       annot2 (2, 17, 1, frame), annot3 (3, 17, 1, frame), valid_frame; version 7.3

The 28 joints of training become the 17 of the test set, in the order of H36M_17: its thorax is their neck, its nose
their head, which are near but not the same points.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
from jaxtyping import Float

from kinelift.body.camera import Camera
from kinelift.body.skeleton import H36M_17
from kinelift.datasets.matlab_files import read_mat
from kinelift.datasets.recorded import DataSetFacts, RecordedView, Unread
from kinelift.datasets.studio_cameras import StudioCamera

FACTS = DataSetFacts(
    "MPI-INF-3DHP",
    H36M_17,
    "h36m",
    "gt",
    H36M_17,
    "MPI-INF-3DHP's own, for research alone; not to be passed on",
)

TRAIN_CAMERAS = (0, 1, 2, 4, 5, 6, 7, 8)
"""Those at chest height, which are trained on as a rule."""
_OF_28 = (4, 23, 24, 25, 18, 19, 20, 3, 5, 6, 7, 9, 10, 11, 14, 15, 16)
_OF_17 = (14, 8, 9, 10, 11, 12, 13, 15, 1, 16, 0, 5, 6, 7, 2, 3, 4)
"""Of the test set: head top, neck, right arm, left arm, right leg, left leg, pelvis, spine, head."""
_TRAIN_SIZE = (2048, 2048)
_TEST_SIZES = {"TS5": (1920, 1080), "TS6": (1920, 1080)}
_FPS_50 = frozenset({"S1/Seq2", "S3/Seq1", "S3/Seq2", "S5/Seq1", "S5/Seq2"})
"""Sequences at 50 frames a second; the others, and the test set, are at 25."""


def mpi_inf_3dhp_files(source: Path) -> list[Unread]:
    """List the recordings below a folder, of training and test; ValueError where there are none."""
    found = [_train(path) for path in sorted(source.rglob("S[1-8]/Seq[12]/annot.mat"))]
    found += [_test(path) for path in sorted(source.rglob("TS[1-6]/annot_data.mat"))]
    if not found:
        raise ValueError(f"{source}: no S1/Seq1/annot.mat, nor TS1/annot_data.mat, nor their like below it.")
    return found


def _train(path: Path) -> Unread:
    subject, sequence = path.parent.parent.name, path.parent.name
    calibration = path.with_name("camera.calibration")
    files = (path, calibration) if calibration.is_file() else (path,)
    return Unread(f"{subject}/{sequence}", files, partial(_read_train, subject, sequence, path))


def _test(path: Path) -> Unread:
    return Unread(path.parent.name, (path,), partial(_read_test, path.parent.name, path))


def _read_train(subject: str, sequence: str, path: Path) -> Sequence[RecordedView]:
    content = read_mat(path)
    points, joints = (_cells(content, name, path) for name in ("annot2", "annot3"))
    lenses = _lenses(path.with_name("camera.calibration"))
    fps = 50.0 if f"{subject}/{sequence}" in _FPS_50 else 25.0
    views = []
    for camera in TRAIN_CAMERAS:
        if camera >= min(len(points), len(joints)):
            raise ValueError(
                f"{path}: camera {camera} expected in annot2 and annot3, which end at {len(points) - 1}."
            )
        seen = _frames(points[camera], (28, 2), f"{path}: annot2, camera {camera}")
        body = _frames(joints[camera], (28, 3), f"{path}: annot3, camera {camera}")
        kept = min(len(seen), len(body))
        standing = StudioCamera(str(camera), _TRAIN_SIZE, None, lenses.get(camera))
        views.append(
            RecordedView(
                subject, sequence, standing, fps,
                seen[:kept, list(_OF_28)], joints=body[:kept, list(_OF_28)] / 1000.0,
            )
        )  # fmt: skip
    return views


def _read_test(subject: str, path: Path) -> Sequence[RecordedView]:
    content = read_mat(path)
    points, joints = (_last_axis_first(content, name, path) for name in ("annot2", "annot3"))
    if "valid_frame" not in content:
        raise ValueError(f"{path}: no valid_frame in it; it holds {', '.join(content) or 'nothing'}.")
    valid = content["valid_frame"].reshape(-1).astype(bool)
    camera = StudioCamera("0", _TEST_SIZES.get(subject, _TRAIN_SIZE), None, None)
    seen, body = points[:, list(_OF_17), :2], joints[:, list(_OF_17)] / 1000.0
    return [RecordedView(subject, "test", camera, 25.0, seen, joints=body, scored=valid)]


def _cells(content: dict[str, np.ndarray], name: str, path: Path) -> list[np.ndarray]:
    if name not in content:
        raise ValueError(f"{path}: no {name} in it; it holds {', '.join(content) or 'nothing'}.")
    if content[name].dtype != object:
        raise ValueError(
            f"{path}: a cell for each camera expected in {name}, got {content[name].shape} numbers."
        )
    return list(content[name].reshape(-1))


def _frames(values: np.ndarray, shape: tuple[int, int], where: str) -> Float[np.ndarray, "frame joint axis"]:
    if values.ndim != 2 or values.shape[1] != shape[0] * shape[1] or not np.isfinite(values).all():
        raise ValueError(
            f"{where}: (frame, {shape[0] * shape[1]}) finite numbers expected, got {values.shape}."
        )
    return values.astype(np.float64).reshape(-1, *shape)


def _last_axis_first(
    content: dict[str, np.ndarray], name: str, path: Path
) -> Float[np.ndarray, "frame 17 axis"]:
    """Return (axis, joint, 1, frame) as (frame, joint, axis)."""
    values = content.get(name, np.zeros(0))
    if values.ndim != 4 or values.shape[1:3] != (17, 1):
        raise ValueError(f"{path}: {name} of (axis, 17, 1, frame) expected, got {values.shape}.")
    return values[:, :, 0].transpose(2, 1, 0).astype(np.float64)


def _lenses(path: Path) -> dict[int, Camera]:
    """Read each camera's lens where there is a calibration; its pixels begin at their own centres."""
    if not path.is_file():
        return {}
    found: dict[int, Camera] = {}
    name, size = -1, _TRAIN_SIZE
    for line in path.read_text("utf-8").splitlines():
        key, *values = line.split() or [""]
        try:
            match key:
                case "name":
                    name = int(values[0])
                case "size":
                    size = (int(values[0]), int(values[1]))
                case "intrinsic":
                    fx, cx, fy, cy = (float(values[at]) for at in (0, 2, 5, 6))
                    found[name] = Camera(size, (fx, fy), (cx, cy), source="camera.calibration")
        except (ValueError, IndexError) as error:
            raise ValueError(f"{path}: {line.strip()!r} is no line of a calibration ({error}).") from error
    return found
