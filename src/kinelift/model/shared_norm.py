"""Batch norm over rows that a compiled network can train."""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812


class SharedNorm(nn.BatchNorm1d):
    """Batch norm whose momentum is a tensor, so that a compiled network takes a new one as it is."""

    def __init__(self, channels: int, *, correction: int = 0) -> None:
        """Take what is subtracted from the count of rows in a running variance; PyTorch's own subtracts 1."""
        super().__init__(channels)
        self.correction = correction
        self.weight_of_batch: Tensor
        self.register_buffer("weight_of_batch", torch.tensor(0.1), persistent=False)

    def forward(self, input: Float[Tensor, "row channel"]) -> Float[Tensor, "row channel"]:
        """Normalise by the batch in training, else by running statistics."""
        if not self.training:
            return super().forward(input)
        assert self.running_mean is not None
        assert self.running_var is not None
        with torch.no_grad():
            variance, mean = torch.var_mean(input.float(), [0], correction=self.correction, keepdim=True)
            self.running_mean.lerp_(mean[0], self.weight_of_batch)
            self.running_var.lerp_(variance[0], self.weight_of_batch)
        return F.batch_norm(input, None, None, self.weight, self.bias, training=True, eps=self.eps)


def set_momentum(network: nn.Module, momentum: float) -> None:
    """Set the weight of a new batch in every running mean and variance."""
    for module in network.modules():
        if isinstance(module, SharedNorm):
            module.momentum = momentum
            module.weight_of_batch.fill_(momentum)
