"""From root-relative joints to a body in front of the camera, with nothing of later frames.

step                offline                           live                    looks ahead
poses in gaps       trusted_poses, infill             hold_poses              0
bone lengths        fit_bones, fix_bones              running_bones           0
turns               limit_turns                       limit_turns             0
root                place_root                        place_root              0
depth, root's gaps  steady_depth, infill              steady_path             0
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from kinelift.body.skeleton import Skeleton
from kinelift.lifting.per_stream import PerStream, where
from kinelift.placing.bone_tree import BoneTree
from kinelift.placing.bones import check_height, fix_bones, stature
from kinelift.placing.infill import HOLD_POSES_LOOK_AHEAD, PoseHolder, hold_poses
from kinelift.placing.live_turns import TurnLimiter
from kinelift.placing.root import (
    FEWEST_JOINTS,
    NEAREST_ROOT,
    PLACE_ROOT_LOOK_AHEAD,
    new_terms,
    place_root,
    robust_root,
    write_terms,
)
from kinelift.placing.running_bones import RUNNING_BONES_LOOK_AHEAD, RunningBones, running_bones
from kinelift.placing.speed import LIMIT_TURNS_LOOK_AHEAD, limit_turns
from kinelift.placing.steady_path import STEADY_PATH_LOOK_AHEAD, SteadyPath, steady_path

PLACE_LIVE_LOOK_AHEAD = (
    HOLD_POSES_LOOK_AHEAD
    + RUNNING_BONES_LOOK_AHEAD
    + LIMIT_TURNS_LOOK_AHEAD
    + PLACE_ROOT_LOOK_AHEAD
    + STEADY_PATH_LOOK_AHEAD
)
"""Frames."""


def place_live(
    joints: Float[np.ndarray, "frame joint 3"],
    rays: Float[np.ndarray, "frame joint 2"],
    scores: Float[np.ndarray, "frame joint"],
    skeleton: Skeleton,
    fps: float,
    height: float | None = None,
) -> Float[np.ndarray, "frame joint 3"]:
    """Place a whole clip by the steps a stream takes; NaN before the first observed frame.

    `joints` are relative to joint 0, `rays` and `scores` those of the joints that keypoints mark themselves: NaN and 0
    for the others. Metres, camera frame. `height` is standing stature, sole to crown.
    """
    placed = np.full(joints.shape, np.nan, np.float32)
    seen = ((scores > 0) & np.isfinite(rays).all(-1)).sum(-1) >= FEWEST_JOINTS
    if not seen.any():
        return placed
    begun = slice(int(seen.argmax()), None)
    joints, rays, scores, seen = joints[begun].astype(np.float64), rays[begun], scores[begun], seen[begun]
    joints = hold_poses(joints, seen, fps)
    lengths = running_bones(joints, seen, skeleton)
    if height is not None:
        lengths = lengths * (height / (lengths @ stature_weights(skeleton)))[:, None]
    joints = limit_turns(fix_bones(joints, lengths, skeleton), skeleton, fps)
    placed[begun] = joints + steady_path(place_root(joints, rays, scores), fps)[:, None]
    return placed


def stature_weights(skeleton: Skeleton) -> Float[np.ndarray, " bone"]:
    """Return what `stature` multiplies each bone's length by."""
    return np.array([stature(row, skeleton) for row in np.eye(len(skeleton.bones))])


class LivePlacer:
    """Places bodies a frame at a time, for several streams at once."""

    def __init__(self, skeleton: Skeleton, marked: np.ndarray, streams: int, height: float | None) -> None:
        """Begin; `marked` are the indices of the joints that keypoints mark themselves."""
        check_height(height)
        self._height = height
        self._stature = None if height is None else stature_weights(skeleton)
        self._tree, self._marked = BoneTree(skeleton), marked
        self._holder, self._turns, self._path = PoseHolder(), TurnLimiter(skeleton), SteadyPath()
        self._bones = RunningBones(streams, self._tree.mirrored)
        self._terms = new_terms(streams, len(marked))
        self._met, self._begun = np.zeros(streams, bool), np.zeros(streams, bool)
        """Which streams had enough joints seen, and which of those were observed, ever."""
        self._all_begun = False
        self.scale = np.ones((streams, 1))
        """What each stream's body was made larger by in the frame placed last, to have the height that was given."""
        self.observed: PerStream = False
        """Which streams' bodies were observed in the frame placed last; in others their pose goes on or is held."""

    def place(
        self,
        joints: Float[np.ndarray, "stream joint 3"],
        rays: Float[np.ndarray, "stream marked 2"],
        scores: Float[np.ndarray, "stream marked"],
        seconds: float,
    ) -> Float[np.ndarray, "stream joint 3"] | None:
        """Take one frame, `seconds` after the one before, and return it placed; None if nobody was ever observed.

        Rays of joints that were not seen, whose scores are 0, may be anything finite. A stream whose body was not
        observed yet is NaN.
        """
        seen = self._count(scores) >= FEWEST_JOINTS
        directions, own = self._tree.apart(self._holder.hold(joints, seen, seconds))
        lengths = self._bones.fit(own, seen)
        if self._stature is not None:
            self.scale = (self._height / np.maximum(lengths @ self._stature, 1e-9))[:, None]
            lengths = lengths * self.scale
        if not self._all_begun:
            self._turns.begin_again(~self._met)
            self._met |= seen
        joints = self._tree.together(self._turns.limit(directions, seconds), lengths)
        write_terms(self._terms, joints.take(self._marked, axis=1), rays)
        root, agreement = robust_root(self._terms, scores)
        observed = self.observed = seen & (root[2] > NEAREST_ROOT) & (root[2] < np.inf)
        path = self._path.follow(root, observed, where(observed, agreement, 0.0), seconds)
        if not self._all_begun and not self._begin(observed):
            return None
        placed = (joints + path[:, None]).astype(np.float32)
        if not self._all_begun:
            placed[~self._begun] = np.nan
        return placed

    def _count(self, scores: Float[np.ndarray, "stream marked"]) -> PerStream:
        return np.count_nonzero(scores) if len(scores) == 1 else np.count_nonzero(scores, axis=1)

    def _begin(self, observed: PerStream) -> bool:
        """Note who is observed; return whether anybody was, ever."""
        self._begun |= observed
        self._all_begun = bool(self._begun.all())
        return bool(self._begun.any())
