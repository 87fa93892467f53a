"""Every step of tracking and placing gives, a stretch at a time, what it gives over the whole clip, once it has read as
many frames ahead as it says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from kinelift.body import COCO_17, H36M_21, Keypoints
from kinelift.geometry.kinematics import bone_lengths, symmetric_bone_lengths
from kinelift.placing.bones import fix_bones
from kinelift.placing.contacts import contact_look_ahead, find_contacts
from kinelift.placing.depth import path_reach, steady_path_of
from kinelift.placing.feet import Anchor, hold, lock_feet, lock_look_ahead
from kinelift.placing.footing import footing_look_ahead, leg_length, tell_footing
from kinelift.placing.infill import HOLD_POSES_LOOK_AHEAD, hold_poses
from kinelift.placing.root import PLACE_ROOT_LOOK_AHEAD, place_root
from kinelift.placing.running_bones import RUNNING_BONES_LOOK_AHEAD, running_bones
from kinelift.placing.settle import settle, settle_look_ahead
from kinelift.placing.smooth import smooth_body, smooth_look_ahead
from kinelift.placing.smooth_live import SMOOTH_LIVE_LOOK_AHEAD, smooth_live
from kinelift.placing.speed import LIMIT_TURNS_LOOK_AHEAD, limit_turns
from kinelift.placing.standing import stand_look_ahead, stand_on_feet
from kinelift.placing.steady_path import STEADY_PATH_LOOK_AHEAD, steady_path
from kinelift.tracking.bridge import bridge, bridge_look_ahead
from kinelift.tracking.live_leaps import CUT_LEAPS_LIVE_LOOK_AHEAD, cut_leaps_live
from tests.placing.test_feet import walker

FPS, FRAMES = 30.0, 420
RNG = np.random.default_rng(0)
JOINTS = walker(FRAMES) + RNG.normal(0.0, 0.01, (FRAMES, 21, 3))
LENGTHS = symmetric_bone_lengths(JOINTS, H36M_21)
JOINTS = fix_bones(JOINTS, LENGTHS, H36M_21)
RELATIVE = JOINTS - JOINTS[:, :1]
RAYS = JOINTS[..., :2] / JOINTS[..., 2:] + RNG.normal(0.0, 0.002, (FRAMES, 21, 2))
SCORES = np.where(RNG.random((FRAMES, 21)) < 0.1, 0.0, 0.9)
SEEN = RNG.random(FRAMES) < 0.9
FEET = JOINTS[:, [H36M_21.index(f"{side}_{end}") for side in ("left", "right") for end in ("toe", "heel")]]
TOUCHING = RNG.random((FRAMES, 4)) < 0.8
ERRORS = RNG.uniform(0.01, 0.1, (FRAMES, 21))
MOVES = np.where(RNG.random((FRAMES, 2, 3, 1)) < 0.5, np.nan, RNG.normal(0.0, 0.02, (FRAMES, 2, 3, 3)))
POINTS = np.cumsum(RNG.normal(0.0, 2.0, (FRAMES, 17, 2)), axis=0) + 400.0
POINT_SCORES = np.where(RNG.random((FRAMES, 17)) < 0.2, 0.0, 0.9)
LEG_M = leg_length(LENGTHS, H36M_21)


def keypoints(frames: slice) -> Keypoints:
    """Return some of the clip's keypoints."""
    return Keypoints(POINTS[frames], POINT_SCORES[frames], COCO_17, FPS, (1280, 720))


@dataclass(frozen=True)
class Step:
    """A step, by what it makes of the first so many frames of the clip."""

    made: Callable[[slice], np.ndarray]
    look_ahead: int
    tolerance: float = 1e-6


