"""Where the world stands, and people scaled to one floor."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import kinelift as kl
from kinelift.body import WORLD_FROM_CAMERA, Camera
from kinelift.body.camera_motion import CameraMotion, CameraMotionKind
from kinelift.body.rows import KeypointRows
from kinelift.passes import MemoryScratch, lift_rows
from kinelift.passes.clip import LiftedPerson
from kinelift.passes.world import on_one_floor, world_of
from kinelift.pipeline import lift_people
from kinelift.tracking.person import TrackedPerson, Watched
from tests.tracking.people import ReplayingDetector
from tests.video.clips import write_clip
from tests.walking import IMAGE_SIZE, walking_person

CAMERA = Camera.assumed(IMAGE_SIZE)


def lifted(number: int = 0, height: float | None = None) -> LiftedPerson:
    """Lift a walker who strides across the picture."""
    keypoints = walking_person(number, 90).keypoints
    return lift_rows(KeypointRows.of(keypoints), MemoryScratch(), camera=CAMERA, height=height, id=number)


def test_a_camera_whose_pose_is_given_says_where_the_world_is() -> None:
    camera = CAMERA.standing(1.4, pitch_degrees=12.0, roll_degrees=0.0)
    world_from_camera, known = world_of(camera, [None])
    assert (known.source, known.gravity_error_degrees, known.floor_error_m) == ("given", 0.0, 0.0)
    assert world_from_camera[1, 3] == pytest.approx(1.4)
    np.testing.assert_allclose(
        world_from_camera[1, :3], [0.0, -np.cos(np.radians(12.0)), -np.sin(np.radians(12.0))], atol=1e-9
    )


def test_people_say_where_it_is_when_the_camera_does_not() -> None:
    walker = lifted()
    world_from_camera, known = world_of(CAMERA, [walker.stance, None])
    assert known.source == "found"
    motion = walker.person.motion[:]
    heights = motion.joints @ world_from_camera[1, :3] + world_from_camera[1, 3]
    feet = [motion.skeleton.index(name) for name in ("left_toe", "right_toe", "left_heel", "right_heel")]
    assert np.abs(heights[:, feet].min(1)).max() < 0.15
    assert heights[:, motion.skeleton.index("head")].min() > 1.2


def test_where_nobody_says_anything_the_camera_is_taken_to_be_level() -> None:
    world_from_camera, known = world_of(CAMERA, [None])
    assert known.source == "assumed"
    np.testing.assert_array_equal(world_from_camera, WORLD_FROM_CAMERA)


def test_people_whose_sizes_are_guessed_come_to_stand_on_one_floor() -> None:
    near, far = lifted(0), lifted(1)
    assert near.stance is not None
    # The same body taken to be larger and farther away looks the same, and stands deeper below the lens.
    larger = on_one_floor([near, far])
    floors = [world_of(CAMERA, [each.stance])[0][1, 3] for each in larger]
    before = [world_of(CAMERA, [each.stance])[0][1, 3] for each in (near, far)]
    assert abs(np.log(floors[0] / floors[1])) < abs(np.log(before[0] / before[1])) + 1e-9
    for old, new in zip((near, far), larger, strict=True):
        factor = new.person.motion.joints[:] / old.person.motion.joints[:]
        np.testing.assert_allclose(factor, factor.flat[0], rtol=1e-4)
        assert old.person.stature is not None
        assert new.person.stature is not None
        assert new.person.stature.metres == pytest.approx(
            factor.flat[0] * old.person.stature.metres, rel=1e-4
        )


def test_a_person_whose_height_is_given_keeps_it() -> None:
    given, other = lifted(0, height=1.8), lifted(1)
    kept, _ = on_one_floor([given, other])
    assert kept.person.stature is not None
    assert (kept.person.stature.metres, kept.person.stature.source) == (1.8, "given")
    np.testing.assert_array_equal(kept.person.motion.joints[:], given.person.motion.joints[:])


def test_everybody_of_one_video_is_lifted_into_one_recording_by_their_ids() -> None:
    people = {number: walking_person(number, 90).keypoints for number in (3, 8)}
    recording = lift_people(people)
    assert [person.id for person in recording.people] == [3, 8]
    assert recording.ground.source == "found"
    assert 0.0 < recording.ground.gravity_error_degrees < 10.0
    standing = lift_people(people, camera=CAMERA.standing(1.3, pitch_degrees=5.0))
    assert standing.ground.source == "given"
    assert standing.world_from_camera[1, 3] == pytest.approx(1.3)
    with pytest.raises(ValueError, match="people: at least one is needed"):
        lift_people({})


@pytest.mark.parametrize("change", ["frames", "fps", "image_size"])
def test_everybody_of_one_video_has_the_same_frames(change: str) -> None:
    first = walking_person(0, 90).keypoints
    other = {
        "frames": walking_person(1, 60).keypoints,
        "fps": replace(first, fps=25.0),
        "image_size": replace(first, image_size=(640, 480)),
    }[change]
    with pytest.raises(
        ValueError, match=r"person 4: frames, rate and image size .* of the first person expected"
    ):
        lift_people({3: first, 4: other})


@pytest.mark.parametrize(("kind", "held"), [("moved", False), ("still", True)])
def test_feet_are_left_as_lifted_before_a_camera_that_is_carried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: CameraMotionKind, held: bool
) -> None:
    pytest.importorskip("av", reason='reading video needs PyAV: pip install "kinelift[video]"')
    keypoints = walking_person(0, 90).keypoints
    watched = Watched([TrackedPerson.of(keypoints, np.arange(90) / 30.0)], CameraMotion(kind))
    monkeypatch.setattr("kinelift.pipeline.detect_people", lambda *_, **__: watched)
    video = write_clip(tmp_path / "clip.mp4", [0, 40, 80], IMAGE_SIZE)
    recording = kl.lift_video(video, detector=ReplayingDetector([]))
    assert recording.camera_motion.kind == kind
    expected = kl.lift(keypoints, lock_feet=held).joints
    np.testing.assert_allclose(recording.people[0].motion.joints, expected, atol=1e-5)
    assert np.abs(expected - kl.lift(keypoints, lock_feet=not held).joints).max() > 0.01
