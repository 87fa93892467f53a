"""From a file of motion or keypoints to another."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from kinelift.body import Keypoints, Motion, Recording
from kinelift.cli.chosen_people import chosen_id
from kinelift.cli.clipping import chosen_frames
from kinelift.cli.options import ClipOptions, WritingOptions
from kinelift.interop.keypoint_formats import may_hold_keypoints
from kinelift.interop.keypoints import read_keypoints, read_people
from kinelift.interop.motion_formats import read_motion
from kinelift.results import KEYPOINT_FORMATS, write


def convert(source: Path, out: Path, clip: ClipOptions, writing: WritingOptions) -> None:
    """Read a source, write it as `out` is called and print the paths."""
    if out.exists() and source.exists() and out.samefile(source):
        raise ValueError(f"{out}: is what is to be read; give the result another name.")
    motion = None if clip.format is not None else read_motion(source)
    read = _keypoints(source, out, clip) if motion is None else _chosen(motion, source, clip)
    written = write(read, out, units=writing.units, fps=writing.out_fps, naming=writing.naming)
    print(*([out] if out.is_dir() else written), sep="\n")


def _keypoints(source: Path, out: Path, clip: ClipOptions) -> dict[int, Keypoints]:
    """Read everybody in a file of keypoints, or the one chosen."""
    if clip.format is None and not may_hold_keypoints(source):
        if source.is_dir():
            raise ValueError(
                f"{source}: is a folder without keypoints that kinelift knows; convert takes one clip."
            )
        raise ValueError(f"{source}: holds neither motion nor keypoints; a video is for kinelift lift.")
    if out.suffix.lower() not in KEYPOINT_FORMATS:
        raise ValueError(
            f"{out}: {source} holds keypoints, which are written as {', '.join(KEYPOINT_FORMATS)}. Other formats hold "
            "a body in space: kinelift lift makes one, with --only in the format wanted."
        )
    said = {
        "format": clip.format,
        "fps": clip.fps,
        "image_size": clip.image_size,
        "skeleton": clip.skeleton,
    }
    person = chosen_id(clip, source)
    people = (
        read_people(source, **said)
        if person is None
        else {person: read_keypoints(source, **said, person=person)}
    )
    return {
        id: keypoints.between(chosen_frames(clip, len(keypoints), keypoints.fps, source))
        for id, keypoints in people.items()
    }


def _chosen(result: Recording | Motion, source: Path, clip: ClipOptions) -> Recording | Motion:
    """Take who and when is asked for."""
    for name in ("fps", "image_size", "skeleton"):
        if getattr(clip, name) is not None:
            raise ValueError(
                f"{source}: holds motion, which says it itself; --{name.replace('_', '-')} is for keypoints. "
                "--out-fps brings motion to another rate."
            )
    if isinstance(result, Motion):
        if clip.person is not None:
            raise ValueError(f"{source}: holds one person's motion; leave --person out.")
        return result.between(chosen_frames(clip, len(result), result.fps, source))
    if not result.people:
        raise ValueError(f"{source}: holds nobody.")
    people = tuple(person for person in result.people if clip.person in (None, person.id))
    if not people:
        ids = ", ".join(str(person.id) for person in result.people)
        raise ValueError(f"{source}: person {clip.person} is not in it; it holds {ids}.")
    rows = chosen_frames(clip, len(result.times_seconds), result.fps, source)
    return replace(result, people=people).between(rows)
