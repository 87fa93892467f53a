"""The table of contents: from a video or keypoints to a moving body in metres, stage by stage."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from contextlib import closing, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TypeVar, Unpack

import numpy as np

from kinelift.body import Camera, Keypoints, Motion, Person, Recording
from kinelift.body.rows import KeypointRows, RecordingRows, Scratch
from kinelift.detection import Detector
from kinelift.detection.named import open_detector
from kinelift.passes import (
    LiftedPerson,
    LiftOptions,
    NobodyToLiftError,
    Progress,
    checked_camera,
    lift_rows,
    scratch_for,
)
from kinelift.passes.world import on_one_floor, world_of
from kinelift.tracking.between import fill_between
from kinelift.tracking.choice import Whom, checked_choice
from kinelift.tracking.person import TrackedPerson, detect_people
from kinelift.video import Video, open_video
from kinelift.weights import find_model

log = logging.getLogger(__name__)

AnyRecording = TypeVar("AnyRecording", Recording, RecordingRows)


def lift(
    keypoints: Keypoints,
    camera: Camera | None = None,
    height: float | None = None,
    *,
    model: str | Path = "default",
    mirror: bool = True,
    smooth: float = 0.0,
    lock_feet: bool = True,
    providers: Sequence[str] | None = None,
) -> Motion:
    """Lift one person's keypoints to 3D: joints in metres in the camera's frame, one row per input frame.

    Without a camera a centred one of 60 degrees across the longer side is assumed. `height` is standing stature in
    metres, sole to crown; without it the body has the size the network expects of its proportions. `model` is a
    shipped name or a path to an .onnx; `mirror` averages with the answer for the mirrored body; `smooth` seconds on
    either side, such as 0.1, are smoothed over, none with 0; `lock_feet` keeps standing feet from sliding; `providers`
    are ONNX Runtime's, such as CUDAExecutionProvider. Leaps to somebody else and impossible frames count as not seen.

    Raises ValueError where nobody can be seen in enough of the keypoints.
    """
    return lift_person(
        keypoints,
        camera=camera,
        height=height,
        model=model,
        mirror=mirror,
        smooth=smooth,
        lock_feet=lock_feet,
        providers=providers,
    ).motion


def lift_person(keypoints: Keypoints, *, id: int = 0, **how: Unpack[LiftOptions]) -> Person:
    """Lift one person's keypoints and say how well the result explains them; options are those of `lift`."""
    with scratch_for(len(keypoints)) as scratch:
        return lift_rows(KeypointRows.of(keypoints), scratch, id=id, **how).person.loaded()


def lift_people(people: Mapping[int, Keypoints], **how: Unpack[LiftOptions]) -> Recording:
    """Lift everybody's keypoints of one video, by their ids, into one recording: on one floor, with gravity.

    Options are those of `lift`. Of whom too little is seen is left out. Raises ValueError where nobody is left, and for
    keypoints that are not all of the same frames.
    """
    for id, keypoints in people.items():
        same, other = (
            (len(each), each.fps, each.image_size) for each in (next(iter(people.values())), keypoints)
        )
        if other != same:
            raise ValueError(
                f"person {id}: frames, rate and image size {same} of the first person expected, got {other}. Give "
                "everybody as many frames, unseen where they are out of sight."
            )
    at = {id: np.arange(len(keypoints)) / keypoints.fps for id, keypoints in people.items()}
    recording = record([TrackedPerson.of(keypoints, at[id]) for id, keypoints in people.items()], **how)
    return with_ids(recording, list(people))


def record(people: Sequence[TrackedPerson], **how: Unpack[LiftOptions]) -> Recording:
    """Lift tracked people of one video into one recording, the first being the most prominent."""
    with scratch_for(max((len(person.keypoints) for person in people), default=0)) as scratch:
        return record_rows(people, scratch, **how).loaded()


