"""How far predicted joints lie from the truth: the field's measures, for losses and for reports.

`*_errors` keep the batch, for averages by action or clip; the measures are their means. The target has the
shape of the prediction, and the result is in their unit. numpy and torch, differentiable in torch.
Definitions: Pavllo et al., CVPR 2019, section 5.
"""

from __future__ import annotations

from typing import Any

from jaxtyping import Float

from kinelift.geometry.alignment import align
from kinelift.geometry.namespace import namespace


def mpjpe(predicted: Float[Any, "... joint axis"], target: Float[Any, ...]) -> Float[Any, ""]:
    """Return the mean distance per joint (P1)."""
    return position_errors(predicted, target).mean()


def p_mpjpe(predicted: Float[Any, "... joint axis"], target: Float[Any, ...]) -> Float[Any, ""]:
    """Return the mean distance after each pose's best similarity, reflections excluded (P2)."""
    return aligned_errors(predicted, target).mean()


def n_mpjpe(predicted: Float[Any, "... joint axis"], target: Float[Any, ...]) -> Float[Any, ""]:
    """Return the mean distance after each pose's best scale (P3)."""
    return scaled_errors(predicted, target).mean()


def mpjve(predicted: Float[Any, "... frame joint axis"], target: Float[Any, ...]) -> Float[Any, ""]:
    """Return the mean distance between velocities, per frame, of one sequence or a batch of them."""
    return velocity_errors(predicted, target).mean()


def weighted_mpjpe(
    predicted: Float[Any, "... joint axis"], target: Float[Any, ...], weights: Float[Any, ...]
) -> Float[Any, ""]:
    """Return the mean of distance times weight; weights (..., joint), not normalised."""
    return (weights * position_errors(predicted, target)).mean()


def position_errors(
    predicted: Float[Any, "... joint axis"], target: Float[Any, ...]
) -> Float[Any, "... joint"]:
    """Return each joint's distance."""
    _check_same_shape(predicted, target)
    return namespace(predicted).linalg.norm(predicted - target, axis=-1)


def aligned_errors(
    predicted: Float[Any, "... joint axis"], target: Float[Any, ...]
) -> Float[Any, "... joint"]:
    """Return each joint's distance after its pose's best similarity."""
    _check_same_shape(predicted, target)
    return position_errors(align(predicted, target), target)


def scaled_errors(
    predicted: Float[Any, "... joint axis"], target: Float[Any, ...]
) -> Float[Any, "... joint"]:
    """Return each joint's distance after its pose's best scale.

    s = <target, predicted> / <predicted, predicted>; a pose of zeros stays as it is.
    """
    _check_same_shape(predicted, target)
    xp = namespace(predicted)
    agreement = (target * predicted).sum(axis=(-1, -2))[..., None, None]
    energy = (predicted**2).sum(axis=(-1, -2))[..., None, None]
    return position_errors(agreement / xp.where(energy > 0, energy, 1.0) * predicted, target)


def velocity_errors(
    predicted: Float[Any, "... frame joint axis"], target: Float[Any, ...]
) -> Float[Any, "... step joint"]:
    """Return each joint's distance between velocities, per frame: one row fewer than there are frames."""
    _check_same_shape(predicted, target)
    if predicted.ndim < 3 or predicted.shape[-3] < 2:
        raise ValueError(
            f"velocity: (..., frame, joint, axis) with at least 2 frames expected, got {predicted.shape}."
        )
    return position_errors(_steps(predicted), _steps(target))


def _steps(joints: Any) -> Any:
    """Differences along the frame axis."""
    return joints[..., 1:, :, :] - joints[..., :-1, :, :]


def _check_same_shape(predicted: Any, target: Any) -> None:
    if tuple(predicted.shape) != tuple(target.shape):
        raise ValueError(
            "predicted and target: the same shape expected, "
            f"got {tuple(predicted.shape)} and {tuple(target.shape)}. "
            "Bring both to the same frames and joints; nothing is broadcast here."
        )
