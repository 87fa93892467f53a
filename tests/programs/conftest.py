"""Programs that are not ours, in an environment of their own; `tests/programs/install DIR` makes it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import kinelift as kl
from kinelift.body import H36M_17, Camera, Keypoints, Person, Quality, Recording
from kinelift.geometry.rotations import quaternion_from_axis_angle, rotate
from tests.angles.test_solve import T_POSE

HERE = Path(__file__).parent
FPS, FRAMES = 30.0, 61
IMAGE_SIZE = (1280, 720)


@pytest.fixture(scope="session")
def programs() -> Path:
    """Return the folder of the environment."""
    if "KINELIFT_PROGRAMS" not in os.environ:
        pytest.skip("no KINELIFT_PROGRAMS: make it with tests/programs/install DIR and name DIR there")
    return Path(os.environ["KINELIFT_PROGRAMS"]).absolute()


@pytest.fixture
def opened(programs: Path, tmp_path: Path) -> Callable[..., Any]:
    """Return a function that opens a file in a program, by the script named, and gives what the script found."""

    def run(script: str, needed: str, source: Path, *arguments: object) -> Any:
        python, out = programs / "bin" / "python", tmp_path / "found.json"
        if subprocess.run([python, "-c", f"import {needed}"], capture_output=True, check=False).returncode:
            pytest.skip(f"{programs} has no {needed} that this machine can load")
        command = [python, HERE / script, source, out, *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(out.read_text())

    return run


@pytest.fixture(scope="session")
def known() -> Recording:
    """Return a T-pose that is turned by a quarter, two seconds long, and travels a metre to its left.

    It starts facing the camera, its right elbow bent forward by a right angle throughout.
    """
    body = np.array([T_POSE[name] for name in H36M_17.names], dtype=float)
    elbow = H36M_17.index("right_elbow")
    body[H36M_17.index("right_wrist")] = body[elbow] + [0.0, 0.0, 0.26]
    share = np.linspace(0.0, 1.0, FRAMES)
    turns = quaternion_from_axis_angle(np.radians(90.0) * share[:, None] * np.array([0.0, 1.0, 0.0]))
    joints = rotate(np.repeat(turns[:, None], len(body), axis=1), np.tile(body, (FRAMES, 1, 1)))
    joints = joints + share[:, None, None] * np.array([1.0, 0.0, 0.0])
    return _recording(joints.astype(np.float32))


def _recording(joints: np.ndarray) -> Recording:
    seen, scores = np.ones(len(joints), dtype=bool), np.ones(joints.shape[:2], np.float32)
    motion = kl.Motion(joints, seen, scores, H36M_17, FPS, "world")
    points = np.full((len(joints), 17, 2), 100.0)
    keypoints = Keypoints(points, np.ones((len(joints), 17)), kl.COCO_17, FPS, IMAGE_SIZE)
    nothing = np.zeros(len(joints), np.float32)
    quality = Quality(nothing, np.zeros(joints.shape[:2], np.float32))
    times, camera = np.arange(len(joints)) / FPS, Camera.assumed(IMAGE_SIZE)
    return Recording((Person(0, keypoints, motion, quality),), IMAGE_SIZE, FPS, times, camera, np.eye(4))
