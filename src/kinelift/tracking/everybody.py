"""Everybody in a video, found picture by picture and told apart."""

from __future__ import annotations

from array import array
from collections.abc import Callable

import numpy as np
from jaxtyping import Float, Int

from kinelift.body.rows import MadeRows, Rows, Scratch
from kinelift.detection import Detection, Detector
from kinelift.tracking.camera_watch import CameraWatch
from kinelift.tracking.choice import SHORTEST_SECONDS, Standing, Whom, in_order, standing_of
from kinelift.tracking.clothes import colours_of
from kinelift.tracking.people import PeopleTracker
from kinelift.tracking.writing import WrittenDetections
from kinelift.video import Video


def track_everybody(
    pictures: Video,
    detector: Detector,
    scratch: Scratch,
    scale: Float[np.ndarray, " axis"],
    people: int,
    whom: Whom,
    watch: CameraWatch,
    progress: Callable[[int, int], None] | None,
) -> list[WrittenDetections]:
    """Find everybody in every picture and return up to `people` of them, in the order in which they are meant.

    `scale` is pixels of the video in a pixel of the pictures. What is kept in memory is a few numbers a detection.
    """
    joints, size = len(detector.skeleton), pictures.image_size
    tracker = PeopleTracker(detector.skeleton, pictures.fps, size)
    found = _Found(scratch, joints, scale)
    for frame in map(watch.looking_on, pictures):
        detections = detector.detect(frame.image)
        watch.saw(detections)
        colours = [colours_of(frame.image, each, detector.skeleton) for each in detections]
        found.add(
            frame.index, frame.time_seconds, detections, tracker.follow(frame.index, detections, colours)
        )
        for number, detection in zip(found.last_tracklets, found.last_detections, strict=True):
            standing = standing_of(detection, detector.skeleton, size)
            if standing is not None:
                found.stands(number, standing)
        if progress is not None:
            progress(found.frames, max(found.frames, len(pictures)))
    who = tracker.finish()
    standings = found.standings(who, SHORTEST_SECONDS * pictures.fps)
    return [found.of(person, who) for person in in_order(list(standings.items()), whom)[:people]]


class _Found:
    """All detections of a video, one after the other, and which tracklet each is of."""

    def __init__(self, scratch: Scratch, joints: int, scale: Float[np.ndarray, " axis"]) -> None:
        self._scale, self._joints = scale, joints
        self._points = scratch.spool(None, (joints, 2), np.dtype(np.float32))
        self._scores = scratch.spool(None, (joints,), np.dtype(np.float32))
        self._times = scratch.spool(None, (), np.dtype(np.float64))
        self._frames, self._tracklets = array("q"), array("q")
        self._standings: dict[int, Standing] = {}
        self.frames = 0
        self.last_tracklets: list[int] = []
        self.last_detections: list[Detection] = []
        """Of the frame added last, those that are of somebody."""

    def add(
        self, index: int, time_seconds: float, detections: list[Detection], tracklets: list[int | None]
    ) -> None:
        """Take a frame's."""
        pairs = [(t, d) for t, d in zip(tracklets, detections, strict=True) if t is not None]
        self.last_tracklets, self.last_detections = [t for t, _ in pairs], [d for _, d in pairs]
        self._times.append(np.array([time_seconds]))
        self.frames += 1
        if pairs:
            self._points.append(np.stack([d.points_px for _, d in pairs]) * self._scale)
            self._scores.append(np.stack([d.scores for _, d in pairs]))
            self._frames.extend([index] * len(pairs))
            self._tracklets.extend(self.last_tracklets)

    def stands(self, tracklet: int, standing: Standing) -> None:
        """Note how a tracklet's body stood out in a frame."""
        before = self._standings.get(tracklet)
        self._standings[tracklet] = standing if before is None else before.joined(standing)

    def standings(self, who: dict[int, int], least_sights: float) -> dict[int, Standing]:
        """Return how each person stands out who is in sight for long enough."""
        people: dict[int, Standing] = {}
        for tracklet, standing in sorted(self._standings.items()):
            before = people.get(who[tracklet])
            people[who[tracklet]] = standing if before is None else before.joined(standing)
        return {person: standing for person, standing in people.items() if standing.sights >= least_sights}

    def of(self, person: int, who: dict[int, int]) -> WrittenDetections:
        """Return one person's, a row a frame."""
        ids = np.array([who[tracklet] for tracklet in self._tracklets], int)
        own = np.flatnonzero(ids == person)
        at = np.frombuffer(self._frames, np.int64)[own] if len(own) else np.zeros(0, np.int64)

        def rows(of: Rows, nothing: float) -> Rows:
            def made(start: int, stop: int) -> np.ndarray:
                return _spread(of, own, at, start, stop, nothing)

            return MadeRows((self.frames, *of.shape[1:]), of.dtype, made)

        return WrittenDetections(rows(self._points, np.nan), rows(self._scores, 0.0), self._times)


def _spread(
    values: Rows,
    own: Int[np.ndarray, " detection"],
    at: Int[np.ndarray, " detection"],
    start: int,
    stop: int,
    nothing: float,
) -> np.ndarray:
    """Return a stretch of frames with the values of those detections that fall into it."""
    made = np.full((stop - start, *values.shape[1:]), nothing, values.dtype)
    first, last = np.searchsorted(at, (start, stop))
    if first < last:
        read = values[int(own[first]) : int(own[last - 1]) + 1]
        made[at[first:last] - start] = read[own[first:last] - own[first]]
    return made
