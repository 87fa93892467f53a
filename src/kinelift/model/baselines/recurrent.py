"""A plain LSTM that reads the window of a convolution and answers for the same frame."""

from __future__ import annotations

from jaxtyping import Float
from torch import Tensor, nn

from kinelift.geometry.errors import mpjpe
from kinelift.model.baselines.window_network import WindowNetwork
from kinelift.model.temporal_config import TemporalConfig


class PlainLstm(WindowNetwork):
    """Two layers; the last state answers, so that everything the answer needs is carried through time."""

    def __init__(self, config: TemporalConfig) -> None:
        super().__init__(config)
        self.recurrent = nn.LSTM(
            config.input_features, config.channels, num_layers=2, dropout=config.dropout, batch_first=True
        )
        self.last = nn.Linear(config.channels, 3 * config.joints_out)

    def answer(self, windows: Float[Tensor, "window frame input"]) -> Float[Tensor, "window target 3"]:
        """Read a window in order of time and answer at its end for its present frame."""
        states, _ = self.recurrent(windows)
        return self._joints(self.last(states[:, -1]))

    def errors(
        self,
        windows: Float[Tensor, "window frame joint 2"],
        targets: Float[Tensor, "window frame_out target 3"],
    ) -> tuple[Tensor, Tensor]:
        """Return the MPJPE, twice."""
        error = mpjpe(self.answer(windows.flatten(2)).float(), targets[:, 0])
        return error, error.detach()
