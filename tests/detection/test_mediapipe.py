"""MediaPipe as a detector."""

import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from kinelift.body import BLAZEPOSE_33
from kinelift.detection import Detection, Detector, Region
from kinelift.detection.mediapipe import MediaPipeDetector

NOSE, LEFT_HIP, RIGHT_HIP, LEFT_ANKLE = (
    BLAZEPOSE_33.index(name) for name in ("nose", "left_hip", "right_hip", "left_ankle")
)


@pytest.fixture(scope="module")
def detector(mediapipe: ModuleType) -> Iterator[MediaPipeDetector]:
    with MediaPipeDetector() as opened:
        yield opened


@pytest.fixture(scope="module")
def picture(shared: Path) -> np.ndarray:
    """Frame 78 of the clip: the man on the wall around (636, 285), the woman below around (1245, 720)."""
    pytest.importorskip("av", reason='reading video needs PyAV: pip install "kinelift[video]"')
    from kinelift.video import open_video

    return next(iter(open_video(shared / "video" / "park.mp4", start_seconds=2.6))).image


def hips(found: Detection) -> np.ndarray:
    return found.points_px[[LEFT_HIP, RIGHT_HIP]].mean(0)


def test_without_mediapipe_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mediapipe", None)
    with pytest.raises(ImportError, match=r'pip install "kinelift\[video\]"'):
        MediaPipeDetector()


def test_where_a_library_of_the_system_is_missing_its_package_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "mediapipe.py").write_text("raise ImportError('libGL.so.1: no such file')")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "mediapipe", raising=False)
    with pytest.raises(ImportError, match=r"\(libGL\.so\.1: no such file\)\. .* apt-get install libgl1"):
        MediaPipeDetector()


@pytest.mark.slow
def test_it_is_a_detector_of_33_landmarks(detector: MediaPipeDetector) -> None:
    assert isinstance(detector, Detector)
    assert detector.skeleton == BLAZEPOSE_33


@pytest.mark.slow
def test_everybody_in_the_picture_is_found(detector: MediaPipeDetector, picture: np.ndarray) -> None:
    found = sorted(hips(d).tolist() for d in detector.detect(picture))
    np.testing.assert_allclose(found, [[636, 285], [1245, 715]], atol=25)


@pytest.mark.slow
def test_in_a_region_only_its_person_is_found(detector: MediaPipeDetector, picture: np.ndarray) -> None:
    (man,) = detector.detect(picture, Region((636.0, 285.0), 500.0))
    np.testing.assert_allclose(hips(man), (636, 285), atol=15)
    assert man.points_px[NOSE, 1] < man.points_px[LEFT_HIP, 1] < man.points_px[LEFT_ANKLE, 1]
    assert man.scores.min() >= 0
    assert man.scores.max() <= 1
    assert detector.detect(picture, Region((150.0, 150.0), 200.0)) == []


@pytest.mark.slow
def test_a_turned_region_finds_a_turned_body_at_the_same_place(
    detector: MediaPipeDetector, picture: np.ndarray
) -> None:
    upright = detector.detect(picture, Region((636.0, 285.0), 500.0))[0]
    width = picture.shape[1]
    # A quarter turn clockwise takes (x, y) to (height - y, x).
    turned_picture = np.ascontiguousarray(np.rot90(picture, -1))
    height = picture.shape[0]
    assert turned_picture.shape[:2] == (width, height)
    turned = detector.detect(turned_picture, Region((height - 285.0, 636.0), 500.0, np.pi / 2))[0]
    expected = np.stack((height - upright.points_px[:, 1], upright.points_px[:, 0]), -1)
    assert np.linalg.norm(turned.points_px - expected, axis=-1).mean() < 8


@pytest.mark.slow
@pytest.mark.parametrize("shape", [(1, 1), (2, 500), (480, 640)])
def test_an_empty_picture_of_any_size_holds_nobody(
    detector: MediaPipeDetector, shape: tuple[int, int]
) -> None:
    assert detector.detect(np.zeros((*shape, 3), np.uint8)) == []


@pytest.mark.slow
def test_memory_stays_and_the_terminal_too(
    detector: MediaPipeDetector, picture: np.ndarray, capfd: pytest.CaptureFixture[str]
) -> None:
    def peak_kilobytes_after(looks: int) -> int:
        for _ in range(looks):
            detector.detect(picture, Region((636.0, 285.0), 500.0))
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    before = peak_kilobytes_after(30)
    # 170 pictures are 900 MB: a detector that kept them would show.
    assert peak_kilobytes_after(170) - before < 16 * 1024
    assert capfd.readouterr() == ("", "")


@pytest.mark.slow
def test_a_closed_detector_says_so(mediapipe: ModuleType) -> None:
    detector = MediaPipeDetector()
    detector.close()
    detector.close()
    with pytest.raises(ValueError, match="closed"):
        detector.detect(np.zeros((8, 8, 3), np.uint8))
