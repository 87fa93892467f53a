"""Lifting as it happens: a frame of keypoints in, a body in metres out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float
from numpy.typing import ArrayLike

from kinelift.body import Camera, Keypoints, Skeleton, map_skeleton
from kinelift.lifting import load_network
from kinelift.lifting.gather import Gather
from kinelift.lifting.line_of_sight import LineOfSight
from kinelift.lifting.live_clock import LiveClock, LiveFrame
from kinelift.lifting.live_lifter import LiveLifter, Tick
from kinelift.lifting.rates import LIVE_SLACK, Phases, live_delay, plan_rate
from kinelift.passes import checked_camera
from kinelift.placing.bones import check_height
from kinelift.placing.live import PLACE_LIVE_LOOK_AHEAD, LivePlacer
from kinelift.placing.smooth import checked_span
from kinelift.placing.smooth_live import SMOOTH_LIVE_LOOK_AHEAD, LiveSmoother
from kinelift.tracking.live_leaps import CUT_LEAPS_LIVE_LOOK_AHEAD, LeapGate
from kinelift.weights.forms import find_lifter


class LiftStream:
    """Lifts one person's keypoints, or several people's at once, a frame at a time.

    What `lift` does to a whole clip, by steps that need no later frame than the model itself does: `look_ahead_seconds`
    after a frame its pose is final. Each layer of the network is computed once a frame.

    A joint whose point is NaN or infinite, or whose score is 0 or NaN, was not seen; a frame of such joints says that
    nobody was. Then the last pose goes on for a while and is held after that, until the person is seen again. Leaps to
    another place or body, and joints that jump away, count as not seen for half a second and are believed after that.
    """

    def __init__(
        self,
        model: str | Path,
        *,
        fps: float,
        image_size: tuple[int, int],
        skeleton: Skeleton,
        camera: Camera | None = None,
        height: float | None = None,
        smooth: float = 0.0,
        streams: int = 1,
        providers: Sequence[str] | None = None,
    ) -> None:
        """Begin with a shipped model or a path to an .onnx file, for frames that come `fps` times a second.

        Without a camera a centred one of 60 degrees across the longer side is assumed. `height` is standing stature in
        metres, sole to crown. With `smooth`, seconds such as 0.1, joints follow lines through where they were that long
        ago and since, each by how sure it is; nothing comes later for it. With several streams all arrays have a
        leading axis of that length.

        Raises ValueError for a rate, size, camera, height, span or number that cannot be, and for a skeleton that
        shares no joint with the model's.
        """
        network = load_network(find_lifter(model, providers), providers)
        facts = network.facts
        _check_layout(skeleton, facts.input_skeleton, fps, image_size)
        check_height(height)
        if not streams >= 1:
            raise ValueError(f"streams: 1 or more expected, got {streams}.")
        self.skeleton = facts.output_skeleton
        """Joints of the poses; joint 0 is the root."""
        self._network, self._fps, self._streams, self._height = network, float(fps), streams, height
        self._smooth_seconds = checked_span(smooth)
        self._source, self._image_size = skeleton, (int(image_size[0]), int(image_size[1]))
        self._camera = checked_camera(camera, self._image_size)
        self._sight = LineOfSight(self._camera)
        self._gather = Gather(skeleton, facts.input_skeleton, facts.output_skeleton)
        self._plan = plan_rate(self._fps, facts.fps)
        self._delay = (
            live_delay(self._plan, facts.look_ahead)
            + CUT_LEAPS_LIVE_LOOK_AHEAD
            + PLACE_LIVE_LOOK_AHEAD
            + SMOOTH_LIVE_LOOK_AHEAD
        )
        self._phases = self._plan.count if isinstance(self._plan, Phases) else 1
        self.reset()

    @property
    def look_ahead_seconds(self) -> float:
        """How late poses are: the model's look-ahead and, where rates differ, what resampling waits for."""
        return self._delay / self._fps

    def reset(self) -> None:
        """Forget all frames: the next one is the first of another clip."""
        self._clock = LiveClock(self._fps, self._plan)
        self._gate = LeapGate(self._source, self._streams, self._image_size)
        self._lifter = LiveLifter(self._network, self._camera, self._streams, self._phases)
        self._placer = LivePlacer(self.skeleton, self._gather.marked, self._streams, self._height)
        self._smoother = (
            LiveSmoother(self.skeleton, self._streams, self._smooth_seconds) if self._smooth_seconds else None
        )
        self._answered, self._ended = -math.inf, False

    @property
    def observed(self) -> bool | Bool[np.ndarray, " stream"]:
        """Whether the pose returned last rests on keypoints, of each stream; False before the first."""
        if not math.isfinite(self._answered):
            return False if self._streams == 1 else np.zeros(self._streams, bool)
        observed = np.broadcast_to(self._placer.observed, self._streams)
        return bool(observed[0]) if self._streams == 1 else observed.copy()

    @property
    def expected_error_m(self) -> Float[np.ndarray, "*stream joint"]:
        """How far each joint of the pose returned last, relative to the root, is expected to be from the truth, metres.

        NaN if the person was not observed then, from models that do not tell it, and before the first pose; after
        `flush`, of the last of its poses.
        """
        errors = self._errors()
        return errors[0] if self._streams == 1 else errors

    def _errors(self) -> Float[np.ndarray, "stream joint"]:
        errors = np.full((self._streams, len(self.skeleton)), np.nan)
        if math.isfinite(self._answered):
            observed = np.broadcast_to(self._placer.observed, self._streams)
            told = self._lifter.expected_error_at(self._answered / self._clock.frames_per_tick)
            errors = np.where(observed[:, None], told * self._placer.scale, errors)
        return errors

    def push(
        self, points_px: ArrayLike, scores: ArrayLike, *, time_seconds: float | None = None
    ) -> Float[np.ndarray, "*stream joint 3"] | None:
        """Take a frame and return the pose at its time less `look_ahead_seconds`: metres, camera frame, root included.

        points_px (joint, 2) are continuous pixels, scores (joint,) in [0, 1]. None until that time reaches the first
        frame in which the person was seen; with several streams, the first of anybody's, and the rows of those who
        were not seen yet are NaN. `time_seconds` is for frames that do not come at a steady rate: given for each of
        them, and growing. What is seen is then interpolated, but not across gaps of more than 0.2 s, in which nobody
        was seen; where the model does not look ahead, a pose between its ticks goes on from the last two.

        Raises ValueError for other shapes, scores outside [0, 1], and times that do not grow or are not always given.
        """
        if self._ended:
            raise ValueError("push: the stream has been flushed. Call reset() to begin another clip.")
        points, seen = self._checked(points_px, scores)
        at = self._clock.position(time_seconds)
        frame = LiveFrame(at, *self._gather(points, self._gate.trusted(points, seen, at / self._fps)))
        self._clock.push(frame, time_seconds)
        self._feed()
        pose = self._pose(at - self._delay)
        return None if pose is None else pose[0] if self._streams == 1 else pose

    def flush(self) -> Float[np.ndarray, "frame *stream joint 3"]:
        """Return the poses that the look-ahead still holds, one a frame, and end the clip.

        What comes after the last frame is taken to be as it was, as at the end of a clip.
        """
        poses = []
        for at in () if self._ended else self._clock.after(self._answered):
            while self._clock.latest.at < at + self._delay - LIVE_SLACK:
                self._clock.repeat()
                self._feed()
            pose = self._pose(at)
            if pose is not None:
                poses.append(pose)
        self._ended = True
        shape = (len(poses), self._streams, len(self.skeleton), 3)
        stacked = np.stack(poses) if poses else np.empty(shape, np.float32)
        return stacked[:, 0] if self._streams == 1 else stacked

    def _checked(
        self, points_px: ArrayLike, scores: ArrayLike
    ) -> tuple[Float[np.ndarray, "stream joint 2"], Float[np.ndarray, "stream joint"]]:
        """Return points, finite throughout, and scores, 0 where nothing was seen."""
        # Keypoints of clips are kept in single precision, and a stream is to see what `lift` does.
        points, scores = np.asarray(points_px, np.float32), np.asarray(scores, np.float32)
        joints = len(self._source)
        expected = (joints,) if self._streams == 1 else (self._streams, joints)
        if points.shape != (*expected, 2) or scores.shape != expected:
            raise ValueError(
                f"points_px and scores: shapes {(*expected, 2)} and {expected} expected for {self._source.name}"
                f"{'' if self._streams == 1 else f' and {self._streams} streams'}, got {points.shape} and "
                f"{scores.shape}. Push one frame at a time, in the skeleton the stream was made for."
            )
        points = points.reshape(-1, joints, 2).astype(np.float64)
        scores = scores.reshape(-1, joints).astype(np.float64)
        likely = (scores > 0) & (scores <= 1)
        if np.count_nonzero(likely) == likely.size and np.isfinite(points).all():
            return points, scores
        _check_scores(scores)
        seen = likely & np.isfinite(points).all(-1)
        return np.where(seen[..., None], points, 0.0), np.where(seen, scores, 0.0)

    def _feed(self) -> None:
        """Let the network have the ticks that are due."""
        skipped, due = self._clock.due(most=self._network.facts.receptive_field * self._phases)
        if skipped:
            self._lifter.skip(skipped)
        read = self._gather.read
        self._lifter.feed([Tick(frame.points_px[:, :read], frame.scores[:, :read]) for frame in due])

    def _pose(self, at: float) -> Float[np.ndarray, "stream joint 3"] | None:
        """Place the pose of a time that the network has answered for, in frames; None before the first."""
        if at < -LIVE_SLACK:
            return None
        joints = self._lifter.pose_at(at / self._clock.frames_per_tick)
        frame, read = self._clock.seen_at(at), self._gather.read
        rays, scores = self._sight.rays(frame.points_px[:, read:], frame.scores[:, read:])
        frames = at - self._answered if self._answered >= 0 else 1.0
        self._answered = at
        placed = self._placer.place(joints, rays, scores, frames / self._fps)
        if placed is None or self._smoother is None:
            return placed
        return self._smoother.smooth(placed, self._errors(), frames / self._fps)


def _check_layout(skeleton: Skeleton, read: Skeleton, fps: float, image_size: tuple[int, int]) -> None:
    """Raise what keypoints of a clip would, were they made or mapped."""
    joints = len(skeleton)
    nobody = Keypoints(np.full((1, joints, 2), np.nan), np.zeros((1, joints)), skeleton, fps, image_size)
    map_skeleton(nobody, read)


def _check_scores(scores: Float[np.ndarray, "..."]) -> None:
    known = scores[~np.isnan(scores)]
    if known.size and not (known.min() >= 0 and known.max() <= 1):
        raise ValueError(
            f"scores: values in [0, 1] expected, got {known.min():.3g} to {known.max():.3g}. "
            "Divide by the largest score the detector gives."
        )
