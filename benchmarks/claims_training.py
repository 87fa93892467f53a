"""One run of paper_claims.py: a variant's data, its learner, its pace, and what its network is measured by."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from claims_protocol import Protocol, Variant
from claims_studio import filmed, noisy
from kinelift.body.skeleton import H36M_17
from kinelift.datasets.mocap import MocapTrial
from kinelift.datasets.studio import Seen, View
from kinelift.evaluation.metrics import mpjpe, mpjve, p_mpjpe
from kinelift.model.baselines import PlainLstm, ResidualMlp, SequenceToSequence
from kinelift.model.sliding_network import SlidingNetwork
from kinelift.sampling.sequences import Sequences
from kinelift.sampling.studio_source import StudioData, cut_to, studio_sequences
from kinelift.sampling.unlabelled import HalfLabelled, Unlabelled, unlabelled_sequences
from kinelift.training.baselines import BaselineLearner
from kinelift.training.config import OptimiserConfig, TrainConfig
from kinelift.training.learner import Learner
from kinelift.training.loop import train
from kinelift.training.precision import matmul_precision
from kinelift.training.semi_supervised import SemiLearner, SemiSupervision
from kinelift.training.validation import predict_sequences
from kinelift.training.windows import WindowLearner

_WARM_BATCHES, _TIMED_BATCHES = 3, 12


@dataclass(frozen=True, eq=False)
class Split:
    """Views of the three parts, exact and noisy."""

    clean: dict[str, list[View]]
    noisy: dict[str, list[View]]


def split(trials: Sequence[MocapTrial], protocol: Protocol) -> Split:
    """Film everybody and divide by subject."""

    def part(name: str, keep: Callable[[str], bool], longest: int | None) -> list[View]:
        chosen = [trial for trial in trials if keep(trial.subject)]
        if not chosen:
            raise ValueError(f"{name}: no take of its subjects in this motion capture.")
        return filmed(chosen, longest=longest, seed=protocol.data_seed)

    test, validation = protocol.test_subjects, protocol.validation_subjects
    clean = {
        "train": part("train", lambda subject: subject not in test + validation, None),
        "validation": part("validation", lambda subject: subject in validation, protocol.test_clips_a_take),
        "test": part("test", lambda subject: subject in test, protocol.test_clips_a_take),
    }
    return Split(
        clean,
        {
            name: noisy(views, protocol.noise, protocol.data_seed + number)
            for number, (name, views) in enumerate(clean.items())
        },
    )


class PacedSource:
    """Clips enough for an epoch: all in random order before any comes again."""

    def __init__(self, views: Sequence[View], unlabelled: Unlabelled | None, frames: int, seed: int) -> None:
        self._views, self._unlabelled, self._frames, self._seed = views, unlabelled, frames, seed
        self._total = sum(len(view.joints) for view in views)

    def epoch(self, index: int) -> Sequences:
        """Return that epoch's clips."""
        begin, chosen, count = index * self._frames, [], 0
        turn, skip = divmod(begin, self._total)
        while count < self._frames:
            for clip in np.random.default_rng([self._seed, turn]).permutation(len(self._views)):
                length = len(self._views[clip].joints)
                if skip >= length:
                    skip -= length
                    continue
                if count < self._frames:
                    chosen.append(self._views[clip])
                    count += length
            turn, skip = turn + 1, 0
        sequences = studio_sequences(chosen, H36M_17, H36M_17)
        if self._unlabelled is None:
            return sequences
        return HalfLabelled(**vars(sequences), unlabelled=self._unlabelled)


def source_of(variant: Variant, protocol: Protocol, data: Split, seed: int) -> PacedSource:
    """Return what a variant learns from."""
    views = (data.clean if variant.clean else data.noisy)["train"]
    unlabelled = None
    if variant.semi is not None:
        seen = [Seen(view.subject, view.action, view.camera, view.keypoints) for view in views]
        others = [each for each in seen if each.subject != protocol.labelled_subject]
        unlabelled = unlabelled_sequences(others, None)
    if variant.labelled < 1.0:
        theirs = [view for view in views if view.subject == protocol.labelled_subject]
        views = labelled_part(theirs, variant.labelled)
    return PacedSource(views, unlabelled, protocol.epoch_frames, seed)


def labelled_part(views: Sequence[View], share: float) -> list[View]:
    """Keep a share of all frames: of some clips a stretch of ten frames at least, however long they are."""
    kept = []
    for view in views:
        within = max(share, min(10.0 / len(view.joints), 1.0))
        if _drawn(view, share / within):
            kept.append(cut_to(view, StudioData(subset=within)))
    if not kept:
        raise ValueError(f"labelled: {share:.1%} of these clips is nothing.")
    return kept


def _drawn(view: View, share: float) -> bool:
    """Say whether a clip, with all its cameras, is among a share of them."""
    digest = hashlib.sha256(f"labelled {view.subject}/{view.action}".encode()).digest()
    return int.from_bytes(digest[:4], "big") < share * 2**32


