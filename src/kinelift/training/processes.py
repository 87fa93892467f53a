"""One run on several processes: each learns from its share of every batch, and gradients are averaged.

torchrun starts the processes; Lightning Fabric joins them, over gloo on processors and NCCL on GPUs. Nothing else of a
run knows of it: batches are drawn alike everywhere, and whoever learns sees a smaller one.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Any

import torch
from torch import Tensor, nn

from kinelift.training.learner import Loss

_FEWEST_ROWS = 2
"""Of a share: batch norm cannot use one."""


@dataclass(frozen=True)
class Processes:
    """Those of a run, seen from one of them."""

    index: int
    count: int
    device: torch.device
    """This one's."""
    sum_over: Callable[[Tensor], Tensor]
    """Adds a tensor up over all of them."""
    wait: Callable[[], None]
    """Returns when all have come here."""

    @property
    def first(self) -> bool:
        """Whether this one writes the run's files."""
        return self.index == 0

    def share(self, batch: Any) -> Any:
        """Return this process's rows of a batch; all of them where there are too few to go round."""
        if self.count == 1 or _rows(batch) < _FEWEST_ROWS * self.count:
            return batch
        return _taken(batch, slice(self.index, None, self.count))

    def merge(self, model: nn.Module, loss: Loss) -> Loss:
        """Average gradients over targets, and return the mean error and the targets of all processes."""
        if self.count == 1:
            return loss
        gradients = [each.grad for each in model.parameters() if each.grad is not None]
        error = loss.mpjpe.detach().reshape(1)
        told = torch.cat([*(each.flatten() for each in gradients), error, torch.ones_like(error)])
        told = self.sum_over(told * loss.targets)
        targets = float(told[-1])
        told /= targets
        parts = told[:-2].split([each.numel() for each in gradients])
        for gradient, part in zip(gradients, parts, strict=True):
            gradient.copy_(part.view_as(gradient))
        return Loss(loss.total, told[-2], round(targets))

    def average_statistics(self, model: nn.Module) -> None:
        """Give all processes the mean of what batch norms have seen in each."""
        for values in model.buffers() if self.count > 1 else ():
            if values.is_floating_point():
                values.copy_(self.sum_over(values.clone()) / self.count)


def alone(device: torch.device) -> Processes:
    """Return the one process of an ordinary run."""
    return Processes(0, 1, device, lambda values: values, lambda: None)


def joined(device: torch.device) -> Processes:
    """Return the processes that torchrun started, this one among them, or this one alone."""
    if not torch.distributed.is_torchelastic_launched():
        return alone(device)
    return _joined(device.type)


@cache
def _joined(kind: str) -> Processes:
    try:
        from lightning_fabric import Fabric
    except ImportError as error:
        raise ValueError(
            'lightning-fabric is not installed; pip install "kinelift[scale]" brings it.'
        ) from error
    count, here = int(os.environ["WORLD_SIZE"]), int(os.environ["LOCAL_WORLD_SIZE"])
    fabric = Fabric(accelerator=kind, devices=here, num_nodes=max(count // here, 1), strategy="ddp")
    fabric.launch()
    atexit.register(torch.distributed.destroy_process_group)

    def sum_over(values: Tensor) -> Tensor:
        total = fabric.all_reduce(values, reduce_op="sum")
        assert isinstance(total, Tensor)
        return total

    return Processes(fabric.global_rank, fabric.world_size, fabric.device, sum_over, fabric.barrier)


def _rows(batch: Any) -> int:
    """Return the fewest rows of any tensor in a batch."""
    values = [getattr(batch, each.name) for each in fields(batch)]
    counts = [len(value) for value in values if isinstance(value, Tensor)]
    return min([*counts, *(_rows(value) for value in values if _is_part(value))])


def _taken(batch: Any, rows: slice) -> Any:
    values = {each.name: getattr(batch, each.name) for each in fields(batch)}
    for name, value in values.items():
        if isinstance(value, Tensor):
            values[name] = value[rows]
        elif _is_part(value):
            values[name] = _taken(value, rows)
    return type(batch)(**values)


def _is_part(value: Any) -> bool:
    """Say whether it is a batch within a batch, not a layout that comes along."""
    return is_dataclass(value) and any(
        isinstance(getattr(value, each.name), Tensor) for each in fields(value)
    )
