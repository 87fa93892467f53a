"""A network's answer for whole clips, as the paper tests it: every frame, edges repeated. Needs torch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float

from kinelift.geometry.edges import repeat_edges
from kinelift.lifting.network import Network
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
    network: TemporalModel | Network, keypoints: Float[np.ndarray, "frame keypoint 2"], mirror: Sides | None
) -> Float[np.ndarray, "frame joint 3"]:
    """Return one answer a frame, averaged with that for the mirrored body where `mirror` says how.

    Keypoints are on the screen normalised to its width; the network is in eval mode, or an exported one.
    """
    expected = _input_shape(network)
    if keypoints.shape[1:] != expected:
        raise ValueError(
            f"keypoints: {expected[0]} of {expected[1]} numbers expected by the network, got {keypoints.shape[1:]}."
        )
    copies = [keypoints]
    if mirror is not None:
        copies.append(keypoints[:, list(mirror.keypoints)] * _MIRROR_2D)
    answers = _answers(network, np.stack(copies))
    if mirror is None:
        return answers[0]
    return (answers[0] + answers[1][:, list(mirror.joints)] * _MIRROR_3D) / 2.0


def _input_shape(network: TemporalModel | Network) -> tuple[int, int]:
    """Return how many keypoints of how many numbers a network reads."""
    match network:
        case TemporalModel():
            return network.config.joints_in, network.config.features
        case Network():
            return len(network.facts.input_skeleton), 2


def _answers(
    network: TemporalModel | Network, keypoints: Float[np.ndarray, "copy frame keypoint 2"]
) -> Float[np.ndarray, "copy frame joint 3"]:
    flat = keypoints.reshape(*keypoints.shape[:2], -1)
    match network:
        case TemporalModel():
            padded = repeat_edges(flat, network.config.past, network.config.look_ahead)
            with torch.inference_mode():
                return network(torch.from_numpy(padded).unflatten(2, keypoints.shape[2:])).numpy()
        case Network():
            return network.run_whole(flat)
