"""From who was seen in each frame to one track a person."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from kinelift.body import Skeleton
from kinelift.interop.keypoint_frames import Detection, Frame, frame_rows
from kinelift.interop.keypoint_identities import told_apart
from kinelift.interop.keypoint_source import Source
from kinelift.interop.keypoint_track import Track

log = logging.getLogger(__name__)

_People = dict[int, dict[int, Detection]]
"""By person and row."""

FARTHEST_SHARE = 2.0
"""Coordinates of which half lie below are shares of the image: no body is two pixels in size."""


def tracks_of(
    source: Source,
    frames: Sequence[Frame],
    layouts: Mapping[int, Skeleton],
    *,
    skeleton: Skeleton | None = None,
    fps: float | None = None,
    image_size: tuple[int, int] | None = None,
    in_pixels: bool = False,
) -> tuple[Track, ...]:
    """Give each person a row a frame, missing where they were not seen, and scores from 0 to 1.

    `layouts` tells by the number of keypoints which skeleton they are, or begin with. `skeleton` is what the file
    names itself. Small coordinates are shares of the image unless the file says `in_pixels`.
    """
    try:
        rows = frame_rows([frame.name for frame in frames])
        joints = _joints(frames)
        people = _by_person(_identified(frames, rows, source))
    except ValueError as error:
        raise ValueError(f"{source.path}: {error}") from error
    likely = skeleton or layouts.get(joints)
    kept = len(likely) if likely is not None and joints in layouts else joints
    scale = _highest_score(people, source)
    relative = not in_pixels and _are_shares(people)
    tracks = []
    for person in sorted(people):
        points, scores = _stacked(people[person], max(rows) + 1, kept)
        scores = np.where(np.isfinite(scores), np.clip(scores / scale, 0.0, 1.0), 0.0).astype(np.float32)
        tracks.append(
            Track(person, points, scores, skeleton, fps, image_size, likely=likely, relative=relative)
        )
    return tuple(tracks)


def _stacked(seen: Mapping[int, Detection], rows: int, joints: int) -> tuple[np.ndarray, np.ndarray]:
    points = np.full((rows, joints, 2), np.nan, np.float32)
    scores = np.zeros((rows, joints), np.float32)
    for row, detection in seen.items():
        points[row], scores[row] = detection.points[:joints], detection.scores[:joints]
    return points, scores


def _identified(
    frames: Sequence[Frame], rows: Sequence[int], source: Source
) -> Iterator[tuple[int, int, Detection]]:
    """Give (person, row, detection), by the file's identities where it has any."""
    ordered = sorted(zip(rows, frames, strict=True), key=lambda pair: pair[0])
    said = [d.person for frame in frames for d in frame.people]
    if any(person is not None for person in said):
        unsaid = said.count(None)
        if unsaid:
            log.warning(
                "%s: %d of %d detections have no identity and are left out", source.path, unsaid, len(said)
            )
        yield from (
            (d.person, row, d) for row, frame in ordered for d in frame.people if d.person is not None
        )
        return
    given = told_apart([(row, [_seen(d) for d in frame.people]) for row, frame in ordered])
    people = {id for ids in given for id in ids if id is not None}
    if len(people) > 1:
        log.info("%s: holds no identities; %d people told apart by their places", source.path, len(people))
    for (row, frame), ids in zip(ordered, given, strict=True):
        yield from ((id, row, d) for id, d in zip(ids, frame.people, strict=True) if id is not None)


def _seen(detection: Detection) -> np.ndarray:
    return np.where((detection.scores > 0)[:, None], detection.points, np.nan)


def _by_person(detections: Iterator[tuple[int, int, Detection]]) -> _People:
    """Return detections by person and row, the most certain where somebody is found twice in a frame."""
    people: _People = {}
    for person, row, detection in detections:
        seen = people.setdefault(person, {})
        if row not in seen or np.nansum(detection.scores) > np.nansum(seen[row].scores):
            seen[row] = detection
    return people


def _each(people: _People) -> Iterator[Detection]:
    return (detection for seen in people.values() for detection in seen.values())


def _joints(frames: Sequence[Frame]) -> int:
    counts = {len(detection.points) for frame in frames for detection in frame.people}
    if not counts:
        raise ValueError("nobody was found in any frame.")
    if len(counts) > 1:
        raise ValueError(f"as many keypoints of everybody expected, got {sorted(counts)}.")
    return counts.pop()


def _highest_score(people: _People, source: Source) -> float:
    """Return what scores are divided by: some detectors' go beyond 1."""
    highest = max(float(np.nanmax(detection.scores, initial=0.0)) for detection in _each(people))
    if highest > 1.0:
        log.info("%s: scores go up to %.3g; they are divided by that", source.path, highest)
    return max(highest, 1.0)


def _are_shares(people: _People) -> bool:
    coordinates = np.concatenate([_seen(detection).ravel() for detection in _each(people)])
    known = np.abs(coordinates[np.isfinite(coordinates)])
    return known.size > 0 and float(np.median(known)) <= FARTHEST_SHARE
