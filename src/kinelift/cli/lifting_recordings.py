"""From what the command line says to a recording."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import numpy as np

from kinelift.body import Keypoints
from kinelift.body.rows import RecordingRows, Scratch
from kinelift.cli.chosen_people import chosen_in_keypoints, chosen_in_video
from kinelift.cli.clipping import chosen_frames
from kinelift.cli.options import ClipOptions, Lifting
from kinelift.cli.progress import Show, progress
from kinelift.interop.keypoint_formats import may_hold_keypoints
from kinelift.interop.keypoints import read_keypoints, read_people
from kinelift.pipeline import lift_video_rows, record_rows, with_ids
from kinelift.tracking.person import TrackedPerson

MOTION_SUFFIXES = (".bvh", ".c3d", ".trc", ".glb", ".gltf", ".fbx", ".amc")


def lift_source(source: Path, lifting: Lifting, scratch: Scratch) -> RecordingRows:
    """Lift a video or a file of keypoints, showing progress; the result is read from `scratch`."""
    with progress() as show:
        of_keypoints = lifting.clip.format is not None or may_hold_keypoints(source)
        lift = _lift_keypoints if of_keypoints else _lift_video
        return lift(source, lifting, scratch, show)


def _lift_video(source: Path, lifting: Lifting, scratch: Scratch, show: Show) -> RecordingRows:
    from kinelift.detection.named import open_detector
    from kinelift.video import open_video

    if source.suffix.lower() in MOTION_SUFFIXES:
        raise ValueError(
            f"{source}: {source.suffix} files hold motion in space, which is lifted already; a video or keypoints are "
            "expected."
        )
    clip, body = lifting.clip, lifting.body
    for name in ("image_size", "skeleton"):
        if getattr(clip, name) is not None:
            raise ValueError(
                f"{source}: --{name.replace('_', '-')} is for keypoints, not for videos; leave it out."
            )
    video = open_video(source, start_seconds=clip.start, end_seconds=clip.end, fps=clip.fps)
    camera = lifting.camera.camera(video.image_size)
    people, person = chosen_in_video(lifting)
    with closing(open_detector(lifting.road.detector, lifting.road.detector_models)) as detector:
        return lift_video_rows(
            video,
            scratch,
            detector=detector,
            camera=camera,
            height=body.height,
            model=body.model,
            mirror=body.mirror,
            smooth=body.smooth,
            lock_feet=body.lock_feet,
            detect_every=lifting.road.detect_every,
            people=people,
            person=person,
            progress=show,
        )


def _lift_keypoints(source: Path, lifting: Lifting, scratch: Scratch, show: Show) -> RecordingRows:
    """Lift everybody in a file of keypoints, or the one chosen."""
    clip, body = lifting.clip, lifting.body

    said = {
        "format": clip.format,
        "fps": clip.fps,
        "image_size": clip.image_size,
        "skeleton": clip.skeleton,
    }
    person = chosen_in_keypoints(lifting, source)
    people = (
        read_people(source, **said)
        if person is None
        else {person: read_keypoints(source, **said, person=person)}
    )
    tracked = [_cut(keypoints, clip, source) for keypoints in people.values()]
    recording = record_rows(
        tracked,
        scratch,
        camera=lifting.camera.camera(tracked[0].keypoints.image_size),
        height=body.height,
        model=body.model,
        mirror=body.mirror,
        smooth=body.smooth,
        lock_feet=body.lock_feet,
        progress=show,
    )
    return with_ids(recording, list(people))


def _cut(keypoints: Keypoints, clip: ClipOptions, source: Path) -> TrackedPerson:
    """Take the rows from start to end."""
    rows = chosen_frames(clip, len(keypoints), keypoints.fps, source)
    return TrackedPerson.of(keypoints.between(rows), np.arange(rows.start, rows.stop) / keypoints.fps)
