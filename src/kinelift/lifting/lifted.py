"""What lifting makes of keypoints: joints about the root, and how far each may be off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from kinelift.body.model_facts import ModelFacts

ERROR_AT = 3
"""Place of the expected error among a joint's numbers, where a network has that many."""

MOST_METRES = 10.0
"""Expected errors above this are as good as any: keypoints like no body can make a network answer anything."""


@dataclass(frozen=True, eq=False)
class Lifted:
    """Poses of one person."""

    joints: Float[np.ndarray, "frame joint 3"]
    """Metres relative to joint 0, axes of the camera's frame."""
    expected_error_m: Float[np.ndarray, "frame joint"]
    """How far each joint is expected to be from where it truly is, relative to joint 0; NaN where it is not known."""

    def each(self, step: Callable[[Float[np.ndarray, "_ joint *rest"]], Any]) -> Lifted:
        """Return what a step over frames makes of joints and of errors alike."""
        return Lifted(step(self.joints), step(self.expected_error_m))


def told_errors(
    answers: Float[np.ndarray, "*batch joint number"], facts: ModelFacts
) -> Float[np.ndarray, "*batch joint"]:
    """Return the errors a network expects of its joints, calibrated; NaN from networks that do not tell any.

    Joint 0 is where positions are measured from, so that nothing is wrong with it.
    """
    if answers.shape[-1] <= ERROR_AT:
        return np.full(answers.shape[:-1], np.nan, np.float32)
    scale, power = facts.error_calibration
    told = scale * np.minimum(answers[..., ERROR_AT], MOST_METRES) ** power
    told[..., 0] = 0.0
    return told
