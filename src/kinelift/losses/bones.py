"""Whether bodies lifted without labels have the bones of those lifted with them."""

from __future__ import annotations

from typing import Any

from jaxtyping import Float

from kinelift.body.skeleton import H36M_17, Skeleton
from kinelift.geometry.kinematics import bone_lengths


def bone_length_agreement(
    labelled: Float[Any, "*batch joint axis"],
    unlabelled: Float[Any, "*other_batch joint axis"],
    skeleton: Skeleton = H36M_17,
) -> Float[Any, ""]:
    """Return the mean over bones of how far apart their mean lengths in two batches of predictions are.

    Absolute, not squared. Both batches are predictions, and both learn; they may differ in size. Source: Pavllo
    et al., CVPR 2019, section 4.
    """
    lengths = [
        each.reshape(-1, each.shape[-1]).mean(axis=0)
        for each in (bone_lengths(labelled, skeleton), bone_lengths(unlabelled, skeleton))
    ]
    return abs(lengths[0] - lengths[1]).mean()
