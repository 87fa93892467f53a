"""Where the root is: errors far away, which pixels hardly show, count less."""

from __future__ import annotations

from typing import Any

from jaxtyping import Float

from kinelift.geometry.errors import weighted_mpjpe


def trajectory_wmpjpe(
    predicted: Float[Any, "... joint 3"], target: Float[Any, "... joint 3"]
) -> Float[Any, ""]:
    """Return the mean distance divided by the target's depth z (Pavllo et al., CVPR 2019, section 4).

    Both in metres in the camera's frame, one joint (the root) a frame; dimensionless.
    """
    depth = target[..., 2]
    if not bool((depth > 0).all()):
        raise ValueError(
            f"target: depths z > 0 expected in front of the camera, got {float(depth.min()):.3g} m. "
            "Give the root in the camera's frame, not relative to itself and not in the world's."
        )
    return weighted_mpjpe(predicted, target, 1.0 / depth)
