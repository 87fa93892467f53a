"""Several people of a video: all at once, or one after the other painted over."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

import kinelift as kl
from kinelift.body import COCO_17
from kinelift.detection import Detection, Region
from kinelift.passes import DiskScratch, MemoryScratch
from kinelift.tracking.choice import Standing, Whom, checked_choice, in_order
from kinelift.tracking.person import detect_people
from kinelift.video import open_video
from tests.tracking.people import POSE
from tests.video.clips import write_clip

pytest.importorskip("av", reason='reading video needs PyAV: pip install "kinelift[video]"')

FRAMES, SIZE = 60, (320, 192)


@dataclass
class Everybody:
    """Sees two people in each picture it is shown, who cross; the second is larger."""

    sees_everybody: bool = True
    looks: int = 0
    skeleton = COCO_17

    def people(self, frame: int) -> list[np.ndarray]:
        """Return where both are."""
        share = frame / (FRAMES - 1)
        return [
            0.5 * POSE + (60.0 + 200.0 * share, 96.0),
            0.8 * POSE + (260.0 - 200.0 * share, 100.0),
        ]

    def detect(self, image: np.ndarray, region: Region | None = None) -> list[Detection]:
        found = [
            Detection(each.astype(np.float32), np.full(17, 0.9, np.float32))
            for each in self.people(min(self.looks, FRAMES - 1))
        ]
        self.looks += 1
        return found

    def close(self) -> None:
        pass


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_clip(
        tmp_path_factory.mktemp("two") / "two.mp4", [round(t * 1000 / 30) for t in range(FRAMES)], SIZE
    )


def test_both_come_out_each_with_a_row_a_frame(clip: Path, tmp_path: Path) -> None:
    video, detector = open_video(clip), Everybody()
    with DiskScratch(tmp_path) as scratch:
        watched = detect_people(video, detector, scratch, kl.Camera.assumed(SIZE), people=5)
        rows = [person.keypoints[:] for person in watched.people]
        times = [person.times_seconds[:] for person in watched.people]
    assert detector.looks == len(times[0])  # every picture was looked at once
    assert len(rows) == 2
    assert [len(each) for each in rows] == [len(each) for each in times] == [detector.looks] * 2
    for keypoints, which in zip(rows, (1, 0), strict=True):  # the larger is the more prominent
        expected = np.stack([detector.people(frame)[which] for frame in range(len(keypoints))])
        np.testing.assert_allclose(keypoints.points_px, expected, atol=1e-3)


@pytest.mark.parametrize(
    ("whom", "first"), [("left", 0), ("right", 1), ("largest", 1), ("prominent", 1), (2, 0)]
)
def test_who_is_meant_comes_first(clip: Path, whom: Whom, first: int) -> None:
    detector = Everybody()
    watched = detect_people(
        open_video(clip), detector, MemoryScratch(), kl.Camera.assumed(SIZE), people=2, whom=whom
    )
    at_first = watched.people[0].keypoints[:].points_px[0]
    np.testing.assert_allclose(at_first, detector.people(0)[first], atol=1e-3)


def test_people_are_lifted_into_one_recording(clip: Path) -> None:
    recording = kl.lift_video(clip, detector=Everybody(), people=2)
    assert [person.id for person in recording.people] == [0, 1]
    assert all(person.motion.observed.all() for person in recording.people)
    assert len(kl.lift_video(clip, detector=Everybody(), people=1).people) == 1


@pytest.mark.parametrize(("whom", "people"), [("tallest", 1), (0, 1), (-1, 2), ("left", 0)])
def test_choices_that_are_none_are_refused(whom: str | int, people: int) -> None:
    with pytest.raises(ValueError, match=r"^(person|people): .*, got "):
        checked_choice(whom, people)


def test_a_choice_that_is_none_is_refused_before_anybody_is_looked_for(clip: Path) -> None:
    detector = Everybody()
    with pytest.raises(ValueError, match="people: 1 or more expected, got 0"):
        kl.lift_video(clip, detector=detector, people=0)
    with pytest.raises(ValueError, match="person: counted from 1, the most prominent, got 0"):
        kl.lift_video(clip, detector=detector, person=0)
    assert detector.looks == 0


def test_a_number_beyond_those_in_sight_names_how_many_there_are() -> None:
    standing = Standing(1.0, 0.0, 1.0, 0.0)
    with pytest.raises(ValueError, match="person 3: 2 people are seen at the beginning"):
        in_order([("a", standing), ("b", standing)], 3)


def test_a_shadow_at_the_border_is_nobodys_first_choice() -> None:
    person, shadow = Standing(10.0, 500.0, 200.0, 0.2), Standing(0.3, 20.0, 60.0, 0.9)
    assert in_order([("shadow", shadow), ("person", person)], "left") == ["person", "shadow"]
