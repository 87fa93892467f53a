"""A network's answer for whole clips, as the paper tests it: every frame, edges repeated. Needs torch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float

from kinelift.geometry.edges import repeat_edges
from kinelift.model.temporal import TemporalModel

_MIRROR_2D = np.array((-1.0, 1.0), np.float32)
_MIRROR_3D = np.array((-1.0, 1.0, 1.0), np.float32)


@dataclass(frozen=True)
class Sides:
    """Which joint stands across from which, for averaging with the mirrored body."""

    keypoints: tuple[int, ...]
    """For each keypoint the index of its counterpart, or its own."""
    joints: tuple[int, ...]
    """For each joint the same."""


def predict_clip(
    network: TemporalModel, keypoints: Float[np.ndarray, "frame keypoint 2"], mirror: Sides | None
) -> Float[np.ndarray, "frame joint 3"]:
    """Return one answer a frame, averaged with that for the mirrored body where `mirror` says how.

    Keypoints are on the screen normalised to its width; the network is in eval mode.
    """
    config = network.config
    if keypoints.shape[1:] != (config.joints_in, config.features):
        raise ValueError(
            f"keypoints: {config.joints_in} of {config.features} numbers expected by the network, "
            f"got {keypoints.shape[1:]}."
        )
    copies = [keypoints]
    if mirror is not None:
        copies.append(keypoints[:, list(mirror.keypoints)] * _MIRROR_2D)
    flat = np.stack(copies).reshape(len(copies), len(keypoints), -1)
    padded = repeat_edges(flat, config.past, config.look_ahead)
    with torch.inference_mode():
        answers = network(torch.from_numpy(padded).unflatten(2, keypoints.shape[1:])).numpy()
    if mirror is None:
        return answers[0]
    return (answers[0] + answers[1][:, list(mirror.joints)] * _MIRROR_3D) / 2.0
