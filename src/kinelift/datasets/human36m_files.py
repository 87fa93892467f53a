"""Human3.6M as its owners hand it out: a CDF file of joints for each recording, read without MATLAB.

    SRC/S9/MyPoseFeatures/D3_Positions/Directions 1.cdf     variable Pose, (1, frame, 96): millimetres, world

Keypoints are the joints projected by the calibration that ships with kinelift, as Pavllo et al. (CVPR 2019) make their
"gt", or a detector's, from VideoPose3D's file of them. Names and exceptions are theirs too. cdflib reads CDF.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
from jaxtyping import Float

from kinelift.body.skeleton import H36M_17
from kinelift.datasets.extras import needed
from kinelift.datasets.recorded import DataSetFacts, RecordedView, Unread
from kinelift.datasets.studio import HUMAN36M, HUMAN36M_KEPT, HUMAN36M_SUBJECTS
from kinelift.geometry.projection import project, world_to_camera
from kinelift.interop.by_subject import Keypoints2D
from kinelift.interop.keypoint_layouts import LAYOUTS

LICENCE = "Human3.6M's own, for research alone; not to be passed on"

_ACTIONS = {"TakingPhoto": "Photo", "WalkingDog": "WalkDog"}
"""Some subjects' files say one, some the other."""
_DAMAGED = frozenset({("S11", "Directions")})
"""Its video is."""
_MAGIC = (b"\xcd\xf3\x00\x01", b"\xcd\xf2\x60\x02", b"\x00\x00\xff\xff")
_JOINTS = 32


def human36m_facts(keypoints: Keypoints2D | None = None) -> DataSetFacts:
    """Return what the recordings share; keypoints are a detector's where they are given."""
    layout = "h36m" if keypoints is None else keypoints.layout
    if layout not in LAYOUTS:
        raise ValueError(f"keypoints: a layout of {', '.join(LAYOUTS)} expected, got {layout}.")
    detections = "gt" if keypoints is None else detections_of(keypoints)
    return DataSetFacts(HUMAN36M.name, LAYOUTS[layout], layout, detections, H36M_17, LICENCE)


def detections_of(keypoints: Keypoints2D) -> str:
    """Return who marked them, which the name of their file alone says."""
    found = re.fullmatch(r"data_2d_[^_]+_(.+)\.npz", keypoints.source)
    if found is None:
        raise ValueError(f"{keypoints.source}: a name such as data_2d_h36m_cpn_ft_h36m_dbb.npz expected.")
    return found[1]


def human36m_files(source: Path, keypoints: Keypoints2D | None = None) -> list[Unread]:
    """List the recordings below a folder; ValueError where there are none."""
    found = []
    for subject in HUMAN36M_SUBJECTS:
        folder = source / subject / "MyPoseFeatures" / "D3_Positions"
        for path in sorted(folder.glob("*.cdf"), key=action_of):
            action = action_of(path)
            if action != "_ALL" and (subject, action) not in _DAMAGED:
                read = partial(_read, subject, action, path, keypoints)
                found.append(Unread(f"{subject}/{action}", (path,), read))
    if not found:
        raise ValueError(
            f"{source}: no S1/MyPoseFeatures/D3_Positions/*.cdf, nor of another subject; unpack "
            "Poses_D3_Positions_S1.tgz and its like there."
        )
    return found


def action_of(path: Path) -> str:
    """Return a recording's action and trial as VideoPose3D's files name them: "TakingPhoto 1" is "Photo 1"."""
    name, _, trial = path.stem.partition(" ")
    name = _ACTIONS.get(name, name)
    return f"{name} {trial}" if trial else name


def read_pose_cdf(path: Path) -> Float[np.ndarray, "frame 32 3"]:
    """Return the joints of a file of D3_Positions, metres, world."""
    cdflib = needed("cdflib", "datasets")
    with path.open("rb") as file:
        if file.read(4) not in _MAGIC:
            raise ValueError(f"{path}: not a CDF file.")
    try:
        with cdflib.CDF(path) as file:
            pose = np.asarray(file.varget("Pose"), np.float64)
    except Exception as error:  # a damaged file fails anywhere in its reader
        raise ValueError(f"{path}: a damaged CDF file, or one without Pose ({error}).") from error
    frames = pose.reshape(-1, pose.shape[-1]) if pose.ndim else pose
    if frames.ndim != 2 or frames.shape[1] != 3 * _JOINTS or not np.isfinite(frames).all():
        raise ValueError(
            f"{path}: Pose of (1, frame, {3 * _JOINTS}) finite numbers expected, got {pose.shape}."
        )
    return frames.reshape(-1, _JOINTS, 3) / 1000.0


def _read(subject: str, action: str, path: Path, keypoints: Keypoints2D | None) -> Sequence[RecordedView]:
    world = read_pose_cdf(path)[:, list(HUMAN36M_KEPT)]
    views = []
    for number, camera in enumerate(HUMAN36M.cameras(subject)):
        assert camera.pose is not None
        assert camera.lens is not None
        joints = world_to_camera(world, camera.pose.orientation, camera.pose.translation)
        points = (
            project(camera.lens, joints)
            if keypoints is None
            else _detected(keypoints, subject, action, number, len(joints))
        )
        views.append(RecordedView(subject, action, camera, HUMAN36M.fps, points, joints=joints))
    return views


def _detected(
    keypoints: Keypoints2D, subject: str, action: str, camera: int, frames: int
) -> Float[np.ndarray, "frame keypoint 2"]:
    """Return a detector's keypoints, which may run on beyond the motion capture."""
    try:
        points = keypoints[subject][action][camera]
    except (KeyError, IndexError) as error:
        raise ValueError(
            f"{keypoints.source}: no keypoints of {subject}, {action}, camera {camera}."
        ) from error
    if len(points) < frames:
        raise ValueError(
            f"{keypoints.source}: {subject}, {action}, camera {camera}: {frames} frames expected, got {len(points)}."
        )
    return points[:frames]
