"""The passes that stand a body on its feet: what touches the floor, where the floor is, and feet that do not slide."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from kinelift.body.rows import MadeRows, Rows, Scratch
from kinelift.body.skeleton import Skeleton
from kinelift.placing.contacts import FOOT_POINTS, contact_look_ahead, find_contacts
from kinelift.placing.feet import (
    FARTHEST_LEGS,
    FASTEST_STANDING_LEGS,
    HELD_POINTS,
    SIDES,
    Anchor,
    LegJoints,
    hold,
    lock_feet,
    lock_look_ahead,
)
from kinelift.placing.footing import FOOTING_SKELETON, leg_length, tell_footing
from kinelift.placing.ground import Footholds, Stance, Uprightness
from kinelift.placing.standing import FASTEST_SLIP, stand_look_ahead, stand_on_feet

SINGLE = np.dtype(np.float32)


@dataclass(frozen=True, eq=False)
class Stood:
    """A body on its feet."""

    joints: Rows
    """(frame, joint, 3) metres."""
    standing: Rows
    """(frame, 4) Which of FOOT_POINTS stand on the floor: touch it, and stay where they do."""
    stance: Stance
    """What the body tells of the ground."""


@dataclass(frozen=True, eq=False)
class Body:
    """A body on its path, which may slide."""

    joints: Rows
    """(frame, joint, 3) metres, camera frame."""
    observed: Rows
    """(frame,)"""
    bone_lengths: Float[np.ndarray, " bone"]
    skeleton: Skeleton
    fps: float

    @property
    def frames(self) -> int:
        """How many there are."""
        return self.joints.shape[0]

    def around(self, part: slice, reach: int) -> tuple[slice, slice]:
        """Return a stretch with `reach` more frames on both sides, as far as there are, and the stretch within it."""
        wide = slice(max(part.start - reach, 0), min(part.stop + reach, self.frames))
        return wide, slice(part.start - wide.start, part.stop - wide.start)


def stand(body: Body, scratch: Scratch, stretches: Callable[[str], Iterator[slice]]) -> Stood | None:
    """Find when a body's feet stand and on what, and hold them there; None for bodies without toes and heels."""
    if body.skeleton != FOOTING_SKELETON:
        return None
    return _Standing(body, scratch, stretches).done()


