"""What all tests share."""

import os
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import settings

import kinelift as kl
from kinelift.demo import demo_clip

# Busy machines make deadlines fail by chance, and a failing example should fail for everybody.
settings.register_profile("kinelift", deadline=None, derandomize=True, max_examples=25)
settings.load_profile("kinelift")


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of golden figures, clips and motion capture that stands beside the repository."""
    folder = Path(os.environ.get("KINELIFT_SHARED", Path(__file__).parents[2] / "shared"))
    if not folder.is_dir():
        pytest.skip(f"no {folder}: set KINELIFT_SHARED to the folder of golden figures")
    return folder


@pytest.fixture(scope="session")
def demo_motion() -> kl.Motion:
    """Return the clip that ships with the package, lifted."""
    return kl.lift(kl.read_keypoints(demo_clip()))


@pytest.fixture(scope="session")
def mediapipe() -> ModuleType:
    """Return MediaPipe; skip where it, or a library of the system that it links to, is missing."""
    reason = 'finding people needs MediaPipe: pip install "kinelift[video]", and the system\'s libgl1'
    return pytest.importorskip("mediapipe", reason=reason, exc_type=ImportError)


@pytest.fixture(scope="session")
def park(shared: Path, mediapipe: ModuleType) -> kl.Recording:
    """Return the clip of a man who somersaults off a wall, lifted."""
    pytest.importorskip("av", reason='reading video needs PyAV: pip install "kinelift[video]"')
    video = shared / "video" / "park.mp4"
    if not video.is_file():
        pytest.skip(f"no {video}")
    return kl.lift_video(video)
