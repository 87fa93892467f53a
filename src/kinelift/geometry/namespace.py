"""Which library an array belongs to, so that one body of code serves numpy and torch.

The functions used through it (where, stack, linalg.norm, ...) take the same arguments in both: torch reads
`axis` as `dim` and `keepdims` as `keepdim`. torch is imported only when something of torch's is handed in.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def namespace(array: Any) -> Any:
    """Return the module whose functions work on this array: numpy, or torch for a tensor."""
    if isinstance(array, np.ndarray | np.generic):
        return np
    import torch

    return torch


def constant(values: Any, like: Any) -> Any:
    """Return values as an array of the library, dtype and device of `like`."""
    if isinstance(like, np.ndarray | np.generic):
        return np.asarray(values, dtype=like.dtype)
    return like.new_tensor(values)
