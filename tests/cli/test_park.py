"""The whole road on a real clip: a man somersaults off a wall while a woman walks by.

Detection takes nearly all of the time, so the clip is lifted twice only: once as it is, once several times over.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import kinelift as kl
from kinelift.body import Recording
from kinelift.geometry.kinematics import bone_lengths
from kinelift.geometry.projection import project
from kinelift.interop.motion_json import read_recording
from tests.video.clips import repeat_clip

pytestmark = pytest.mark.slow

REPEATED = 3
"""Ten times over would take four minutes of processor time. Three times over is 460 more frames: pictures that were
kept would take 2.4 GB more, and 64 MB allows 140 kB a frame, a fortieth of a picture."""

FASTEST_JOINT = 13.5
"""Metres a second; a sprinter's foot and a somersault's hands come near it."""

FOOT_OVER_ANKLE = 1.15
"""How much farther than the ankle a foot's ends are from what a leg turns about."""


@dataclass(frozen=True)
class Lifted:
    """What `kinelift lift` left behind."""

    motion: kl.Motion
    recording: Recording
    files: frozenset[str]
    peak_kilobytes: int


def lift_alone(video: Path, out: Path) -> Lifted:
    """Lift a video in a process of its own, which tells its peak memory; one's own is not its parent's."""
    script = """
import sys
from kinelift.cli.main import main
code = main(["lift", sys.argv[1], "-o", sys.argv[2]])
(peak,) = [line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")]
print(peak)
sys.exit(code)
"""
    run = subprocess.run(
        [sys.executable, "-c", script, str(video), str(out)], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    return Lifted(
        kl.load_motion(out / "motion.npz"),
        read_recording(out / "motion.json"),
        frozenset(path.name for path in out.iterdir()),
        int(run.stdout.splitlines()[-1]),
    )


@pytest.fixture(scope="module")
def park_clip(shared: Path, mediapipe: ModuleType) -> Path:
    pytest.importorskip("av", reason='reading video needs PyAV: pip install "kinelift[video]"')
    if not Path("/proc/self/status").exists():
        pytest.skip("peak memory is read from /proc, which this system has not")
    clip = shared / "video" / "park.mp4"
    if not clip.exists():
        pytest.skip(f"no {clip}")
    return clip


@pytest.fixture(scope="module")
def park(park_clip: Path, tmp_path_factory: pytest.TempPathFactory) -> Lifted:
    return lift_alone(park_clip, tmp_path_factory.mktemp("park") / "once")


def test_the_man_in_the_park_is_one_body_in_his_place_throughout(park: Lifted) -> None:
    assert park.files == {"motion.npz", "motion.json", "view.html"}
    (man,) = park.recording.people
    assert len(park.motion) == len(man.motion) == 230
    assert park.motion.observed.mean() >= 0.92
    root_px = project(park.recording.camera, park.motion.root.astype(float))
    wall, lawn = root_px[10:166], root_px[204:223]
    assert (np.abs(wall - (730, 300)) <= (130, 100)).all()
    assert (lawn[:, 0] > 1000).all()


def test_the_mans_bones_keep_their_length_and_no_joint_outruns_a_body(park: Lifted) -> None:
    lengths = bone_lengths(park.motion.joints.astype(float), park.motion.skeleton)
    assert (lengths.std(0) / lengths.mean(0)).max() < 0.03
    speeds = np.linalg.norm(np.diff(park.motion.joints, axis=0), axis=-1) * park.motion.fps
    ends = np.array([name.endswith(("toe", "heel")) for name in park.motion.skeleton.names])
    assert speeds[:, ~ends].max() < FASTEST_JOINT
    assert speeds[:, ends].max() < FASTEST_JOINT * FOOT_OVER_ANKLE


def test_the_clip_three_times_over_takes_no_more_memory(
    park: Lifted, park_clip: Path, tmp_path: Path
) -> None:
    """Three and not ten times over, for the time it takes; see REPEATED."""
    longer = lift_alone(repeat_clip(park_clip, tmp_path / "longer.mp4", REPEATED), tmp_path / "out")
    assert len(longer.motion) == REPEATED * len(park.motion)
    assert longer.peak_kilobytes - park.peak_kilobytes < 64 * 1024
