"""From what the command line says to a recording."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np

from kinelift.body import Keypoints, Recording
from kinelift.cli.options import BodyOptions, CameraOptions, ClipOptions
from kinelift.cli.progress import Show, progress
from kinelift.interop.keypoints import keypoint_format, read_keypoints, read_people
from kinelift.pipeline import lift_video, record
from kinelift.tracking import TrackedPerson
from kinelift.weights import find_model


def lift_source(source: Path, clip: ClipOptions, camera: CameraOptions, body: BodyOptions) -> Recording:
    """Lift a video or a file of keypoints, showing progress."""
    find_model(body.model)
    with progress() as show:
        if keypoint_format(source) is None:
            return _lift_video(source, clip, camera, body, show)
        return _lift_keypoints(source, clip, camera, body, show)


def _lift_video(
    source: Path, clip: ClipOptions, camera: CameraOptions, body: BodyOptions, show: Show
) -> Recording:
    from kinelift.video import open_video

    def shown(what: str, done: int, expected: int) -> None:
        show(what, done, expected)
        if done >= expected:
            show("lifting", 0, 0)

    for name in ("image_size", "skeleton", "person"):
        if getattr(clip, name) is not None:
            raise ValueError(
                f"{source}: --{name.replace('_', '-')} is for keypoints, not for videos; leave it out."
            )
    video = open_video(source, start_seconds=clip.start, end_seconds=clip.end, fps=clip.fps)
    return lift_video(
        source,
        camera=camera.camera(video.image_size),
        height=body.height,
        model=body.model,
        mirror=body.mirror,
        start_seconds=clip.start,
        end_seconds=clip.end,
        fps=clip.fps,
        progress=shown,
    )


def _lift_keypoints(
    source: Path, clip: ClipOptions, camera: CameraOptions, body: BodyOptions, show: Show
) -> Recording:
    """Lift everybody in a file of keypoints, or the one chosen."""
    said = {"fps": clip.fps, "image_size": clip.image_size, "skeleton": clip.skeleton}
    if clip.person is None:
        people = read_people(source, **said)
    else:
        people = {clip.person: read_keypoints(source, **said, person=clip.person)}
    show("lifting", 0, 0)
    tracked = [_cut(keypoints, clip, source) for keypoints in people.values()]
    recording = record(
        tracked,
        camera=camera.camera(tracked[0].keypoints.image_size),
        height=body.height,
        model=body.model,
        mirror=body.mirror,
    )
    named = zip(people, recording.people, strict=True)
    return replace(recording, people=tuple(replace(person, id=id) for id, person in named))


def _cut(keypoints: Keypoints, clip: ClipOptions, source: Path) -> TrackedPerson:
    """Take the rows from start to end, in seconds at the keypoints' rate."""
    start, end = clip.start or 0.0, math.inf if clip.end is None else clip.end
    if not (math.isfinite(start) and start >= 0 and end > start):
        raise ValueError(
            f"--start and --end: seconds from 0 on, start before end, got {start:g} and {end:g}."
        )
    times = np.arange(len(keypoints)) / keypoints.fps
    rows = (times >= start - 1e-6) & (times < end - 1e-6)
    if not rows.any():
        raise ValueError(f"{source}: no frame between {start:g} and {end:g} s; it ends at {times[-1]:.2f} s.")
    kept = replace(keypoints, points_px=keypoints.points_px[rows], scores=keypoints.scores[rows])
    return TrackedPerson(kept, times[rows])
