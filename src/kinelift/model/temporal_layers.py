"""The weights of the temporal network and what each layer does to them, whichever way time is walked."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from math import sqrt
from typing import TypeVar

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from kinelift.model.anchored_head import AnchoredHead
from kinelift.model.reference_state import config_of_reference, state_from_reference
from kinelift.model.relu_dropout import relu_dropout
from kinelift.model.shared_norm import SharedNorm, set_momentum
from kinelift.model.temporal_config import TemporalConfig

AnyTemporalLayers = TypeVar("AnyTemporalLayers", bound="TemporalLayers")


class FilterLayer(nn.Module):
    """A filter over gathered taps, batch norm, ReLU and dropout: one matrix product on channels-last rows."""

    def __init__(self, taps: int, channels_in: int, channels_out: int, dropout: float) -> None:
        super().__init__()
        bound = 1 / sqrt(taps * channels_in)
        self.weight = nn.Parameter(torch.empty(channels_out, taps, channels_in).uniform_(-bound, bound))
        self.norm = SharedNorm(channels_out, correction=1)
        self.dropout = dropout

    def forward(self, taps: Float[Tensor, "batch time tap_channel"]) -> Float[Tensor, "batch time channel"]:
        """Filter each frame's taps, laid side by side on the channel axis in order of time."""
        batch, time, _ = taps.shape
        filtered = self.norm(F.linear(taps.reshape(batch * time, -1), self.weight.flatten(1)))
        active = relu_dropout(filtered, self.dropout) if self.training and self.dropout else F.relu(filtered)
        return active.view(batch, time, -1)


class ResidualBlock(nn.Module):
    """A filter over time, then one over channels; the caller adds the block's input at the present tap."""

    def __init__(self, taps: int, channels: int, dropout: float) -> None:
        super().__init__()
        self.over_time = FilterLayer(taps, channels, channels, dropout)
        self.over_channels = FilterLayer(1, channels, channels, dropout)

    def forward(self, taps: Float[Tensor, "batch time tap_channel"]) -> Float[Tensor, "batch time channel"]:
        """Apply both filters to gathered taps."""
        return self.over_channels(self.over_time(taps))


def head_of(config: TemporalConfig) -> AnchoredHead | None:
    """Return what hangs joints on rays; None where a network answers with joints as they are."""
    if config.anchors is None:
        return None
    size_at = config.joints_in * config.features + 2
    return AnchoredHead(config.anchors, config.features, size_at)


class TemporalLayers(nn.Module, ABC):
    """The dilated network of Pavllo et al. 2019 (section 3), less the one choice of how to walk time."""

    def __init__(self, config: TemporalConfig) -> None:
        super().__init__()
        self.config = config
        first, *rest = (len(offsets) for offsets in config.tap_offsets)
        self.expand = FilterLayer(first, config.input_features, config.channels, config.dropout)
        self.blocks = nn.ModuleList(ResidualBlock(taps, config.channels, config.dropout) for taps in rest)
        self.head = head_of(config)
        width = 3 * config.joints_out if self.head is None else self.head.width
        self.shrink = nn.Linear(config.channels, width)

    @abstractmethod
    def gather(
        self, frames: Float[Tensor, "batch time channel"], layer: int
    ) -> Float[Tensor, "batch time_out tap_channel"]:
        """Lay the taps of each output frame of a layer side by side."""

    @abstractmethod
    def present(
        self, frames: Float[Tensor, "batch time channel"], layer: int
    ) -> Float[Tensor, "batch time_out channel"]:
        """Pick, for each output frame of a layer, the input frame it belongs to."""

    @abstractmethod
    def answered(
        self, frames: Float[Tensor, "batch time channel"]
    ) -> Float[Tensor, "batch time_out channel"]:
        """Pick, for each output frame, the input frame it answers for."""

    @abstractmethod
    def check_length(self, time: int) -> None:
        """Raise a ValueError if a sequence of this many frames cannot be walked."""

    def forward(
        self,
        keypoints: Float[Tensor, "batch time joint_in feature"],
        extra: Float[Tensor, "batch time extra"] | None = None,
    ) -> Float[Tensor, "batch time_out joint_out number"]:
        """Lift keypoints to root-relative joints in metres; output 0 belongs to input frame `config.past`.

        Anchored joints come with a fourth number, the distance in metres by which each is expected to be off.
        """
        frames = self._flat_frames(keypoints, extra)
        hidden = self.expand(self.gather(frames, 0))
        for layer, block in enumerate(self.blocks, start=1):
            hidden = self.present(hidden, layer) + block(self.gather(hidden, layer))
        # Metres in bfloat16 are good to some 4 mm only, so the last layer keeps full precision under autocast.
        with torch.autocast(hidden.device.type, enabled=False):
            rows = self.shrink(hidden.to(self.shrink.weight.dtype))
            if self.head is None:
                return rows.view(*rows.shape[:2], self.config.joints_out, 3)
            return self.head(rows, self.answered(frames))

    def set_batch_norm_momentum(self, momentum: float) -> None:
        """Set the weight of a new batch in every running mean and variance."""
        set_momentum(self, momentum)

    @classmethod
    def from_reference_state(
        cls: type[AnyTemporalLayers],
        state: Mapping[str, Tensor],
        *,
        causal: bool = False,
        dense: bool = False,
    ) -> AnyTemporalLayers:
        """Build the network, in eval mode, from a state dictionary of the reference implementation.

        Every size is read off the tensors, two features a keypoint assumed. The tensors do not say whether the
        network is causal or dense, so the caller does.
        """
        config = config_of_reference(state, causal=causal, dense=dense)
        model = cls(config)
        model.load_state_dict(state_from_reference(state, config))
        return model.eval()

    def _flat_frames(self, keypoints: Tensor, extra: Tensor | None) -> Tensor:
        config = self.config
        if keypoints.shape[2:] != (config.joints_in, config.features):
            raise ValueError(
                f"keypoints: (batch, time, {config.joints_in}, {config.features}) expected, "
                f"got {tuple(keypoints.shape)}."
            )
        self.check_length(keypoints.shape[1])
        if config.extra_features == 0 and extra is None:
            return keypoints.flatten(2)
        expected = (*keypoints.shape[:2], config.extra_features)
        if extra is None or extra.shape != expected:
            got = "none" if extra is None else tuple(extra.shape)
            raise ValueError(f"extra: {expected} expected beside these keypoints, got {got}.")
        return torch.cat([keypoints.flatten(2), extra], dim=2)