STEPS = {
    "bridge": Step(lambda some: bridge(keypoints(some)).scores, bridge_look_ahead(FPS)),
    "cut_leaps_live": Step(lambda some: cut_leaps_live(keypoints(some)).scores, CUT_LEAPS_LIVE_LOOK_AHEAD),
    "hold_poses": Step(lambda some: hold_poses(RELATIVE[some], SEEN[some], FPS), HOLD_POSES_LOOK_AHEAD),
    "running_bones": Step(
        lambda some: running_bones(RELATIVE[some], SEEN[some], H36M_21), RUNNING_BONES_LOOK_AHEAD
    ),
    "limit_turns": Step(lambda some: limit_turns(RELATIVE[some], H36M_21, FPS), LIMIT_TURNS_LOOK_AHEAD),
    "place_root": Step(
        lambda some: place_root(RELATIVE[some], RAYS[some], SCORES[some]).root, PLACE_ROOT_LOOK_AHEAD
    ),
    "settle": Step(
        lambda some: settle(RELATIVE[some], JOINTS[some, 0], RAYS[some], SCORES[some], LENGTHS, H36M_21, FPS),
        settle_look_ahead(FPS),
    ),
    "steady_path": Step(
        lambda some: steady_path(place_root(RELATIVE[some], RAYS[some], SCORES[some]), FPS),
        STEADY_PATH_LOOK_AHEAD,
    ),
    "steady_path_of": Step(
        lambda some: steady_path_of(JOINTS[some, 0], np.where(SEEN[some], 0.9, 0.0), FPS), path_reach(FPS)
    ),
    "smooth_body": Step(
        lambda some: smooth_body(JOINTS[some], ERRORS[some], H36M_21, FPS, 0.2), smooth_look_ahead(0.2, FPS)
    ),
    "smooth_live": Step(
        lambda some: smooth_live(JOINTS[some], ERRORS[some], H36M_21, FPS, 0.2), SMOOTH_LIVE_LOOK_AHEAD
    ),
    "tell_footing": Step(
        lambda some: tell_footing(JOINTS[some], LEG_M, FPS, 0, some.stop).probability,
        footing_look_ahead(FPS),
        1e-4,
    ),
    "find_contacts": Step(
        lambda some: find_contacts(TOUCHING[some].astype(float), FEET[some], FPS, 0.5),
        contact_look_ahead(FPS),
    ),
    "stand_on_feet": Step(lambda some: stand_on_feet(FEET[some], TOUCHING[some], FPS), stand_look_ahead(FPS)),
    "hold": Step(
        lambda some: np.nan_to_num(
            hold(FEET[some, 0], TOUCHING[some, 0], some.stop, Anchor(), fps=FPS, farthest_m=0.5)[0]
        ),
        lock_look_ahead(FPS),
    ),
    "lock_feet": Step(lambda some: lock_feet(JOINTS[some], MOVES[some], H36M_21, FPS), lock_look_ahead(FPS)),
}


@pytest.mark.parametrize("name", STEPS)
def test_a_stream_that_waits_as_long_as_a_step_says_gives_what_the_whole_clip_does(name: str) -> None:
    step = STEPS[name]
    whole = step.made(slice(0, FRAMES))
    for frame in (0, 7, 63, 131, 200, FRAMES - 1):
        so_far = step.made(slice(0, min(frame + step.look_ahead + 1, FRAMES)))
        np.testing.assert_allclose(so_far[frame], whole[frame], atol=step.tolerance, err_msg=f"frame {frame}")


@pytest.mark.parametrize("name", [name for name, step in STEPS.items() if step.look_ahead > 0])
def test_a_step_that_looks_ahead_needs_to(name: str) -> None:
    """Otherwise what it says of itself would make every stream late for nothing."""
    step = STEPS[name]
    whole, cut = step.made(slice(0, FRAMES)), step.made(slice(0, 200))
    assert (np.abs(whole[:200].astype(float) - cut).reshape(200, -1).max(-1) > 1e-9).any()


def test_bodies_of_these_tests_are_bodies() -> None:
    np.testing.assert_allclose(
        bone_lengths(JOINTS, H36M_21), np.broadcast_to(LENGTHS, (FRAMES, 20)), atol=1e-9
    )
