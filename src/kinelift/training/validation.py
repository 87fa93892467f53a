"""A network tried on whole sequences, as the paper tests: every frame, edges repeated, mirror averaged."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from jaxtyping import Float

from kinelift.geometry.edges import repeat_edges
from kinelift.model.sliding_network import SlidingNetwork
from kinelift.sampling.sequences import Sequences


def predict_sequences(
    model: SlidingNetwork, sequences: Sequences
) -> Iterator[Float[np.ndarray, "frame joint 3"]]:
    """Yield the mirror-averaged answer for each clip; `model` is in eval mode."""
    joint_signs, extra_signs = (
        np.array(signs, np.float32) for signs in (sequences.mirror.joint, sequences.mirror.extra)
    )
    starts = np.cumsum(sequences.lengths) - sequences.lengths
    for start, length in zip(starts, sequences.lengths, strict=True):
        joints, extra = sequences.joints[start : start + length], sequences.extra[start : start + length]
        mirrored = joints[:, sequences.input_skeleton.mirrored] * joint_signs
        seen = _answer(model, np.stack([joints, mirrored]), np.stack([extra, extra * extra_signs]))
        unmirrored = seen[1][:, sequences.output_skeleton.mirrored] * np.array((-1.0, 1.0, 1.0), np.float32)
        yield (seen[0] + unmirrored) / 2.0


def validation_error(model: SlidingNetwork, sequences: Sequences) -> float:
    """Return the MPJPE over all frames, in metres."""
    predicted = np.concatenate(list(predict_sequences(model, sequences)))
    return float(np.linalg.norm(predicted - sequences.targets, axis=-1).mean())


def _answer(
    model: SlidingNetwork,
    joints: Float[np.ndarray, "copy frame joint feature"],
    extra: Float[np.ndarray, "copy frame extra"],
) -> Float[np.ndarray, "copy frame target 3"]:
    config = model.config
    copies, frames = joints.shape[:2]
    padded = repeat_edges(joints.reshape(copies, frames, -1), config.past, config.look_ahead)
    keypoints = torch.from_numpy(padded.reshape(copies, -1, *joints.shape[2:]))
    beside = (
        torch.from_numpy(repeat_edges(extra, config.past, config.look_ahead)) if extra.shape[-1] else None
    )
    with torch.inference_mode():
        return model(keypoints, beside)[..., :3].numpy()
