"""From a lifter and somebody's clips to a lifter that knows how that somebody moves, with what changed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import torch

from kinelift.body.model_facts import ModelFacts
from kinelift.body.skeleton import COCO_23, H36M_21
from kinelift.finetuning.labelled import labelled_sha256
from kinelift.finetuning.learner import FinetuneLearner
from kinelift.finetuning.own_clips import OwnClip, clips_sha256
from kinelift.finetuning.teacher import Lifted, LiftedMotion, lift_all
from kinelift.finetuning.virtual_views import SureSequences, ViewConfig, VirtualViews, footed
from kinelift.model.from_onnx import facts_of, from_onnx
from kinelift.model.temporal import TemporalModel
from kinelift.model.to_onnx import to_onnx
from kinelift.training.card import write_card
from kinelift.training.config import ClipLearning, TrainConfig
from kinelift.training.exporting import weights_checksum
from kinelift.training.loop import Progress, train
from kinelift.training.run import usable_device
from kinelift.whole_files import replacing, write_whole

REPORT_NAME = "finetune.json"
_TRIED_CLIPS = 128


@dataclass(frozen=True)
class FinetuneConfig(TrainConfig):
    """A run that goes on from a lifter's weights."""

    views: ViewConfig = field(default_factory=ViewConfig)
    same_person: bool = False
    """Whether all clips show one person, whose bones are then the same in all."""
    starts_from: str = ""
    """Checksum of the weights."""
    learns_from: str = ""
    """Checksum of the clips."""
    labelled: str = ""
    """Checksum of motions that are known to be true; empty without any."""
    rounds: int = 1
    """How often a teacher was renewed, this round included."""


@dataclass(frozen=True)
class FinetuneReport:
    """What changed, measured without truth: on the clips, and on virtual views that were not learnt from."""

    clips: int
    frames: int
    rounds: int
    virtual_views_mm: tuple[float, float]
    """Mean distance of joints from the last teacher's bodies in virtual views: before, after."""
    reprojection_px: tuple[float, float]
    """Mean distance on the clips between lifted joints and keypoints: before, after."""
    expected_error_mm: tuple[float, float]
    """Mean error that the lifter expects on the clips: before, after; NaN where it tells none."""
    bone_lengths_m: dict[str, float]
    """By the joint at the bone's end: the last teacher's median over clips."""


