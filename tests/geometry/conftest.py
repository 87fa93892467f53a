"""What the geometry's tests share."""

from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def cv2() -> ModuleType:
    """Return OpenCV, the independent route to lenses and rotations."""
    return pytest.importorskip("cv2", reason="OpenCV needs the system's libgl1", exc_type=ImportError)
