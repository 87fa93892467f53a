"""Batches whose one half is labelled: as many windows without joints beside those with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from kinelift.body.skeleton import Skeleton
from kinelift.sampling.sequences import Windows, cut_windows
from kinelift.sampling.unlabelled import HalfLabelled
from kinelift.training.batches import Batch, Gatherer
from kinelift.training.config import TrainConfig

_MIRRORED_INTRINSICS = (1.0, 1.0, -1.0, 1.0, 1.0, 1.0, 1.0, -1.0, 1.0)
"""Signs of a lens as the mirrored body is seen through: its centre and its tangential part change sides."""


@dataclass(frozen=True, eq=False)
class SemiBatch:
    """Windows ready for the networks."""

    labelled: Batch
    roots: Float[Tensor, "window 1 1 3"]
    """Of the labelled ones, metres in the camera's frame."""
    unlabelled: Float[Tensor, "other frame joint 2"]
    screen: Float[Tensor, "other 1 joint 2"]
    """Keypoints of the frame each unlabelled window answers for."""
    intrinsics: Float[Tensor, "other 9"]
    keypoints: Skeleton
    joints: Skeleton


def semi_batches(
    config: TrainConfig, sequences: HalfLabelled, order: np.random.Generator, device: torch.device
) -> Iterator[SemiBatch]:
    """Yield all labelled windows in random order, unlabelled ones drawn beside them from an endless shuffle."""
    windows, others = (_windows(config, each.lengths) for each in (sequences, sequences.unlabelled))
    if not len(others):
        raise ValueError("unlabelled: every clip is shorter than what the network reads.")
    assert sequences.roots is not None
    gather, roots = Gatherer(sequences, windows, device), torch.from_numpy(sequences.roots[:, None])
    gather_other = _OtherGatherer(sequences, others, device)
    endless = _endless(len(others), np.random.default_rng(order.integers(2**63)))
    chosen = order.permutation(len(windows))
    for start in range(0, len(chosen), config.batch_size):
        part = chosen[start : start + config.batch_size]
        if len(part) > 1:
            placed = roots[torch.from_numpy(windows.target[part])][:, None]
            placed[torch.from_numpy(windows.mirrored[part])] *= torch.tensor([-1.0, 1.0, 1.0])
            beside = np.array([next(endless) for _ in part])
            yield SemiBatch(
                gather(part), placed.to(device), *gather_other(beside),
                keypoints=sequences.input_skeleton, joints=sequences.output_skeleton,
            )  # fmt: skip


def _windows(config: TrainConfig, lengths: Int[np.ndarray, " clip"]) -> Windows:
    return cut_windows(
        lengths,
        past=config.model.past,
        look_ahead=config.model.look_ahead,
        mirrored=config.mirrored,
        edges=config.edges,
    )


def _endless(count: int, order: np.random.Generator) -> Iterator[int]:
    """Yield each index once before any comes again, in another order each time."""
    while True:
        yield from order.permutation(count).tolist()


class _OtherGatherer:
    """Puts unlabelled windows together, left and right exchanged where asked."""

    def __init__(self, sequences: HalfLabelled, windows: Windows, device: torch.device) -> None:
        self._windows, self._device = windows, device
        self._joints = torch.from_numpy(sequences.unlabelled.joints)
        self._intrinsics = torch.from_numpy(sequences.unlabelled.intrinsics)
        lengths = sequences.unlabelled.lengths
        self._clip = np.repeat(np.arange(len(lengths)), lengths)
        self._order = list(sequences.input_skeleton.mirrored)
        self._signs = torch.tensor([-1.0, 1.0])

    def __call__(self, chosen: Int[np.ndarray, " window"]) -> tuple[Tensor, Tensor, Tensor]:
        """Return windows, the keypoints they answer for, and their lenses."""
        at = self._windows.target[chosen]
        flip = torch.from_numpy(self._windows.mirrored[chosen])
        joints = self._joints[torch.from_numpy(self._windows.frames(chosen))]
        joints[flip] = joints[flip][:, :, self._order] * self._signs
        screen = joints[:, [self._windows.past]]
        intrinsics = self._intrinsics[torch.from_numpy(self._clip[at])]
        intrinsics[flip] = intrinsics[flip] * torch.tensor(_MIRRORED_INTRINSICS)
        joints, screen, intrinsics = (part.to(self._device) for part in (joints, screen, intrinsics))
        return joints, screen, intrinsics
