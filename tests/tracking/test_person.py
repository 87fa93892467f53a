"""A video in, one person's keypoints out."""

import math
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from kinelift.body import BLAZEPOSE_33, COCO_17, Camera
from kinelift.detection import Detection, Region
from kinelift.passes import MemoryScratch, lift_rows
from kinelift.tracking.person import TrackedPerson, detect_people, detect_person
from kinelift.video import open_video
from tests.tracking.people import POSE, ReplayingDetector
from tests.video.clips import write_clip

pytest.importorskip("av", reason='reading video needs PyAV: pip install "kinelift[video]"')


def test_a_video_without_people_is_one_clear_error(tmp_path: Path) -> None:
    video = open_video(write_clip(tmp_path / "empty.mp4", [0, 40, 80]))
    with pytest.raises(ValueError, match=r"empty\.mp4: nobody was found"):
        detect_person(video, ReplayingDetector([]), MemoryScratch())


class Fraction:
    """Sees somebody who fills the same part of any picture."""

    skeleton = COCO_17

    def __init__(self, longest_side_px: float = math.inf) -> None:
        self.longest_side_px = longest_side_px
        self.sizes: set[tuple[int, int]] = set()

    def detect(self, image: np.ndarray, region: Region | None = None) -> list[Detection]:
        height, width = image.shape[:2]
        self.sizes.add((width, height))
        points = (POSE / 200.0 * height + (width / 2, height / 2)).astype(np.float32)
        return [Detection(points, np.full(17, 0.9, np.float32))]

    def close(self) -> None:
        pass


@pytest.mark.parametrize("rotation", [None, 90])
def test_a_detector_sees_no_larger_pictures_than_it_wants_and_marks_pixels_of_the_video(
    tmp_path: Path, rotation: int | None
) -> None:
    video = open_video(write_clip(tmp_path / "large.mp4", list(range(0, 800, 40)), (160, 96), rotation))
    whole, shrunk = Fraction(), Fraction(80.0)
    seen, seen_small = (detect_person(video, each, MemoryScratch()).keypoints[:] for each in (whole, shrunk))
    assert whole.sizes == {video.image_size}
    assert shrunk.sizes == {tuple(side // 2 for side in video.image_size)}
    assert seen_small.image_size == video.image_size
    np.testing.assert_allclose(seen_small.points_px, seen.points_px, atol=1e-3)


@pytest.fixture(scope="module")
def park(shared: Path, mediapipe: ModuleType) -> TrackedPerson:
    from kinelift.detection.mediapipe import MediaPipeDetector

    calls: list[tuple[int, int]] = []
    with MediaPipeDetector() as detector:
        video = open_video(shared / "video" / "park.mp4")
        person = detect_person(
            video, detector, MemoryScratch(), lambda done, total: calls.append((done, total))
        )
    assert calls == [(i + 1, 230) for i in range(230)]
    return person


@pytest.mark.slow
def test_the_man_in_the_park_is_kept_through_his_somersault(park: TrackedPerson) -> None:
    found = park.keypoints[:]
    assert (len(found), found.skeleton, found.fps, found.image_size) == (230, BLAZEPOSE_33, 30.0, (1768, 994))
    assert found.seen.any(-1).mean() >= 0.92
    hips = found.points_px[:, [BLAZEPOSE_33.index("left_hip"), BLAZEPOSE_33.index("right_hip")]].mean(1)
    wall, lawn = hips[10:166], hips[204:223]
    wall, lawn = wall[np.isfinite(wall).all(-1)], lawn[np.isfinite(lawn).all(-1)]
    assert (np.abs(wall - (730, 300)) <= (130, 100)).all()
    assert (lawn[:, 0] > 1000).all()
    np.testing.assert_allclose(park.times_seconds[:], np.arange(230) / 30, atol=1e-3)


@pytest.mark.slow
def test_the_woman_in_the_park_is_never_him(park: TrackedPerson) -> None:
    # She walks below the wall from right to left: (1280, 727) on frame 74, (590, 710) on 143, (80, 730) on 191.
    index = np.arange(60, 200)
    her_x = np.interp(index, (60, 74, 143, 191, 200), (1414, 1280, 590, 80, -10))
    chest = np.nanmean(park.keypoints.points_px[60:200][:, 11:25], axis=1)
    assert not (np.hypot(chest[:, 0] - her_x, chest[:, 1] - 650) < 150).any()


@pytest.mark.slow
def test_facing_the_camera_the_mans_left_is_on_the_right(park: TrackedPerson) -> None:
    first = park.keypoints.points_px[:90]
    shoulders = first[:, 11, 0] - first[:, 12, 0]
    assert np.nanmean(shoulders > 0) >= 0.95


@pytest.fixture(scope="module")
def two(shared: Path, mediapipe: ModuleType) -> list[TrackedPerson]:
    from kinelift.detection.mediapipe import MediaPipeDetector

    video = open_video(shared / "video" / "park.mp4")
    camera = Camera.assumed(video.image_size)
    with MediaPipeDetector() as detector:
        watched = detect_people(video, detector, MemoryScratch(), camera, people=2)
    assert watched.motion.kind == "still"
    return watched.people


HER_WAY = ((36, 74, 143, 191, 208), (1600, 1280, 590, 80, -75))
"""Frames, and where across the picture she is."""


@pytest.mark.slow
def test_the_man_and_the_woman_in_the_park_are_two_who_never_mix(two: list[TrackedPerson]) -> None:
    man, woman = (person.keypoints[:] for person in two)
    his, hers = (
        found.points_px[:, [BLAZEPOSE_33.index("left_hip"), BLAZEPOSE_33.index("right_hip")]].mean(1)
        for found in (man, woman)
    )
    at = np.flatnonzero(woman.seen.any(-1))
    assert len(at) > 160
    assert np.abs(hers[at, 0] - np.interp(at, *HER_WAY)).max() < 140
    assert np.abs(hers[at, 1] - 725).max() < 100
    # He is on the wall while she walks below it, and on the lawn when she has gone.
    both = at[man.seen[at].any(-1)]
    assert np.linalg.norm(his[both] - hers[both], axis=-1).min() > 250
    assert (his[man.seen.any(-1)][:, 0] > 500).all()


@pytest.mark.slow
def test_she_walks_foot_by_foot(two: list[TrackedPerson]) -> None:
    pytest.importorskip("onnxruntime")
    lifted = lift_rows(two[1].keypoints, MemoryScratch())
    assert lifted.standing is not None
    feet = lifted.standing[:].reshape(-1, 2, 2).any(-1)
    edges = [np.flatnonzero(np.diff(np.r_[0, foot.astype(int), 0])).reshape(-1, 2) for foot in feet.T]
    # A contact of a tenth of a second where she comes into the picture may be missed or not.
    steps = [(first, "lr"[foot]) for foot in (0, 1) for first, stop in edges[foot] if stop - first >= 9]
    order = "".join(foot for _, foot in sorted(steps))
    assert 7 <= len(order) <= 9
    assert order in "lrlrlrlrlr"


@pytest.mark.slow
def test_memory_does_not_grow_with_the_video(shared: Path) -> None:
    """Read the clip once and five times over; detection is held constant by test_mediapipe.py."""
    script = """
import resource, sys
from kinelift.video import open_video
for _ in range(int(sys.argv[2])):
    for frame in open_video(sys.argv[1]):
        pass
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
    clip = str(shared / "video" / "park.mp4")
    once, often = (
        int(
            subprocess.run(
                [sys.executable, "-c", script, clip, str(n)], capture_output=True, check=True
            ).stdout
        )
        for n in (1, 5)
    )
    assert often - once < 64 * 1024
