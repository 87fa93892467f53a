"""The one-frame training twin: one window in, one pose out, nothing computed that the pose does not need."""

from __future__ import annotations

from jaxtyping import Float
from torch import Tensor

from kinelift.model.temporal_config import TemporalConfig
from kinelift.model.temporal_layers import TemporalLayers


class StridedTemporalModel(TemporalLayers):
    """(batch, receptive_field, joint, feature) -> (batch, 1, joint, 3), with the weights of a TemporalModel.

    Where the dilated network slides, this one strides, so that every layer sees each of its inputs once:

        frames   a b c d e f g h i      widths (3, 3)
        layer 0  A     B     C
        layer 1  *
    """

    def __init__(self, config: TemporalConfig) -> None:
        if config.dense:
            raise ValueError(
                "dense: filters that overlap cannot stride; train a dense network with TemporalModel "
                "on windows of one receptive field."
            )
        super().__init__(config)

    def gather(
        self, frames: Float[Tensor, "batch time channel"], layer: int
    ) -> Float[Tensor, "batch time_out tap_channel"]:
        """Read each run of `width` frames as one row: the taps already lie side by side."""
        batch, time, channels = frames.shape
        width = self.config.filter_widths[layer]
        return frames.reshape(batch, time // width, width * channels)

    def present(
        self, frames: Float[Tensor, "batch time channel"], layer: int
    ) -> Float[Tensor, "batch time_out channel"]:
        """Pick the last tap that is not in the future, once in each run."""
        width = self.config.filter_widths[layer]
        return frames[:, width - 1 - self.config.taps_ahead[layer] :: width]

    def answered(
        self, frames: Float[Tensor, "batch time channel"]
    ) -> Float[Tensor, "batch time_out channel"]:
        """Pick the window's present frame."""
        return frames[:, [self.config.past]]

    def check_length(self, time: int) -> None:
        """Ask for exactly a receptive field."""
        field = self.config.receptive_field
        if time != field:
            raise ValueError(
                f"keypoints: windows of exactly {field} frames (the receptive field) expected, got {time}. "
                "TemporalModel takes longer sequences."
            )
