"""How far lifted bodies land from the keypoints they were lifted from, on the screen."""

from __future__ import annotations

from typing import Any, Literal

from jaxtyping import Float

from kinelift.geometry.errors import mpjpe
from kinelift.geometry.projection import project_human36m_clamped, project_linear_clamped

Lens = Literal["human36m", "linear"]
"""The full lens with its distortion, or focal lengths and centre alone (the paper's --linear-projection)."""


def reprojection(
    pose: Float[Any, "*batch frame joint 3"],
    trajectory: Float[Any, "*batch frame 1 3"],
    keypoints: Float[Any, "*batch frame joint 2"],
    intrinsics: Float[Any, "*batch 9"],
    *,
    lens: Lens = "human36m",
) -> Float[Any, ""]:
    """Return the mean distance between pose + trajectory, projected, and the keypoints of the same frames.

    pose is root-relative and trajectory the root, in metres in the camera's frame; keypoints and intrinsics
    (fx, fy, cx, cy, k1, k2, k3 and Human3.6M's two tangential ones) are on the screen normalised to its width.
    Source: Pavllo et al., CVPR 2019, section 4, where x / z and y / z are clamped to [-1, 1].
    """
    # One camera serves all frames of a clip.
    camera = intrinsics[..., None, :]
    focal, center, radial, tangential = camera[..., :2], camera[..., 2:4], camera[..., 4:7], camera[..., 7:]
    joints = pose + trajectory
    match lens:
        case "human36m":
            projected = project_human36m_clamped(joints, focal, center, radial, tangential)
        case "linear":
            projected = project_linear_clamped(joints, focal, center)
        case _:
            raise ValueError(f'lens: "human36m" or "linear" expected, got {lens!r}.')
    return mpjpe(projected, keypoints)
