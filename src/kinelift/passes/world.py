"""Where the world stands: by the camera's own pose, else by the people in view, else as the camera is held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Float

from kinelift.body import WORLD_FROM_CAMERA, Camera, GroundKnowledge
from kinelift.body.ground import NOT_KNOWN
from kinelift.body.rows import MadeRows, Rows
from kinelift.geometry.rotations import quaternion_to_matrix
from kinelift.passes.clip import LiftedPerson
from kinelift.placing.ground import Stance, find_ground, shared_scales

GIVEN = GroundKnowledge("given", 0.0, 0.0)


def world_of(
    camera: Camera, stances: Sequence[Stance | None]
) -> tuple[Float[np.ndarray, "4 4"], GroundKnowledge]:
    """Return `world_from_camera` and how gravity and floor are known, by what each person tells."""
    if camera.pose is not None and camera.pose.orientation.ndim == 1:
        transform = np.eye(4)
        transform[:3, :3] = quaternion_to_matrix(camera.pose.orientation)
        transform[:3, 3] = camera.pose.translation
        return transform, GIVEN
    ground = find_ground([stance for stance in stances if stance is not None])
    return (WORLD_FROM_CAMERA, NOT_KNOWN) if ground is None else (ground.world_from_camera, ground.known)


def on_one_floor(people: Sequence[LiftedPerson]) -> list[LiftedPerson]:
    """Scale people whose size is guessed so that they stand on one floor, where they seem to; see `shared_scales`."""
    guessed = [
        number
        for number, each in enumerate(people)
        if each.stance is not None
        and each.person.stature is not None
        and each.person.stature.source == "guessed"
    ]
    stances = [stance for number in guessed if (stance := people[number].stance) is not None]
    factors = dict(zip(guessed, shared_scales(stances) if len(stances) > 1 else [1.0], strict=False))
    return [_scaled(each, factors.get(number, 1.0)) for number, each in enumerate(people)]


def _scaled(lifted: LiftedPerson, factor: float) -> LiftedPerson:
    """Make a body larger and farther away by a factor: it looks the same to the camera."""
    person, stature = lifted.person, lifted.person.stature
    if factor == 1.0 or lifted.stance is None or stature is None:
        return lifted

    def times(rows: Rows) -> Rows:
        return MadeRows(
            rows.shape,
            rows.dtype,
            lambda start, stop: (rows[start:stop] * factor).astype(rows.dtype),
        )

    scaled = replace(
        person,
        motion=replace(person.motion, joints=times(person.motion.joints)),
        expected_error_m=times(person.expected_error_m),
        stature=stature.scaled(factor),
    )
    return LiftedPerson(scaled, lifted.stance.scaled(factor), lifted.standing)
