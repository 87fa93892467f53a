"""A temporal network that answers a mirrored body with the mirrored answer, whatever its weights.

Channels come in pairs: the second of a pair is what the first would be were the body mirrored. So a layer has two
matrices, one from a half to itself and one from the other half, the same for both halves; in sums and differences of
the halves they act apart, which takes half the products of a layer of that width. Averaging with the mirrored answer
then changes nothing (cf. Yeh et al., Chirality nets for human pose regression, NeurIPS 2019).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from kinelift.body.skeleton import Skeleton
from kinelift.geometry.normalisation import Mirror
from kinelift.model.shared_norm import SharedNorm, set_momentum
from kinelift.model.taps import gather_taps, present_tap
from kinelift.model.temporal import TemporalModel
from kinelift.model.temporal_config import TemporalConfig
from kinelift.model.temporal_layers import head_of


@dataclass(frozen=True)
class Reflection:
    """A mirrored body's numbers from the body's: each from its counterpart, times a sign."""

    order: tuple[int, ...]
    signs: tuple[float, ...]

    def __call__(self, values: Float[Tensor, "*batch number"]) -> Float[Tensor, "*batch number"]:
        """Reflect along the last axis; twice is nothing."""
        return values[..., list(self.order)] * values.new_tensor(self.signs)


def reflection_of_input(skeleton: Skeleton, mirror: Mirror) -> Reflection:
    """Reflect flat input frames: joint after joint, then what stands beside them."""
    features, joints = len(mirror.joint), len(skeleton)
    order = [joint * features + feature for joint in skeleton.mirrored for feature in range(features)]
    beside = range(joints * features, joints * features + len(mirror.extra))
    return Reflection((*order, *beside), (*mirror.joint * joints, *mirror.extra))


def reflection_of_rows(skeleton: Skeleton) -> Reflection:
    """Reflect rows of an anchored network's last layer."""
    joints = len(skeleton)
    order = [plane * joints + joint for plane in range(4) for joint in skeleton.mirrored]
    return Reflection((*order, 4 * joints), (*(-1.0,) * joints, *(1.0,) * (3 * joints + 1)))


class PairedFilter(nn.Module):
    """A filter over taps of both halves, batch norm and ReLU, the same for both."""

    def __init__(self, offsets: tuple[int, ...], channels_in: int, channels_out: int) -> None:
        super().__init__()
        bound = 1 / sqrt(len(offsets) * channels_in)
        size = (channels_out, len(offsets) * channels_in)
        self.offsets = offsets
        self.of_sums = nn.Parameter(torch.empty(size).uniform_(-bound, bound))
        self.of_differences = nn.Parameter(torch.empty(size).uniform_(-bound, bound))
        self.norm = SharedNorm(channels_out)

    def forward(
        self, halves: Float[Tensor, "half time clip channel"]
    ) -> Float[Tensor, "half time_out clip channel"]:
        """Filter both halves."""
        first, second = halves
        alike = F.linear(gather_taps(first + second, self.offsets), self.of_sums)
        unlike = F.linear(gather_taps(first - second, self.offsets), self.of_differences)
        return normed(torch.stack([alike + unlike, alike - unlike]) * 0.5, self.norm)

    def dense(self) -> Float[Tensor, "channel tap channel_in"]:
        """Return the weights of a common filter over all channels."""
        sums, differences = (
            each.unflatten(1, (len(self.offsets), -1)) for each in (self.of_sums, self.of_differences)
        )
        own, others = (sums + differences) / 2, (sums - differences) / 2
        return torch.cat([torch.cat([own, others], -1), torch.cat([others, own], -1)])


