"""A network compiled for the processor it trains on, where the tools to do so are there."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from functools import cache

import torch
from torch import Tensor, nn

log = logging.getLogger(__name__)


def compiled(network: nn.Module, device: torch.device) -> Callable[..., Tensor]:
    """Return what answers as the network does, with the work between matrix products fused; it takes a while to start.

    Needs a C++ compiler, on CUDA Triton; without one it is the network as it stands.
    """
    return torch.compile(network) if _compiles(device.type) else network


@cache
def _compiles(device_type: str) -> bool:
    try:
        with warnings.catch_warnings():  # the compiler's own modules warn of each other as they are imported
            warnings.simplefilter("ignore", DeprecationWarning)
            torch.compile(torch.sin)(torch.zeros(8, device=device_type))
    except RuntimeError as error:
        log.info("trains uncompiled, slower: %s", str(error).partition("\n")[0])
        return False
    return True
