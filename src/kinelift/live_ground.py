"""Gravity and floor as they come to be known: a body in metres in, the ground below it out."""

from __future__ import annotations

from collections import deque

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from kinelift.body import Skeleton
from kinelift.body.ground import Ground
from kinelift.body.rows import stretches
from kinelift.geometry.kinematics import symmetric_bone_lengths
from kinelift.passes.scratch import MemoryScratch
from kinelift.passes.standing import Body, stand
from kinelift.placing.footing import FOOTING_SKELETON
from kinelift.placing.ground import Stance, find_ground


class GroundStream:
    """Finds gravity and floor from the poses of the last seconds, by the steps that `lift` takes for a whole clip.

    What a pose tells of the ground is known when those after it have come, up to `lift`'s look-aheads (1 to 3 s), so
    that the ground lags behind the poses. While little has been seen it changes, up by some degrees and the floor below
    the lens by some tenths of a metre. Nothing is computed until `find` is asked.
    """

    def __init__(self, skeleton: Skeleton, *, fps: float, streams: int = 1, seconds: float = 20.0) -> None:
        """Begin for poses of a `LiftStream` of this skeleton, frames a second and number of people in one view.

        Only `seconds` of poses are kept. Raises ValueError for a skeleton without toes and heels (h36m_21 has them),
        and for a rate, number or span that cannot be.
        """
        if skeleton != FOOTING_SKELETON:
            raise ValueError(
                f"skeleton: {FOOTING_SKELETON.name} expected, got {skeleton.name}. The shipped models answer in it."
            )
        for name, value in (("fps", fps), ("streams", streams), ("seconds", seconds)):
            if not (np.isfinite(value) and value > 0):
                raise ValueError(f"{name}: more than 0 expected, got {value}.")
        self._skeleton, self._fps, self._streams = skeleton, float(fps), streams
        frames = max(round(seconds * fps), 1)
        self._poses: deque[Float[np.ndarray, "stream joint 3"]] = deque(maxlen=frames)

    def push(self, pose: ArrayLike, observed: ArrayLike = True) -> None:
        """Take the next pose, (joint, 3) metres in the camera's frame; (stream, joint, 3) of several people; at `fps`.

        `observed`, of one person or (stream,), says whether the pose rests on keypoints, as `LiftStream.observed` does;
        others tell nothing, as rows of NaN. Raises ValueError for other shapes.
        """
        expected = (len(self._skeleton), 3) if self._streams == 1 else (self._streams, len(self._skeleton), 3)
        given, there = np.array(pose, np.float32), np.array(observed, bool)
        if given.shape != expected or there.shape not in ((), expected[:-2]):
            raise ValueError(
                f"pose and observed: shapes {expected} and {expected[:-2]} expected, got {given.shape} and "
                f"{there.shape}."
            )
        given = given.reshape(self._streams, *expected[-2:])
        given[~np.broadcast_to(there, self._streams)] = np.nan
        self._poses.append(given)

    def find(self) -> Ground | None:
        """Return gravity and floor by the poses of the last seconds; None where nobody has been seen.

        It takes about a millisecond a second and person that is looked at: ask once a second, not once a frame.
        """
        if not self._poses:
            return None
        each = np.moveaxis(np.stack(self._poses), 1, 0)
        stances = [stance for joints in each if (stance := self._stance(joints)) is not None]
        return find_ground(stances)

    def reset(self) -> None:
        """Forget all poses: the camera stands elsewhere now."""
        self._poses.clear()

    def _stance(self, joints: Float[np.ndarray, "frame joint 3"]) -> Stance | None:
        seen = np.isfinite(joints).all((1, 2))
        if not seen.any():
            return None
        first = int(np.argmax(seen))
        joints, observed = joints[first:], seen[first:]
        lengths = symmetric_bone_lengths(joints[observed], self._skeleton)
        if not (lengths > 0).all():
            return None  # no body
        # Who is not seen for a while stays where he was, and tells nothing.
        last = np.maximum.accumulate(np.where(observed, np.arange(len(joints)), 0))
        body = Body(joints[last], observed, lengths, self._skeleton, self._fps)
        stood = stand(body, MemoryScratch(), lambda _: stretches(len(joints), len(joints)))
        return None if stood is None else stood.stance