class PairedTemporalModel(nn.Module):
    """(batch, T, joint, feature) -> (batch, T - receptive_field + 1, joint, 4), as `dense()` answers too."""

    def __init__(self, config: TemporalConfig, reads: Skeleton, answers: Skeleton, mirror: Mirror) -> None:
        super().__init__()
        head = head_of(config)
        if head is None or config.channels % 2:
            raise ValueError(
                f"paired channels: anchors and an even number of channels expected, got {config.channels} and "
                f"anchors {config.anchors}."
            )
        self.config, self.head, half = config, head, config.channels // 2
        self.mirrored_input = reflection_of_input(reads, mirror)
        self.mirrored_rows = reflection_of_rows(answers)
        first, *rest = config.tap_offsets
        bound = 1 / sqrt(len(first) * config.input_features)
        self.expand = nn.Parameter(
            torch.empty(half, len(first), config.input_features).uniform_(-bound, bound)
        )
        self.expand_norm = SharedNorm(half)
        self.over_time = nn.ModuleList(PairedFilter(offsets, half, half) for offsets in rest)
        self.over_channels = nn.ModuleList(PairedFilter((0,), half, half) for _ in rest)
        self.shrink = nn.Linear(half, head.width)
        nn.init.normal_(self.shrink.weight, 0.0, 0.01)
        nn.init.zeros_(self.shrink.bias)

    def forward(
        self,
        keypoints: Float[Tensor, "batch time joint_in feature"],
        extra: Float[Tensor, "batch time extra"],
    ) -> Float[Tensor, "batch time_out joint_out 4"]:
        """Lift keypoints to root-relative joints and their expected errors in metres."""
        config = self.config
        # Frame after frame, so that what a tap reads lies in one piece.
        frames = torch.cat([keypoints.flatten(2), extra], dim=2).transpose(0, 1).contiguous()
        both = torch.stack([frames, self.mirrored_input(frames)])
        hidden = F.linear(gather_taps(both, config.tap_offsets[0]), self.expand.flatten(1))
        hidden = normed(hidden, self.expand_norm)
        for layer, (over_time, over_channels) in enumerate(
            zip(self.over_time, self.over_channels, strict=True), start=1
        ):
            filtered = over_channels(over_time(hidden))
            hidden = present_tap(hidden, config, layer) + filtered
        # Metres in bfloat16 are good to some 4 mm only, so the last layer keeps full precision under autocast.
        with torch.autocast(hidden.device.type, enabled=False):
            own, other = self.shrink(hidden.to(self.shrink.weight.dtype))
            rows = (own + self.mirrored_rows(other)) / 2
            answer = self.head(rows, frames[config.past : len(frames) - config.look_ahead])
        return answer.transpose(0, 1)

    @torch.no_grad()
    def dense(self) -> TemporalModel:
        """Return the same network with its weights written out, in eval mode on the processor."""
        model = TemporalModel(self.config)
        weight = torch.cat([self.expand, self.mirrored_input(self.expand)])
        state: dict[str, Tensor] = {"expand.weight": weight, **_doubled(self.expand_norm, "expand.norm")}
        for index, pair in enumerate(zip(self.over_time, self.over_channels, strict=True)):
            for name, filters in zip(("over_time", "over_channels"), pair, strict=True):
                assert isinstance(filters, PairedFilter)
                state[f"blocks.{index}.{name}.weight"] = filters.dense()
                state |= _doubled(filters.norm, f"blocks.{index}.{name}.norm")
        own, bias = self.shrink.weight / 2, self.shrink.bias / 2
        state["shrink.weight"] = torch.cat([own, self.mirrored_rows(own.T).T], dim=1)
        state["shrink.bias"] = bias + self.mirrored_rows(bias)
        model.load_state_dict({name: values.detach().cpu() for name, values in state.items()})
        return model.eval()

    def hidden_matrices(self) -> list[nn.Parameter]:
        """Return the filters between the first and the last layer, each a matrix."""
        filters = [each for each in self.modules() if isinstance(each, PairedFilter)]
        return [matrix for each in filters for matrix in (each.of_sums, each.of_differences)]

    def set_batch_norm_momentum(self, momentum: float) -> None:
        """Set the weight of a new batch in every running mean and variance."""
        set_momentum(self, momentum)


def anchors_of(reads: Skeleton, answers: Skeleton) -> tuple[int, ...]:
    """Return for each joint the keypoint of its name, or -1."""
    return tuple(reads.names.index(name) if name in reads.names else -1 for name in answers.names)


def normed(
    values: Float[Tensor, "half time clip channel"], norm: SharedNorm
) -> Float[Tensor, "half time clip channel"]:
    """Apply batch norm and ReLU to both halves alike."""
    return F.relu(norm(values.flatten(0, 2))).view(values.shape)


def _doubled(norm: SharedNorm, name: str) -> dict[str, Tensor]:
    state: dict[str, Any] = norm.state_dict()
    return {f"{name}.{key}": values.repeat(2) if values.ndim else values for key, values in state.items()}