def finetune(
    clips: Sequence[OwnClip],
    model: Path,
    folder: Path,
    *,
    labelled: Sequence[LiftedMotion] = (),
    same_person: bool = False,
    rounds: int = 2,
    epochs: int = 8,
    seed: int = 1234,
    device: str = "cpu",
    on_lifting: Callable[[int, int], None] | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> tuple[Path, FinetuneReport]:
    """Learn from clips without labels in `folder`, or go on there, and return <name>-finetuned.onnx and a report.

    No 3D is needed: the lifter itself, frozen, is the teacher, and its sure bodies are seen by virtual cameras. In
    each further round what was learnt is the teacher, and knows the clips' people better. Motions that are `labelled`
    are seen by as many virtual cameras as the teacher's.
    """
    if not clips:
        raise ValueError("clips: none to learn from.")
    if rounds < 1:
        raise ValueError(f"rounds: 1 or more expected, got {rounds}.")
    chosen, facts = usable_device(device), facts_of(model)
    _check(facts, model)
    config = _config(facts, from_onnx(model), clips, same_person=same_person, epochs=epochs, seed=seed)
    config = replace(
        config,
        views=footed(config.views, feet_are_marked=_mark_feet(clips)),
        labelled=labelled_sha256(labelled),
    )
    lifted = [lift_all(clips, model, H36M_21, same_person=same_person, progress=on_lifting)]
    taught, trained = model, from_onnx(model)
    for number in range(rounds):
        into = folder / f"round{number + 1}"
        into.mkdir(parents=True, exist_ok=True)
        this = replace(config, seed=seed + number, starts_from=facts_of(taught).weights_sha256)
        views = replace(_views(lifted[-1], this, facts, this.seed), labelled=tuple(labelled))
        trained = _train_round(taught, views, this, into, chosen, on_progress)
        taught = into / f"{config.name}.onnx"
        _export(trained, facts, replace(config, rounds=number + 1), lifted[-1], taught)
        lifted.append(lift_all(clips, taught, H36M_21, same_person=same_person, progress=on_lifting))
    out = folder / f"{config.name}.onnx"
    for made, asked in ((taught, out), (taught.with_suffix(".json"), out.with_suffix(".json"))):
        with replacing(asked) as temporary:
            shutil.copyfile(made, temporary)
    report = _report(clips, lifted, (from_onnx(model), trained), replace(config, rounds=rounds), facts)
    write_whole(folder / REPORT_NAME, json.dumps(asdict(report), indent=2) + "\n")
    return out, report


def _train_round(
    teacher: Path,
    views: VirtualViews,
    config: FinetuneConfig,
    folder: Path,
    device: torch.device,
    on_progress: Callable[[Progress], None] | None,
) -> TemporalModel:
    start, facts = from_onnx(teacher), facts_of(teacher)

    def learner(_: TrainConfig, device: torch.device) -> FinetuneLearner:
        assert config.clips is not None
        return FinetuneLearner(start, facts, config.clips, config.epochs, device)

    trained = train(config, views, folder, device=device, on_progress=on_progress, make_learner=learner)
    assert isinstance(trained, TemporalModel)
    return trained


def _report(
    clips: Sequence[OwnClip],
    lifted: Sequence[Lifted],
    models: tuple[TemporalModel, TemporalModel],
    config: FinetuneConfig,
    facts: ModelFacts,
) -> FinetuneReport:
    """Compare the first lifter and the last on the clips, and on views of the last teacher's bodies."""
    views = _views(lifted[-2], config, facts, config.seed - 1)
    tried = replace(views, config=replace(views.config, clips=_TRIED_CLIPS)).epoch(0)
    before, after = lifted[0], lifted[-1]
    return FinetuneReport(
        clips=len(clips),
        frames=sum(len(clip.keypoints) for clip in clips),
        rounds=config.rounds,
        virtual_views_mm=(virtual_error_mm(models[0], tried), virtual_error_mm(models[1].cpu(), tried)),
        reprojection_px=(before.reprojection_px, after.reprojection_px),
        expected_error_mm=(1000.0 * before.expected_error_m, 1000.0 * after.expected_error_m),
        bone_lengths_m=_bones(lifted[-2]),
    )


def virtual_error_mm(model: TemporalModel, tried: SureSequences) -> float:
    """Return the mean distance of joints about the root on sequences of one length."""
    clips, frames, config = len(tried.lengths), int(tried.lengths[0]), model.config
    joints, extra, targets = (
        torch.from_numpy(values).unflatten(0, (clips, frames))
        for values in (tried.joints, tried.extra, tried.targets)
    )
    with torch.inference_mode():
        answers = model(joints, extra)[..., :3]
    away = answers - answers[..., :1, :] - targets[:, config.past : frames - config.look_ahead]
    return 1000.0 * float(away.norm(dim=-1).mean())


def _check(facts: ModelFacts, model: Path) -> None:
    if (facts.normalisation, facts.input_skeleton, facts.output_skeleton) != ("rays", COCO_23, H36M_21):
        raise ValueError(
            f"{model}: a lifter that reads rays of {COCO_23.name} and answers with {H36M_21.name} expected, such as "
            f"the shipped ones, got {facts.normalisation} of {facts.input_skeleton.name} and "
            f"{facts.output_skeleton.name}."
        )
    if facts.fps is None:
        raise ValueError(f"{model}: does not say its frame rate, at which motions are to be seen.")


def _config(
    facts: ModelFacts,
    start: TemporalModel,
    clips: Sequence[OwnClip],
    *,
    same_person: bool,
    epochs: int,
    seed: int,
) -> FinetuneConfig:
    return FinetuneConfig(
        name=f"{facts.name}-finetuned",
        model=start.config,
        clips=ClipLearning(
            batch_clips=64, learning_rate=3e-4, warm_up=0.08, last_learning_rate=0.02, weight_decay=0.0
        ),
        epochs=epochs,
        precision="fp32",
        seed=seed,
        same_person=same_person,
        starts_from=facts.weights_sha256,
        learns_from=clips_sha256(clips),
    )


def _mark_feet(clips: Sequence[OwnClip]) -> bool:
    return any(
        name.endswith(("toe", "heel", "foot_index")) for c in clips for name in c.keypoints.skeleton.names
    )


def _views(lifted: Lifted, config: FinetuneConfig, facts: ModelFacts, seed: int) -> VirtualViews:
    assert facts.fps is not None
    return VirtualViews(lifted.motions, config.views, facts.fps, facts.past, facts.look_ahead, seed)


def _export(
    trained: TemporalModel, facts: ModelFacts, config: FinetuneConfig, lifted: Lifted, out: Path
) -> None:
    card = {
        **facts.card,
        "finetuned": {
            "from": facts.name,
            "from_weights_sha256": facts.weights_sha256,
            "clips_sha256": config.learns_from,
            "labelled_sha256": config.labelled or None,
            "rounds": config.rounds,
            "epochs": config.epochs,
            "seed": config.seed,
            "bone_lengths_m": _bones(lifted),
            "note": "figures and expected errors in this card are those of the weights it was made from",
        },
    }
    told = replace(facts, name=config.name, weights_sha256=weights_checksum(trained.state_dict()), card=card)
    to_onnx(trained, told.to_metadata(), out)
    write_card(told, out)


def _bones(lifted: Lifted) -> dict[str, float]:
    ends = [H36M_21.names[child] for _, child in H36M_21.bones]
    return {name: round(float(length), 4) for name, length in zip(ends, lifted.bone_lengths_m, strict=True)}
