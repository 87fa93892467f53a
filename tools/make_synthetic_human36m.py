"""Write a Human3.6M that never was: its files, subjects, actions, trials and cameras, made-up motion of a few frames.

    python tools/make_synthetic_human36m.py DIR [FRAMES]

DIR gets data_3d_h36m.npz and data_2d_h36m_gt.npz in VideoPose3D's layout: seven subjects, fifteen actions of two trials
(S11 has one of Directions), four cameras with the data set's lenses. It shows that everything runs, and nothing else.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from kinelift.body import H36M_17
from kinelift.datasets.studio import HUMAN36M_ACTIONS, HUMAN36M_KEPT, HUMAN36M_SUBJECTS
from kinelift.datasets.studio_cameras import human36m_cameras
from kinelift.geometry import (
    bone_directions,
    bone_lengths,
    project,
    rebuild_joints,
    unit_vectors,
    world_to_camera,
)

FRAMES = 12
REST = np.array([
    (0, 0, .95), (-.13, 0, .93), (-.13, .01, .49), (-.13, -.02, .06), (.13, 0, .93), (.13, .01, .49), (.13, -.02, .06),
    (0, .01, 1.2), (0, 0, 1.46), (0, -.06, 1.54), (0, -.03, 1.66),
    (.17, 0, 1.42), (.27, .02, 1.15), (.3, -.03, .9), (-.17, 0, 1.42), (-.27, .02, 1.15), (-.3, -.03, .9),
])  # fmt: skip
"""Metres; z up, as Human3.6M's world has it."""


def main(folder: Path, frames: int) -> None:
    """Write both files."""
    rng = np.random.default_rng(0)
    poses: dict[str, dict[str, np.ndarray]] = {}
    keypoints: dict[str, dict[str, list[np.ndarray]]] = {}
    for subject in HUMAN36M_SUBJECTS:
        poses[subject], keypoints[subject] = {}, {}
        for action in HUMAN36M_ACTIONS:
            for name in (action, f"{action} 1"):
                if (subject, name) == ("S11", "Directions"):
                    continue
                joints = motion(frames, rng)
                every = np.zeros((frames, 32, 3), np.float32)
                every[:, list(HUMAN36M_KEPT)] = joints
                poses[subject][name] = every
                keypoints[subject][name] = seen(joints, subject)
    symmetry = [[4, 5, 6, 11, 12, 13], [1, 2, 3, 14, 15, 16]]
    metadata = {"layout_name": "h36m", "num_joints": 17, "keypoints_symmetry": symmetry}
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "data_3d_h36m": {"positions_3d": poses},
        "data_2d_h36m_gt": {"positions_2d": keypoints, "metadata": metadata},
    }
    for name, arrays in files.items():
        # The layout pickles dictionaries; kinelift reads them without running what is in them.
        np.savez_compressed(folder / name, **{k: np.array(v, dtype=object) for k, v in arrays.items()})  # pyright: ignore
        print(folder / f"{name}.npz")


def motion(frames: int, rng: np.random.Generator) -> np.ndarray:
    """Let every bone sway about its rest, and the body turn and stand anywhere in the studio."""
    time = np.arange(frames)[:, None, None] / 50.0
    sway = 0.5 * np.sin(rng.uniform(2, 6, (16, 3)) * time + rng.uniform(0, 6, (16, 3)))
    directions = unit_vectors(bone_directions(REST, H36M_17) + sway)
    root = REST[0] + rng.uniform(-1, 1, 3) * (1, 1, 0) + np.array([[0.5, 0.0, 0.0]]) * time[:, 0]
    joints = rebuild_joints(root, directions, bone_lengths(REST, H36M_17), H36M_17)
    yaw = rng.uniform(0, 2 * np.pi)
    turn = np.array([[np.cos(yaw), -np.sin(yaw), 0], [np.sin(yaw), np.cos(yaw), 0], [0, 0, 1]])
    return (joints - root[:, None]) @ turn.T + root[:, None]


def seen(joints: np.ndarray, subject: str) -> list[np.ndarray]:
    """Return the pixels in each of the subject's cameras."""
    views = []
    for camera in human36m_cameras(subject):
        assert camera.pose is not None
        assert camera.lens is not None
        placed = world_to_camera(joints, camera.pose.orientation, camera.pose.translation)
        views.append(project(camera.lens, placed).astype(np.float32))
    return views


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else FRAMES)
