"""Stages 1 to 3 chained: a video in, one person's keypoints out, or several people's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinelift.body import Camera, Keypoints
from kinelift.body.camera_motion import CameraMotion
from kinelift.body.rows import KeypointRows, Rows, Scratch
from kinelift.detection import Detector, longest_side_wanted, sees_everybody
from kinelift.tracking.camera_watch import CameraWatch
from kinelift.tracking.choice import SHORTEST_SECONDS, Whom, checked_choice
from kinelift.tracking.everybody import track_everybody
from kinelift.tracking.follow import follow
from kinelift.tracking.masked import Masks
from kinelift.tracking.one_body import follow_one_body
from kinelift.tracking.prominence import find_person
from kinelift.tracking.taken_back import taken_back
from kinelift.tracking.track import STRETCH_FRAMES
from kinelift.tracking.writing import DetectionWriter, WrittenDetections
from kinelift.video import Frame, Video

Progress = Callable[[int, int], None]
"""Called with the frames done and the frames expected, an estimate."""


@dataclass(frozen=True, eq=False)
class TrackedPerson:
    """One person's keypoints and when each row was taken."""

    keypoints: KeypointRows
    times_seconds: Rows
    """(frame,) Time of each row in the file."""

    @classmethod
    def of(cls, keypoints: Keypoints, times_seconds: Float[np.ndarray, " frame"]) -> TrackedPerson:
        """Return a person whose keypoints are in memory."""
        return cls(KeypointRows.of(keypoints), times_seconds)


@dataclass(frozen=True, eq=False)
class Watched:
    """A video's people, and how the camera moved."""

    people: list[TrackedPerson]
    """As the first frame's camera would see them, where the camera turned."""
    motion: CameraMotion


def detect_person(
    video: Video, detector: Detector, scratch: Scratch, progress: Progress | None = None
) -> TrackedPerson:
    """Follow the most prominent person through a video; see `detect_people`."""
    camera = Camera.assumed(video.image_size)
    return detect_people(video, detector, scratch, camera, progress=progress).people[0]


def detect_people(
    video: Video,
    detector: Detector,
    scratch: Scratch,
    camera: Camera,
    *,
    people: int = 1,
    whom: Whom = "prominent",
    progress: Progress | None = None,
) -> Watched:
    """Follow up to so many people through a video, each a row a frame, NaN where not seen; `whom` says who is first.

    One person is followed from where he was seen in the opening, which is read twice. Of several, those that a detector
    which sees everybody finds are told apart as they go; with another the video is read once for each, those before
    painted over. The background tells how the camera moved meanwhile; `camera` is what is known of it at first. Rows
    lie in `scratch`: memory does not grow with the video. ValueError where nobody is seen.
    """
    checked_choice(whom, people)
    pictures = video.no_larger_than(longest_side_wanted(detector))
    scale = np.divide(video.image_size, pictures.image_size, dtype=np.float32)
    watch = CameraWatch(camera, scratch)
    if people > 1 and sees_everybody(detector):
        found = track_everybody(pictures, detector, scratch, scale, people, whom, watch, progress)
    else:
        found = list(_one_after_the_other(pictures, detector, scratch, scale, people, whom, watch, progress))
    if not found:
        raise ValueError(
            f"{video.path}: nobody was found in it. A person must be in sight, large enough to make out."
        )
    path = watch.done()
    tracked = []
    for each in found:
        seen = KeypointRows(each.points, each.scores, detector.skeleton, video.fps, video.image_size)
        still = taken_back(seen, path, camera)
        # What cannot be the body that was followed is left out.
        tracked.append(TrackedPerson(follow_one_body(still, scratch, STRETCH_FRAMES, None), each.times))
    return Watched(tracked, path.motion)


def _one_after_the_other(
    pictures: Video,
    detector: Detector,
    scratch: Scratch,
    scale: Float[np.ndarray, " axis"],
    people: int,
    whom: Whom,
    watch: CameraWatch,
    progress: Progress | None,
) -> Iterator[WrittenDetections]:
    """Yield people, each followed through pictures in which those before are painted over."""
    masks = Masks(detector.skeleton, pictures.fps, scale)
    for number in range(people):
        # Whoever was found is painted over, so that the next of a number is the same number again.
        first = find_person(map(masks.hidden, pictures), detector, pictures.fps, whom)
        if first is None:
            return
        writer = DetectionWriter(scratch, len(detector.skeleton), scale)

        def timed(frame: Frame, writer: DetectionWriter = writer) -> Frame:
            writer.times.append(frame.time_seconds)
            return masks.hidden(frame)

        watched = map(timed, pictures) if number else map(watch.looking_on, map(timed, pictures))
        for detection in follow(watched, detector, first, pictures.fps):
            writer.add(detection)
            watch.saw([] if detection is None else [detection])
            if progress is not None:
                done = number * len(pictures) + writer.count
                progress(done, max(done, people * len(pictures)))
        if number and writer.seen < SHORTEST_SECONDS * pictures.fps:
            return
        found = writer.written()
        masks.add(found)
        yield found
