"""A clip lifted stretch by stretch, as it would be lifted whole."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from kinelift.body.camera import Camera
from kinelift.body.mapping import map_skeleton
from kinelift.body.motion import Keypoints
from kinelift.body.rows import KeypointRows
from kinelift.geometry.between_frames import sample_points, sample_values
from kinelift.lifting.lifted import Lifted
from kinelift.lifting.lifter import Lifter
from kinelift.lifting.rates import Phases, Resampled, plan_rate


class StretchLifter:
    """Lifts the stretches of one clip in their order.

    A stretch is lifted with as much of the clip on both sides as the network's receptive field reaches. Phases and
    resampled frames are those of the clip. Of what comes before, only where and how large the person was seen last
    is remembered: frames where nobody is seen are read by that.
    """

    def __init__(self, lifter: Lifter, clip: KeypointRows, camera: Camera) -> None:
        self._lifter, self._clip, self._camera = lifter, clip, camera
        self._plan = plan_rate(clip.fps, lifter.network.facts.fps)
        self._last_seen: Keypoints | None = None

    def lift(self, start: int, stop: int) -> Lifted:
        """Return the poses of the stretch that follows the last one lifted; see `Lifter.lift`."""
        if (start, stop) == (0, len(self._clip)):
            return self._lifter.lift(self._clip[:], self._camera)
        match self._plan:
            case Phases(count):
                return self._lift_phases(start, stop, count)
            case Resampled(step):
                return self._lift_resampled(start, stop, step)

    def _lift_phases(self, start: int, stop: int, count: int) -> Lifted:
        """Lift frames whose phases are the clip's: the first is a multiple of `count`.

        At the end one more of each phase is read, for short phases repeat the last frame.
        """
        facts, frames = self._lifter.network.facts, len(self._clip)
        first, following = (max(0, at - facts.past * count) // count * count for at in (start, stop))
        last = min(stop + (facts.look_ahead + 1) * count, frames)
        lifted = self._answer(self._mapped(first, last), count, following - first)
        return lifted.each(lambda values: values[start - first : stop - first])

    def _lift_resampled(self, start: int, stop: int, step: float) -> Lifted:
        """Lift samples `step` frames apart, counted from the clip's first frame, and come back to its frames."""
        facts, last_frame = self._lifter.network.facts, len(self._clip) - 1
        last_sample = int(np.floor(last_frame / step + 1e-9)) + 1
        first, following = (max(0, int(at / step) - facts.past - 1) for at in (start, stop))
        last = min(math.ceil(stop / step) + facts.look_ahead + 1, last_sample)
        at = np.minimum(np.arange(first, last + 1) * step, last_frame)
        before = np.minimum(at.astype(int), max(last_frame - 1, 0))
        after = np.minimum(before + 1, last_frame)
        read = self._mapped(int(before[0]), int(after[-1]) + 1)
        points, scores = sample_points(
            read.points_px, read.scores, before - before[0], after - before[0], at - before
        )
        assert facts.fps is not None, "a model without a rate takes every clip at its own"
        sampled = replace(read, points_px=points, scores=scores, fps=facts.fps)
        lifted = self._answer(sampled, 1, following - first)
        at = np.arange(start, stop) / step
        before = np.clip(at.astype(int), 0, last_sample)
        after = np.minimum(before + 1, last_sample)
        return lifted.each(lambda values: sample_values(values, before - first, after - first, at - before))

    def _mapped(self, start: int, stop: int) -> Keypoints:
        return map_skeleton(self._clip[start:stop], self._lifter.network.facts.input_skeleton)

    def _answer(self, read: Keypoints, phases: int, known_after: int) -> Lifted:
        """Lift frames after those where the person was seen last, and remember the last of the first `known_after`."""
        before = self._last_seen
        whole = read if before is None else _joined(before, read)
        skipped = len(whole) - len(read)
        if known := skipped + known_after:
            self._last_seen = _last_seen(whole, known, phases)
        if not read.seen.any():
            return _nobody(len(read), len(self._lifter.network.facts.output_skeleton))
        return self._lifter.lift(whole, self._camera).each(lambda values: values[skipped:])


def _nobody(frames: int, joints: int) -> Lifted:
    return Lifted(np.zeros((frames, joints, 3), np.float32), np.full((frames, joints), np.nan, np.float32))


def _joined(first: Keypoints, second: Keypoints) -> Keypoints:
    points, scores = (
        np.concatenate((getattr(first, name), getattr(second, name))) for name in ("points_px", "scores")
    )
    return replace(second, points_px=points, scores=scores)


def _last_seen(keypoints: Keypoints, frames: int, phases: int) -> Keypoints:
    """Return, of the first frames, the last where two joints were seen, then the last where one was.

    Size is told by two, place by one. Each is repeated as often as there are phases, to leave these as they are.
    """
    counts = keypoints.seen[:frames].sum(-1)
    rows = [frames - 1 - (counts >= least)[::-1].argmax() for least in (2, 1)]
    rows = np.repeat(rows, phases)
    return replace(keypoints, points_px=keypoints.points_px[rows], scores=keypoints.scores[rows])