def record_rows(
    people: Sequence[TrackedPerson], scratch: Scratch, **how: Unpack[LiftOptions]
) -> RecordingRows:
    """Do what `record` does with people who may be too long for memory; the result is read from `scratch`.

    Their ids are their places in `people`. Of whom too little is seen is left out.
    """
    if not people:
        raise ValueError("people: at least one is needed for a recording.")
    first = people[0].keypoints
    how["camera"] = camera = checked_camera(how.get("camera"), first.image_size)
    lifted = on_one_floor(_who_can_be_lifted(people, scratch, how))
    world_from_camera, known = world_of(camera, [each.stance for each in lifted])
    return RecordingRows(
        tuple(each.person for each in lifted),
        first.image_size,
        first.fps,
        people[0].times_seconds,
        camera,
        world_from_camera,
        known,
    )


def with_ids(recording: AnyRecording, ids: Sequence[int]) -> AnyRecording:
    """Give people whose ids are places in a list the ids that stand there."""
    return replace(recording, people=tuple(replace(each, id=ids[each.id]) for each in recording.people))


def _who_can_be_lifted(
    people: Sequence[TrackedPerson], scratch: Scratch, how: LiftOptions
) -> list[LiftedPerson]:
    """Lift everybody of whom enough is seen; who is left out is logged, and an error where nobody is lifted."""
    lifted: list[LiftedPerson] = []
    left_out: list[tuple[int, NobodyToLiftError]] = []
    for id, person in enumerate(people):
        try:
            lifted.append(lift_rows(person.keypoints, scratch, id=id, **how))
        except NobodyToLiftError as error:
            left_out.append((id, error))
    if not lifted:
        raise left_out[0][1]
    for id, error in left_out:
        log.warning("of %d people, number %d is left out: %s", len(people), id + 1, error)
    return lifted


def lift_video(
    path: str | Path,
    *,
    camera: Camera | None = None,
    height: float | None = None,
    model: str | Path = "default",
    mirror: bool = True,
    smooth: float = 0.0,
    lock_feet: bool = True,
    start_seconds: float | None = None,
    end_seconds: float | None = None,
    fps: float | None = None,
    detector: Detector | None = None,
    detect_every: int = 1,
    people: int = 1,
    person: Whom = "prominent",
    providers: Sequence[str] | None = None,
    progress: Progress | None = None,
) -> Recording:
    """Lift the most prominent person of a video, or several people; see `lift`.

    `fps` is for slow motion: the rate at which the pictures were truly taken. `detector` is MediaPipe's unless
    another is given; it looks at one frame of `detect_every`, and keypoints between go straight from one look to the
    next. Up to `people` are lifted; `person` says who is first: the most "prominent", the "largest", the "left" or
    "right" one, the most "central", or a number in the order of prominence, from 1. Raises FileNotFoundError or
    ValueError where there is no video or nobody in it.
    """
    video = open_video(path, start_seconds=start_seconds, end_seconds=end_seconds, fps=fps)
    with scratch_for(len(video)) as scratch:
        return lift_video_rows(
            video,
            scratch,
            detector=detector,
            detect_every=detect_every,
            people=people,
            person=person,
            camera=camera,
            height=height,
            model=model,
            mirror=mirror,
            smooth=smooth,
            lock_feet=lock_feet,
            providers=providers,
            progress=progress,
        ).loaded()


def lift_video_rows(
    video: Video,
    scratch: Scratch,
    *,
    detector: Detector | None = None,
    detect_every: int = 1,
    people: int = 1,
    person: Whom = "prominent",
    **how: Unpack[LiftOptions],
) -> RecordingRows:
    """Do what `lift_video` does in memory that does not grow with the video; the result is read from `scratch`."""
    how["camera"] = checked_camera(how.get("camera"), video.image_size)
    find_model(how.get("model", "default"))
    checked_choice(person, people)
    watched, progress = video.every(detect_every), how.get("progress")

    def detecting(done: int, expected: int) -> None:
        if progress is not None:
            progress("detecting", done, expected)

    with nullcontext(detector) if detector is not None else closing(open_detector("mediapipe")) as chosen:
        seen = detect_people(
            watched, chosen, scratch, how["camera"], people=people, whom=person, progress=detecting
        )
    if seen.motion.kind == "moved":
        how["lock_feet"] = False  # What stands on the ground moves as the camera sees it.
    filled = [fill_between(each, detect_every, video.fps) for each in seen.people]
    return replace(record_rows(filled, scratch, **how), camera_motion=seen.motion)