class _Standing:
    def __init__(self, body: Body, scratch: Scratch, stretches: Callable[[str], Iterator[slice]]) -> None:
        self._body, self._scratch, self._stretches = body, scratch, stretches
        self._leg_m = leg_length(body.bone_lengths, body.skeleton)
        self._points = [body.skeleton.index(name) for name in FOOT_POINTS]

    def done(self) -> Stood:
        probability, upright = self._told()
        stood = self._stood(probability)
        touching = self._touching(probability, stood, FASTEST_STANDING_LEGS * self._leg_m)
        moves, footholds = self._moves(stood, touching)
        stance = Stance(upright, *footholds.places(), self._leg_m)
        return Stood(self._locked(stood, moves), _standing(moves), stance)

    def _told(self) -> tuple[Rows, Uprightness]:
        body, upright = self._body, Uprightness.none()
        probability = self._scratch.spool(body.frames, (len(FOOT_POINTS),), SINGLE)
        for part in self._stretches("finding the ground"):
            told = tell_footing(body.joints, self._leg_m, body.fps, part.start, part.stop)
            upright += told.upright
            probability.append(np.where(body.observed[part][:, None], told.probability, 0.0))
        return probability, upright

    def _touching(self, probability: Rows, joints: Rows, fastest: float) -> Rows:
        """Tell which points touch the floor, by the speeds that a body's joints have."""
        body, reach = self._body, contact_look_ahead(self._body.fps)

        def made(start: int, stop: int) -> Bool[np.ndarray, "frame 4"]:
            wide, own = body.around(slice(start, stop), reach)
            feet = joints[wide][:, self._points]
            return find_contacts(probability[wide], feet, body.fps, fastest)[own]

        return MadeRows((body.frames, len(FOOT_POINTS)), np.dtype(bool), made)

    def _stood(self, probability: Rows) -> Rows:
        body, reach = self._body, stand_look_ahead(self._body.fps)
        touching = self._touching(probability, body.joints, FASTEST_SLIP * self._leg_m)
        steps = self._scratch.spool(body.frames, (3,), SINGLE)
        for part in self._stretches("standing up"):
            wide, own = body.around(part, reach)
            feet = body.joints[wide][:, self._points].astype(np.float64)
            steps.append(stand_on_feet(feet, touching[wide], body.fps)[own])

        def made(start: int, stop: int) -> Float[np.ndarray, "frame joint 3"]:
            return body.joints[start:stop] + steps[start:stop][:, None]

        return MadeRows(body.joints.shape, SINGLE, made)

    def _moves(self, joints: Rows, touching: Rows) -> tuple[Rows, Footholds]:
        """Tell how points are to be moved to where they stand, and where that is."""
        body, footholds = self._body, Footholds(self._body.fps)
        moves = self._scratch.spool(body.frames, (2, 3, 3), SINGLE)
        ahead = lock_look_ahead(body.fps)
        anchors = [[Anchor()] * len(HELD_POINTS) for _ in SIDES]
        for part in self._stretches("holding feet"):
            read = slice(part.start, min(part.stop + ahead, body.frames))
            frames, there, touch = part.stop - part.start, joints[read].astype(np.float64), touching[read]
            held = np.stack(
                [self._held(foot, there, touch, frames, anchors[foot]) for foot in (0, 1)], axis=1
            )
            moves.append(held)
            footholds.add(there[:frames, self._points], _points_held(held), part.start)
        return moves, footholds

    def _held(
        self,
        foot: int,
        joints: Float[np.ndarray, "frame joint 3"],
        touching: Bool[np.ndarray, "frame 4"],
        frames: int,
        anchors: list[Anchor],
    ) -> Float[np.ndarray, "own point 3"]:
        """Tell how HELD_POINTS of one foot are to be moved, and leave in `anchors` where they stand at the end."""
        leg = LegJoints.of(self._body.skeleton, SIDES[foot])
        toe_and_heel = touching.reshape(-1, len(SIDES), 2)[:, foot]
        standing = {
            leg.toe: toe_and_heel[:, 0],
            leg.heel: toe_and_heel[:, 1],
            leg.ankle: toe_and_heel.all(-1),
        }
        moves = np.empty((frames, len(HELD_POINTS), 3))
        for point, (joint, stands) in enumerate(standing.items()):
            moves[:, point], anchors[point] = hold(
                joints[:, joint],
                stands,
                frames,
                anchors[point],
                fps=self._body.fps,
                farthest_m=FARTHEST_LEGS * self._leg_m,
            )
        return moves

    def _locked(self, joints: Rows, moves: Rows) -> Rows:
        body, ahead = self._body, lock_look_ahead(self._body.fps)

        def made(start: int, stop: int) -> Float[np.ndarray, "frame joint 3"]:
            wide, own = body.around(slice(start, stop), ahead)
            return lock_feet(joints[wide], moves[wide].astype(np.float64), body.skeleton, body.fps)[own]

        return MadeRows(joints.shape, joints.dtype, made)


def _standing(moves: Rows) -> Rows:
    """Tell which of FOOT_POINTS are held."""
    return MadeRows(
        (moves.shape[0], len(FOOT_POINTS)),
        np.dtype(bool),
        lambda start, stop: _points_held(moves[start:stop]),
    )


def _points_held(moves: Float[np.ndarray, "frame 2 3 3"]) -> Bool[np.ndarray, "frame 4"]:
    return np.isfinite(moves[:, :, :2, 0]).reshape(-1, len(FOOT_POINTS))
