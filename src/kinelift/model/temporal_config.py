"""What a temporal network is made of, and its clock: how far each layer looks back and ahead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import prod
from operator import mul


def centred(filter_widths: Sequence[int]) -> tuple[int, ...]:
    """Future taps of an offline network: as many ahead as behind in every layer."""
    return tuple((width - 1) // 2 for width in filter_widths)


def causal(filter_widths: Sequence[int]) -> tuple[int, ...]:
    """Future taps of a network that never looks ahead."""
    return tuple(0 for _ in filter_widths)


def fixed_lag(filter_widths: Sequence[int], look_ahead: int) -> tuple[int, ...]:
    """Future taps of a network that answers `look_ahead` frames late.

    The layers of small dilation are centred and those of larger dilation look back only, so width 3 offers
    0, 1, 4, 13, 40 ... frames; any other number is an error that lists the choices.
    """
    middle = centred(filter_widths)
    ahead = [0, *accumulate(map(mul, middle, _dilations(filter_widths)))]
    if look_ahead not in ahead:
        raise ValueError(
            f"look_ahead: {look_ahead} frames cannot be had from filter widths {tuple(filter_widths)}; "
            f"choose one of {', '.join(map(str, sorted(set(ahead))))}."
        )
    layers = ahead.index(look_ahead)
    return middle[:layers] + causal(filter_widths[layers:])


@dataclass(frozen=True)
class TemporalConfig:
    """Sizes and clock of the dilated temporal network (Pavllo et al. 2019, section 3)."""

    joints_in: int = 17
    """Keypoints of each input frame."""

    joints_out: int = 17
    """Joints of each output pose."""

    features: int = 2
    """Numbers for each keypoint: x, y and whatever else the model was given, such as a score."""

    extra_features: int = 0
    """Numbers for each frame beside the keypoints."""

    filter_widths: tuple[int, ...] = (3, 3, 3)
    """Taps of the input layer and of each residual block; odd."""

    channels: int = 1024
    """Width of every hidden layer."""

    dropout: float = 0.25
    """Share of hidden values dropped in training."""

    future_taps: tuple[int, ...] | None = None
    """Taps of each layer that lie in the future, 0 to width - 1; None is centred."""

    anchors: tuple[int, ...] | None = None
    """For each output joint the keypoint that marks it, -1 where none does: joints are then hung on rays, see
    `AnchoredHead`, and come with expected errors. None answers with joints as they are."""

    dense: bool = False
    """Whether every frame within a layer's reach is a tap (the paper's ablation), instead of one in `dilation`."""

    def __post_init__(self) -> None:
        for name in ("joints_in", "joints_out", "features", "channels"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name}: at least 1 expected, got {getattr(self, name)}.")
        if self.extra_features < 0:
            raise ValueError(f"extra_features: 0 or more expected, got {self.extra_features}.")
        if not self.filter_widths or any(width < 1 or width % 2 == 0 for width in self.filter_widths):
            raise ValueError(
                f"filter_widths: odd numbers such as (3, 3, 3) expected, got {self.filter_widths}."
            )
        if not 0 <= self.dropout < 1:
            raise ValueError(f"dropout: at least 0 and below 1 expected, got {self.dropout}.")
        if len(self.taps_ahead) != len(self.filter_widths):
            raise ValueError(
                f"future_taps: one for each of the {len(self.filter_widths)} filter widths expected, "
                f"got {self.future_taps}."
            )
        if self.anchors is not None:
            self._check_anchors(self.anchors)
        for width, ahead in zip(self.filter_widths, self.taps_ahead, strict=True):
            if not 0 <= ahead < width:
                raise ValueError(
                    f"future_taps: 0 to {width - 1} expected for a filter of width {width}, got {ahead}; "
                    "see centred, causal and fixed_lag."
                )

    def _check_anchors(self, anchors: tuple[int, ...]) -> None:
        if len(anchors) != self.joints_out or any(
            not -1 <= keypoint < self.joints_in for keypoint in anchors
        ):
            raise ValueError(
                f"anchors: one keypoint below {self.joints_in}, or -1, for each of {self.joints_out} joints expected, "
                f"got {anchors}."
            )
        if self.features < 2 or self.extra_features < 3:
            raise ValueError(
                "anchors: rays expected, with x and y first of each keypoint's features and the log size third beside "
                f"them, got {self.features} features and {self.extra_features} beside them."
            )

    @property
    def numbers_out(self) -> int:
        """Numbers for each output joint: x, y, z and, of anchored ones, the expected error."""
        return 3 if self.anchors is None else 4

    @property
    def taps_ahead(self) -> tuple[int, ...]:
        """Future taps of each layer, with None read as centred."""
        return centred(self.filter_widths) if self.future_taps is None else self.future_taps

    @property
    def input_features(self) -> int:
        """Numbers in one flat input frame: keypoints, joint after joint, then the extra features."""
        return self.joints_in * self.features + self.extra_features

    @property
    def dilations(self) -> tuple[int, ...]:
        """Frames between neighbouring taps of each layer: the product of the earlier widths."""
        return _dilations(self.filter_widths)

    @property
    def reaches(self) -> tuple[int, ...]:
        """Frames between the first and the last tap of each layer; as many are lost from its output."""
        return tuple((w - 1) * d for w, d in zip(self.filter_widths, self.dilations, strict=True))

    @property
    def pasts(self) -> tuple[int, ...]:
        """Frames between the first tap of each layer and the present one, which the residual carries on."""
        return tuple(
            (w - 1 - ahead) * d
            for w, ahead, d in zip(self.filter_widths, self.taps_ahead, self.dilations, strict=True)
        )

    @property
    def tap_offsets(self) -> tuple[tuple[int, ...], ...]:
        """Offsets in frames of each layer's taps from its first one."""
        return tuple(
            tuple(range(0, reach + 1, 1 if self.dense else dilation))
            for reach, dilation in zip(self.reaches, self.dilations, strict=True)
        )

    @property
    def receptive_field(self) -> int:
        """Input frames behind one output frame."""
        return prod(self.filter_widths)

    @property
    def past(self) -> int:
        """Input frames before the one an output frame belongs to."""
        return sum(self.pasts)

    @property
    def look_ahead(self) -> int:
        """Input frames after the one an output frame belongs to."""
        return self.receptive_field - 1 - self.past


def _dilations(filter_widths: Sequence[int]) -> tuple[int, ...]:
    return (1, *accumulate(filter_widths[:-1], mul))
