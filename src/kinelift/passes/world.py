"""Where the world stands: by the camera's own pose, else by the people in view, else as the camera is held."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from kinelift.body import WORLD_FROM_CAMERA, Camera, Ground, GroundKnowledge
from kinelift.body.ground import NOT_KNOWN
from kinelift.geometry.rotations import quaternion_to_matrix
from kinelift.placing.ground import shared_ground

GIVEN = GroundKnowledge("given", 0.0, 0.0)


def world_of(
    camera: Camera, grounds: Sequence[Ground | None]
) -> tuple[Float[np.ndarray, "4 4"], GroundKnowledge]:
    """Return `world_from_camera` and how gravity and floor are known; `grounds` are what each person stands on."""
    if camera.pose is not None and camera.pose.orientation.ndim == 1:
        transform = np.eye(4)
        transform[:3, :3] = quaternion_to_matrix(camera.pose.orientation)
        transform[:3, 3] = camera.pose.translation
        return transform, GIVEN
    found = [ground for ground in grounds if ground is not None]
    if not found:
        return WORLD_FROM_CAMERA, NOT_KNOWN
    ground = shared_ground(found)
    return ground.world_from_camera, ground.known