def config_of(variant: Variant, protocol: Protocol, epochs: int, seed: int, rate: float) -> TrainConfig:
    """Return the run as the loop knows it."""
    decay = protocol.last_learning_rate ** (1.0 / epochs)
    return TrainConfig(
        name=variant.name,
        model=variant.model(),
        optimiser=OptimiserConfig(learning_rate=rate, learning_rate_decay=decay),
        epochs=epochs,
        batch_size=protocol.batch_size // (1 if variant.labelled == 1.0 else 2),
        edges="pad",
        precision="fp32",
        seed=seed,
    )


def learner_of(variant: Variant, config: TrainConfig, seen: Sequences, device: torch.device) -> Learner:
    """Return whoever learns."""
    if variant.semi is not None:
        semi = SemiSupervision(
            warm_up_epochs=max(round(variant.semi.warm_up * config.epochs), 1),
            reprojection=variant.semi.reprojection,
            bones=variant.semi.bones,
        )
        return SemiLearner(config, semi, device)
    networks = {"martinez": ResidualMlp, "hossain": SequenceToSequence, "lstm": PlainLstm}
    if variant.family in networks:
        return BaselineLearner(config, networks[variant.family](config.model), seen, device)
    return WindowLearner(config, device)


def seconds_an_epoch(variant: Variant, protocol: Protocol, source: PacedSource) -> float:
    """Time a few batches on the processor's clock and return what an epoch takes."""
    config = config_of(variant, protocol, 1000, 0, variant.learning_rate)
    sequences, device = source.epoch(0), torch.device("cpu")
    learner = learner_of(variant, config, sequences, device)
    if variant.semi is not None:
        learner.schedule(config.epochs - 1, 0.0)  # past its warm-up
    precision, done, started = matmul_precision(config.precision, device), 0, time.process_time()
    for number, batch in enumerate(learner.batches(sequences, np.random.default_rng(0))):
        if number == _WARM_BATCHES:
            done, started = 0, time.process_time()
        if number == _WARM_BATCHES + _TIMED_BATCHES:
            break
        loss = learner.loss(batch, precision)
        loss.total.backward()
        learner.step()
        done += loss.targets
    return (time.process_time() - started) / max(done, 1) * learner.targets(sequences)


def trained(
    variant: Variant, protocol: Protocol, data: Split, *, epochs: int, seed: int, rate: float, folder: Path
) -> tuple[SlidingNetwork, float]:
    """Train, or go on where a killed run stopped; return the network and the processor's seconds in this process."""
    source = source_of(variant, protocol, data, seed)
    seen = studio_sequences((data.clean if variant.clean else data.noisy)["train"], H36M_17, H36M_17)
    started = time.process_time()
    network = train(
        config_of(variant, protocol, epochs, seed, rate),
        source,
        folder,
        make_learner=lambda config, device: learner_of(variant, config, seen, device),
    )
    return network, time.process_time() - started


def measured(network: SlidingNetwork, views: Sequence[View]) -> list[dict[str, Any]]:
    """Return P1, P2 and MPJVE of each view, mm, mirror-averaged, every frame, edges repeated."""
    rows = []
    for view, predicted in zip(
        views, predict_sequences(network, studio_sequences(views, H36M_17, H36M_17)), strict=True
    ):
        target = view.joints - view.joints[:, :1]
        rows.append(
            {
                "take": view.action.rpartition(" ")[0],
                "p1_mm": 1000.0 * float(mpjpe(predicted, target)),
                "p2_mm": 1000.0 * float(p_mpjpe(predicted.astype(float), target.astype(float))),
                "mpjve_mm": 1000.0 * float(mpjve(predicted, target)),
            }
        )
    return rows


def gradient_norms(network: SlidingNetwork, views: Sequence[View], windows: int = 64) -> list[float]:
    """Return how much each frame of a window moves the answer: the gradient's norm, over the largest frame's."""
    length = network.config.receptive_field
    long = [view.keypoints for view in views if len(view.keypoints) >= length][:windows]
    keypoints = torch.from_numpy(np.stack([clip[:length] for clip in long])).requires_grad_()
    answer = network(keypoints)[..., :3]
    direction = torch.randn(answer.shape, generator=torch.Generator().manual_seed(0))
    (answer * direction).sum().backward()
    assert keypoints.grad is not None
    norms = keypoints.grad.flatten(2).norm(dim=2).mean(0)
    return [round(float(norm), 4) for norm in norms / norms.max()]


def parameters(network: nn.Module) -> int:
    """Return how many numbers are learnt."""
    return sum(each.numel() for each in network.parameters())


def with_rate(variant: Variant, rate: float) -> Variant:
    """Return the variant with a learning rate that was searched for."""
    return replace(variant, learning_rate=rate, searched=())
