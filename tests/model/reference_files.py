"""Checkpoints like VideoPose3D's, made up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from tests.walking import walking_joints


def reference_state(widths: Sequence[int] = (3, 3), channels: int = 8) -> dict[str, torch.Tensor]:
    """Return the tensors of a network of 17 keypoints and joints whose answers are about somebody who walks."""
    generator = torch.Generator().manual_seed(7)

    def drawn(*shape: int) -> torch.Tensor:
        return torch.randn(shape, generator=generator) / np.sqrt(np.prod(shape[1:] or 1))

    state = {"expand_conv.weight": drawn(channels, 34, widths[0])}
    norms = ["expand_bn"]
    for block, width in enumerate(widths[1:]):
        state[f"layers_conv.{2 * block}.weight"] = drawn(channels, channels, width)
        state[f"layers_conv.{2 * block + 1}.weight"] = drawn(channels, channels, 1)
        norms += [f"layers_bn.{2 * block}", f"layers_bn.{2 * block + 1}"]
    for norm in norms:
        state |= {f"{norm}.weight": 1 + 0.1 * drawn(channels), f"{norm}.bias": 0.1 * drawn(channels)}
        state |= {
            f"{norm}.running_mean": 0.1 * drawn(channels),
            f"{norm}.running_var": 1 + 0.1 * drawn(channels).abs(),
            f"{norm}.num_batches_tracked": torch.tensor(1),
        }
    walker = walking_joints(1)[0]
    state["shrink.weight"] = 0.05 * drawn(51, channels, 1)
    state["shrink.bias"] = torch.from_numpy(walker - walker[0]).flatten().float()
    return state
