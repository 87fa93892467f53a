"""The rows of the paper as presets, with the figures they should reach on the licensed data.

Pavllo et al., CVPR 2019, tables 1 to 5, and the figures its authors give beside their code. Train with `kinelift train
h36m-243 --data DIR`, where DIR holds VideoPose3D's files, then test with `kinelift evaluate`.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from kinelift.model.temporal_config import TemporalConfig, causal
from kinelift.sampling.studio_source import StudioData
from kinelift.training.config import OptimiserConfig, TrainConfig
from kinelift.training.semi_supervised import SemiSupervision


@dataclass(frozen=True)
class PublishedFigures:
    """What the authors reached: averages of the actions, every frame, mirror averaging on."""

    p1_mm: float | None = None
    p2_mm: float | None = None
    mpjve_mm: float | None = None
    remark: str = ""
    """What else belongs to the figures."""


@dataclass(frozen=True)
class StudioConfig(TrainConfig):
    """A training run on VideoPose3D's files."""

    studio: StudioData = field(default_factory=StudioData)
    published: PublishedFigures = field(default_factory=PublishedFigures)
    """Not part of the experiment; to compare with."""
    semi: SemiSupervision | None = None
    """What unlabelled keypoints teach beside; None learns from labels alone."""

    def to_json(self) -> str:
        """Write out what the run depends on, which virtual cameras and published figures are not."""
        left_out = ("data", "published") if self.semi is not None else ("data", "published", "semi")
        values = {name: value for name, value in asdict(self).items() if name not in left_out}
        return json.dumps(values, sort_keys=True)


def _human36m(name: str, widths: tuple[int, ...], published: PublishedFigures) -> StudioConfig:
    return StudioConfig(
        name=name,
        model=TemporalConfig(filter_widths=widths),
        epochs=80,
        batch_size=1024,
        edges="pad",
        published=published,
    )


_MASK_RCNN_BOXES = "CPN keypoints in boxes of Mask R-CNN"
_GT_BOXES = "CPN keypoints in ground-truth boxes; the file of this name has those of Mask R-CNN"

H36M_1 = _human36m("h36m-1", (1,) * 5, PublishedFigures(51.8, 40.0, 11.6, _MASK_RCNN_BOXES))
H36M_27 = _human36m("h36m-27", (3,) * 3, PublishedFigures(48.8, 38.0, remark=_GT_BOXES))
H36M_81 = _human36m("h36m-81", (3,) * 4, PublishedFigures(47.7, 37.2, remark=_GT_BOXES))
H36M_243 = _human36m("h36m-243", (3,) * 5, PublishedFigures(46.8, 36.5, 2.8, _MASK_RCNN_BOXES))
H36M_243_CAUSAL = replace(
    H36M_243,
    name="h36m-243-causal",
    model=replace(H36M_243.model, future_taps=causal((3,) * 5)),
    published=PublishedFigures(49.0, 38.1, remark=_MASK_RCNN_BOXES),
)
H36M_243_GT = replace(
    H36M_243,
    name="h36m-243-gt",
    studio=StudioData(detections="gt"),
    published=PublishedFigures(37.2, 27.2, remark="ground-truth keypoints"),
)

H36M_27_TENTH = StudioConfig(
    name="h36m-27-tenth",
    model=TemporalConfig(filter_widths=(3,) * 3),
    optimiser=OptimiserConfig(learning_rate_decay=0.98),
    epochs=200,
    batch_size=64,
    edges="pad",
    precision="fp32",
    studio=StudioData(detections="gt", subjects=("S1",), subset=0.1),
    published=PublishedFigures(80.7, remark="a tenth of S1, labels alone (figure 5c)"),
)
H36M_27_SEMI = replace(
    H36M_27_TENTH,
    name="h36m-27-semi",
    semi=SemiSupervision(warm_up_epochs=5),
    published=PublishedFigures(65.2, remark="a tenth of S1, and S5 to S8 without labels (figure 5c)"),
)

HUMANEVA_27 = StudioConfig(
    name="humaneva-27",
    model=TemporalConfig(joints_out=15, filter_widths=(3,) * 3),
    optimiser=OptimiserConfig(learning_rate_decay=0.996),
    epochs=1000,
    batch_size=128,
    edges="pad",
    studio=StudioData(
        studio="humaneva15",
        detections="detectron_pt_coco",
        subjects=("Train/S1", "Train/S2", "Train/S3"),
        actions=("Walk", "Jog", "Box"),
    ),
    published=PublishedFigures(
        33.0,
        23.1,
        remark="one model for three actions, Mask R-CNN keypoints; P2 is the mean of the printed row",
    ),
)

H36M_DEBUG = StudioConfig(
    name="h36m-debug",
    model=TemporalConfig(filter_widths=(3, 3), channels=32),
    epochs=1,
    batch_size=256,
    edges="pad",
    precision="fp32",
    studio=StudioData(detections="gt"),
    published=PublishedFigures(remark="none: shows that everything runs"),
)

PAPER_PRESETS: dict[str, StudioConfig] = {
    preset.name: preset
    for preset in (
        H36M_1, H36M_27, H36M_81, H36M_243, H36M_243_CAUSAL, H36M_243_GT, H36M_27_TENTH, H36M_27_SEMI, HUMANEVA_27,
        H36M_DEBUG,
    )
}  # fmt: skip


def choosing(
    preset: TrainConfig,
    *,
    keypoints: str | None = None,
    subjects: tuple[str, ...] | None = None,
    actions: tuple[str, ...] | None = None,
    subset: float | None = None,
    downsample: int | None = None,
) -> TrainConfig:
    """Return a preset of the paper on other keypoints, subjects or actions of its data; what is None stays.

    keypoints are named as VideoPose3D's files are: gt, cpn_ft_h36m_dbb, ...; actions by prefix.
    """
    given = {
        "detections": keypoints,
        "subjects": subjects,
        "actions": actions,
        "subset": subset,
        "downsample": downsample,
    }
    chosen: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if not chosen:
        return preset
    if not isinstance(preset, StudioConfig):
        raise ValueError(
            f"{preset.name}: keypoints, subjects, actions, subset and rate are chosen in the paper's presets, "
            f"which are {', '.join(PAPER_PRESETS)}."
        )
    return replace(preset, studio=replace(preset.studio, **chosen))
