"""The residual network of Martinez et al. (ICCV 2017): one frame in, z-scored numbers on both sides.

Without its limit on the norm of weights, which others found better left out.
"""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor, nn

from kinelift.geometry.errors import mpjpe
from kinelift.model.baselines.window_network import Standardisation, WindowNetwork
from kinelift.model.temporal_config import TemporalConfig

BLOCKS = 2


class ResidualMlp(WindowNetwork):
    """A layer in, two residual blocks of two layers, a layer out; trained by squared z-scored errors."""

    def __init__(self, config: TemporalConfig) -> None:
        super().__init__(config)
        if config.receptive_field != 1:
            raise ValueError(f"config: windows of one frame expected, got {config.receptive_field}.")
        channels = config.channels
        self.inputs = Standardisation(config.input_features)
        self.outputs = Standardisation(3 * config.joints_out)
        self.first = _layer(config.input_features, channels, config.dropout)
        self.blocks = nn.ModuleList(
            nn.Sequential(
                _layer(channels, channels, config.dropout), _layer(channels, channels, config.dropout)
            )
            for _ in range(BLOCKS)
        )
        self.last = nn.Linear(channels, 3 * config.joints_out)
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.kaiming_normal_(module.weight)

    def fit(self, inputs: Float[Tensor, "frame joint 2"], targets: Float[Tensor, "frame target 3"]) -> None:
        """Measure both sides' means and deviations."""
        self.inputs.fit(inputs.flatten(1))
        self.outputs.fit(targets.flatten(1))

    def scores(self, windows: Float[Tensor, "window 1 input"]) -> Float[Tensor, "window output"]:
        """Return z-scored joints."""
        hidden = self.first(self.inputs.standardise(windows[:, 0]))
        for block in self.blocks:
            hidden = hidden + block(hidden)
        return self.last(hidden)

    def answer(self, windows: Float[Tensor, "window frame input"]) -> Float[Tensor, "window target 3"]:
        """Return the pose of each window's only frame."""
        return self._joints(self.outputs.restore(self.scores(windows)))

    def errors(
        self,
        windows: Float[Tensor, "window frame joint 2"],
        targets: Float[Tensor, "window frame_out target 3"],
    ) -> tuple[Tensor, Tensor]:
        """Return the mean squared z-scored error, and the MPJPE."""
        scores = self.scores(windows.flatten(2)).float()
        wanted = self.outputs.standardise(targets[:, 0].flatten(1))
        with torch.no_grad():
            error = mpjpe(self._joints(self.outputs.restore(scores)), targets[:, 0])
        return ((scores - wanted) ** 2).mean(), error


def _layer(inputs: int, outputs: int, dropout: float) -> nn.Sequential:
    return nn.Sequential(nn.Linear(inputs, outputs), nn.BatchNorm1d(outputs), nn.ReLU(), nn.Dropout(dropout))
