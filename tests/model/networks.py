"""Small random networks to state laws about."""

from __future__ import annotations

from typing import Any

import torch
from hypothesis import strategies as st

from kinelift.model import TemporalConfig, TemporalModel


@st.composite
def sizes(draw: st.DrawFn, *, dense: bool = False) -> dict[str, Any]:
    """Draw arguments of TemporalConfig: a small network of any odd widths and any future taps.

    The config itself is built in the test, because the checking of its types draws random numbers.
    """
    widths = tuple(draw(st.lists(st.sampled_from([1, 3, 5]), min_size=1, max_size=3)))
    return {
        "joints_in": draw(st.integers(1, 3)),
        "joints_out": draw(st.integers(1, 3)),
        "features": draw(st.integers(1, 3)),
        "extra_features": draw(st.integers(0, 2)),
        "filter_widths": widths,
        "channels": draw(st.integers(1, 6)),
        "future_taps": tuple(draw(st.integers(0, width - 1)) for width in widths),
        "dense": dense and draw(st.booleans()),
    }


def random_network(config: TemporalConfig) -> TemporalModel:
    """Build a network in eval mode, with statistics as if it had been trained."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = TemporalModel(config).eval()
        for name, buffer in model.named_buffers():
            if name.endswith("running_mean"):
                buffer.normal_(0, 0.1)
            elif name.endswith("running_var"):
                buffer.uniform_(0.1, 0.5)
        for name, parameter in model.named_parameters():
            if ".norm." in name:
                torch.nn.init.uniform_(parameter, 0.5, 1.5)
    return model


def random_sequence(
    config: TemporalConfig, frames: int, *, batch: int = 2
) -> tuple[torch.Tensor, torch.Tensor | None]:
    """Draw keypoints and, where the network takes them, extra features."""
    generator = torch.Generator().manual_seed(1)
    keypoints = torch.randn(batch, frames, config.joints_in, config.features, generator=generator)
    extra = torch.randn(batch, frames, config.extra_features, generator=generator)
    return keypoints, extra if config.extra_features else None
