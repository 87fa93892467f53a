"""A test with its progress on the terminal."""

from __future__ import annotations

from pathlib import Path

from kinelift.cli.progress import Show
from kinelift.datasets.recorded_store import open_set
from kinelift.evaluation.networks import Networks
from kinelift.evaluation.report import Evaluation
from kinelift.evaluation.studio_protocol import Selection, evaluate, evaluate_prepared
from kinelift.interop.videopose3d import read_keypoints_2d, read_poses_3d


def evaluate_folder(networks: Networks, folder: Path, selection: Selection, show: Show) -> Evaluation:
    """Test on a prepared data set."""
    prepared = open_set(folder)
    return evaluate_prepared(
        networks, prepared, selection, on_view=lambda done, of: show("testing", done, of)
    )


def evaluate_files(
    networks: Networks, poses_3d: Path, keypoints_2d: Path, selection: Selection, show: Show
) -> Evaluation:
    """Test on VideoPose3D's files."""
    show("reading", 0, 0)
    poses, keypoints = read_poses_3d(poses_3d), read_keypoints_2d(keypoints_2d)
    return evaluate(networks, poses, keypoints, selection, on_view=lambda done, of: show("testing", done, of))
