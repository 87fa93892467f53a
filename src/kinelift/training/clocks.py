"""Weights are valid on the clock they were trained for, and on no other."""

from __future__ import annotations

from kinelift.model.temporal_config import TemporalConfig, fixed_lag
from kinelift.training.config import TrainConfig
from kinelift.training.paper_presets import StudioConfig
from kinelift.training.presets import PRESETS


def asked_look_ahead(*, causal: bool, look_ahead: int | None) -> int | None:
    """Return the frames ahead that two ways of asking come to; None where neither asks."""
    if not causal:
        return look_ahead
    if look_ahead:
        raise ValueError(
            f"look_ahead: a causal network looks 0 frames ahead, not {look_ahead}; leave out one of the two."
        )
    return 0


def check_clock(name: str, trained: TemporalConfig, look_ahead: int) -> None:
    """Raise ValueError, naming what to train instead, where a run of the preset `name` looks otherwise ahead."""
    if trained.look_ahead == look_ahead:
        return
    ahead = fixed_lag(trained.filter_widths, look_ahead)
    others = [other.name for other in PRESETS.values() if _looks_alike(other, name, look_ahead)]
    mend = (
        f"Train {' or '.join(others)} for that."
        if others
        else f"No preset of its kind does: train one with model.future_taps={ahead} for that."
    )
    raise ValueError(
        f"look_ahead: {name} was trained to look {trained.look_ahead} frames ahead, not {look_ahead}, and weights are "
        f"not valid on another clock. {mend}"
    )


def _looks_alike(other: TrainConfig, name: str, look_ahead: int) -> bool:
    """Tell whether a preset learns from the same kind of data, over time, and looks so far ahead."""
    own = PRESETS.get(name)
    same_kind = own is None or isinstance(own, StudioConfig) == isinstance(other, StudioConfig)
    temporal = other.model.receptive_field > 1 and not other.synthetic
    return same_kind and temporal and other.model.look_ahead == look_ahead
