"""What whole sequences are lifted by in training, whatever it is made of."""

from __future__ import annotations

from abc import ABC, abstractmethod

from jaxtyping import Float
from torch import Tensor, nn

from kinelift.model.temporal_config import TemporalConfig


class SlidingNetwork(nn.Module, ABC):
    """(batch, T, joint, feature) -> (batch, T - receptive_field + 1, joint, number), for any T that is long enough."""

    config: TemporalConfig
    """Its sizes and its clock."""

    @abstractmethod
    def forward(
        self,
        keypoints: Float[Tensor, "batch time joint feature"],
        extra: Float[Tensor, "batch time extra"] | None = None,
    ) -> Float[Tensor, "batch time_out target number"]:
        """Lift keypoints; output 0 belongs to input frame `config.past`."""
