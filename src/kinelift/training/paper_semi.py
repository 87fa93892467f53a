"""Semi-supervision asked for beside a preset's name: whose keypoints, and which of the paper's ablations."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

from kinelift.training.config import TrainConfig
from kinelift.training.paper_presets import StudioConfig
from kinelift.training.semi_supervised import SemiSupervision


def semi_supervised(
    preset: TrainConfig,
    *,
    subjects: tuple[str, ...] | None = None,
    field_of_view_degrees: float | None = None,
    warm_up_epochs: int | None = None,
    projection: Literal["lens", "linear", "none"] | None = None,
    bones: Literal["on", "off"] | None = None,
) -> TrainConfig:
    """Return a preset that learns from keypoints without joints too; what is None stays as the preset has it."""
    asked = (subjects, field_of_view_degrees, warm_up_epochs, projection, bones)
    if all(each is None for each in asked):
        return preset
    if not isinstance(preset, StudioConfig):
        raise ValueError(f"{preset.name}: the paper's presets alone, such as h36m-27, learn without labels.")
    if preset.semi is None and subjects is None:
        raise ValueError(f"{preset.name}: name who is learnt from without labels (--unlabelled S5,S6).")
    semi = preset.semi or SemiSupervision()
    data = semi.data if subjects is None else replace(semi.data, subjects=subjects)
    if field_of_view_degrees is not None:
        data = replace(data, field_of_view_degrees=field_of_view_degrees)
    changes: dict[str, Any] = {"data": data}
    if warm_up_epochs is not None:
        changes["warm_up_epochs"] = warm_up_epochs
    match projection:
        case None:
            pass
        case "none":
            changes["reprojection"] = 0.0
        case "lens" | "linear":
            lens = "human36m" if projection == "lens" else "linear"
            changes |= {"reprojection": 1.0, "lens": lens}
    if bones is not None:
        changes["bones"] = 1.0 if bones == "on" else 0.0
    return replace(preset, semi=replace(semi, **changes))
