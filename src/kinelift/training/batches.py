"""Batches of windows as tensors, the next epoch drawn while this one is trained on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, Protocol, runtime_checkable

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from kinelift.ahead import Item, made_ahead
from kinelift.sampling.sequences import Sequences, Windows


@runtime_checkable
class SequenceSource(Protocol):
    """Anything that has sequences for each epoch."""

    def epoch(self, index: int) -> Sequences:
        """Return the sequences of that epoch; the same for the same index."""
        ...


@dataclass(frozen=True, eq=False)
class Batch:
    """Windows ready for the network."""

    joints: Float[Tensor, "window frame joint feature"]
    extra: Float[Tensor, "window frame extra"]
    targets: Float[Tensor, "window target_frame target 3"]
    """Of the frame each window answers for; of all its frames for networks that answer for all."""


def epochs_ahead(source: SequenceSource, start: int, stop: int) -> Iterator[Sequences]:
    """Yield the sequences of each epoch, drawing the next in a thread meanwhile."""
    with ThreadPoolExecutor(1) as drawer:
        coming: Future[Sequences] | None = drawer.submit(source.epoch, start) if start < stop else None
        for index in range(start, stop):
            assert coming is not None
            sequences = coming.result()
            coming = drawer.submit(source.epoch, index + 1) if index + 1 < stop else None
            yield sequences


def shuffled_batches(gather: Gatherer, windows: int, size: int, rng: np.random.Generator) -> Iterator[Batch]:
    """Return all windows in random order; a last batch of one is left out, as batch norm cannot use it.

    Each batch is gathered in a thread while the one before is learnt from.
    """
    order = rng.permutation(windows)
    parts = [order[start : start + size] for start in range(0, len(order), size)]
    return made_ahead((gather(chosen) for chosen in parts if len(chosen) > 1), 1)


class Awaited(Generic[Item]):
    """Iterates, and counts how long it was waited for."""

    def __init__(self, items: Iterator[Item]) -> None:
        self._items = items
        self.seconds = 0.0
        """Spent waiting so far."""

    def __iter__(self) -> Iterator[Item]:
        return self

    def __next__(self) -> Item:
        start = time.perf_counter()
        try:
            return next(self._items)
        finally:
            self.seconds += time.perf_counter() - start


class Gatherer:
    """Puts windows together from frames, left and right exchanged where asked."""

    def __init__(self, sequences: Sequences, windows: Windows, device: torch.device) -> None:
        """Keep the frames as tensors on the processor; batches go to `device`."""
        self._windows = windows
        self._joints = torch.from_numpy(sequences.joints)
        self._extra = torch.from_numpy(sequences.extra)
        self._targets = torch.from_numpy(sequences.targets)
        self._in_order = list(sequences.input_skeleton.mirrored)
        self._out_order = list(sequences.output_skeleton.mirrored)
        self._joint_signs = torch.tensor(sequences.mirror.joint, dtype=self._joints.dtype)
        self._extra_signs = torch.tensor(sequences.mirror.extra, dtype=self._extra.dtype)
        self._target_signs = torch.tensor([-1.0, 1.0, 1.0], dtype=self._targets.dtype)
        self._device = device

    def __call__(self, chosen: Int[np.ndarray, " window"]) -> Batch:
        """Return the chosen windows, in that order."""
        rows = torch.from_numpy(self._windows.frames(chosen))
        flip = torch.from_numpy(self._windows.mirrored[chosen])
        joints, extra = self._joints[rows], self._extra[rows]
        joints[flip] = joints[flip][:, :, self._in_order] * self._joint_signs
        extra[flip] = extra[flip] * self._extra_signs
        poses = self.poses(chosen, self._windows.target[chosen][:, None])
        return Batch(_sent(joints, self._device), _sent(extra, self._device), poses)

    def poses(
        self, chosen: Int[np.ndarray, " window"], frames: Int[np.ndarray, "window frame"]
    ) -> Float[Tensor, "window frame target 3"]:
        """Return what is to be answered at the given frames of the chosen windows."""
        flip = torch.from_numpy(self._windows.mirrored[chosen])
        poses = self._targets[torch.from_numpy(frames)]
        poses[flip] = poses[flip][:, :, self._out_order] * self._target_signs
        return _sent(poses, self._device)


def _sent(values: Tensor, device: torch.device) -> Tensor:
    """Return values on a device; on a GPU's way they are pinned, so that nothing waits for them to arrive."""
    if device.type == "cuda":
        values = values.pin_memory()
    return values.to(device, non_blocking=True)
