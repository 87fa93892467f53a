"""The similarity transform that lays one set of points on another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jaxtyping import Float

from kinelift.geometry.namespace import namespace


@dataclass(frozen=True, eq=False)
class Similarity:
    """x -> scale R x + translation, one for each element of the batch."""

    scale: Float[Any, ...]
    rotation: Float[Any, "... axis axis"]
    """Proper rotation matrices: no reflections."""
    translation: Float[Any, "... axis"]

    def apply(self, points: Float[Any, "... joint axis"]) -> Float[Any, "... joint axis"]:
        """Return the transformed points."""
        turned = points @ self.rotation.swapaxes(-1, -2)
        return self.scale[..., None, None] * turned + self.translation[..., None, :]


def fit_similarity(source: Float[Any, "... joint axis"], target: Float[Any, "... joint axis"]) -> Similarity:
    """Return the scale, rotation and translation that bring `source` nearest to `target` in least squares.

    Umeyama, "Least-squares estimation of transformation parameters between two point patterns" (PAMI 1991),
    eq. 40-43. Collinear points have many best rotations, one of which is returned (torch's gradient is NaN).
    Where all points of the source are one point every scale fits alike, and it is 1.
    """
    xp = namespace(source)
    source_mean, target_mean = source.mean(axis=-2, keepdims=True), target.mean(axis=-2, keepdims=True)
    source_centred, target_centred = source - source_mean, target - target_mean
    U, singular, Vt = xp.linalg.svd(target_centred.swapaxes(-1, -2) @ source_centred)
    handedness = xp.sign(xp.linalg.det(U @ Vt))[..., None]  # -1 where the best orthogonal matrix reflects
    signs = xp.concatenate((xp.ones_like(singular[..., :-1]), handedness), axis=-1)
    rotation = (U * signs[..., None, :]) @ Vt
    spread = (source_centred**2).sum(axis=(-1, -2))
    scale = xp.where(spread > 0, (singular * signs).sum(axis=-1) / xp.where(spread > 0, spread, 1.0), 1.0)
    turned_mean = (rotation @ source_mean[..., 0, :, None])[..., 0]
    translation = target_mean[..., 0, :] - scale[..., None] * turned_mean
    return Similarity(scale, rotation, translation)


def align(
    source: Float[Any, "... joint axis"], target: Float[Any, "... joint axis"]
) -> Float[Any, "... joint axis"]:
    """Return `source` moved, turned and scaled onto `target` as near as can be, each pose on its own."""
    return fit_similarity(source, target).apply(source)
