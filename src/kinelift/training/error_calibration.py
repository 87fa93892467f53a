"""Expected errors made true: on motion that was set aside, what is told is what occurs.

A network learns to expect the errors it makes in training. On motion it has never seen it makes larger ones, and more
so where it was sure; a scale and a power mend both, and leave what is more doubtful than what as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import torch
from jaxtyping import Float

from kinelift.datasets.mocap import is_set_aside
from kinelift.datasets.trial import MocapTrial
from kinelift.model.temporal import TemporalModel
from kinelift.sampling.mocap_engine import MocapEngine
from kinelift.sampling.sequences import Sequences
from kinelift.training.config import TrainConfig

UNCALIBRATED = (1.0, 1.0)

_CLIPS = 1024
_CLIPS_AT_ONCE = 32
_SEED_STEP = 2
"""From training's seed; its validation has the one between."""

_DECIMALS = 4
"""Of both numbers, for cards that can be read."""
_BINS = 10
_POWERS = (0.25, 4.0)
"""What a fitted power is kept to: beyond, errors hardly follow what is told of them."""
_ROUNDS = 50
_CLOSE = 1e-6


def set_aside_for(config: TrainConfig, trials: Sequence[MocapTrial]) -> Sequences | None:
    """Draw clips of the trials set aside; None where there are none or nothing is told.

    They are as people are usually filmed: poses as captured, cameras that are held upright and show the whole person.
    A preset has more of the rare to learn from than anybody meets, and errs more on it.
    """
    aside = [trial for trial in trials if is_set_aside(trial)]
    if config.clips is None or config.synthetic or not aside:
        return None
    return MocapEngine(
        aside,
        replace(
            config.data,
            clips=_CLIPS,
            recombined=0.0,
            tilted=0.0,
            variety=None,
            cameras=replace(config.data.cameras, extreme=0.0, sideways=0.0, cut_off=0.0),
        ),
        receptive_field=config.model.receptive_field,
        seed=config.seed + _SEED_STEP,
    ).epoch(0)


def error_calibration(model: TemporalModel, aside: Sequences | None) -> tuple[float, float]:
    """Return the scale and power for a network, in eval mode; those that change nothing where nothing is set aside."""
    if aside is None:
        return UNCALIBRATED
    answered, errors = zip(*_answered_and_true(model, aside), strict=True)
    scale, power = fit_calibration(np.concatenate(answered), np.concatenate(errors))
    return round(scale, _DECIMALS), round(power, _DECIMALS)


def fit_calibration(
    answered: Float[np.ndarray, " case"], errors: Float[np.ndarray, " case"]
) -> tuple[float, float]:
    """Fit scale * answered ** power to the mean error, in tenths of the cases from the surest to the most doubtful.

    The means of a tenth's errors and of what is told of them come as near to each other, in proportion, as two numbers
    allow. Both are positive metres.
    """
    order = np.argsort(answered, kind="stable")
    bins = [part for part in np.array_split(order, _BINS) if len(part)]
    log_error = np.array([np.log(errors[part].mean(dtype=np.float64)) for part in bins])
    # Relative to the whole, so that no power leaves the range of floats.
    middle = float(np.exp(np.log(answered, dtype=np.float64).mean()))
    relative = [(answered[part] / middle).astype(np.float64) for part in bins]
    power = 1.0
    for _ in range(_ROUNDS):
        slope = _slope(_log_means(relative, power), log_error)
        last, power = power, float(np.clip(power * slope, *_POWERS))
        if abs(power - last) < _CLOSE:
            break
    log_scale = float((log_error - _log_means(relative, power)).mean())
    return float(np.exp(log_scale)) / middle**power, power


def _log_means(bins: Sequence[Float[np.ndarray, " case"]], power: float) -> Float[np.ndarray, " bin"]:
    return np.log([np.mean(part**power) for part in bins])


def _slope(told: Float[np.ndarray, " bin"], true: Float[np.ndarray, " bin"]) -> float:
    """Return the slope of a line through the bins; 1 where what is told is the same in all."""
    spread = told - told.mean()
    return float(spread @ (true - true.mean()) / (spread @ spread)) if np.ptp(told) > _CLOSE else 1.0


def _answered_and_true(
    model: TemporalModel, aside: Sequences
) -> Iterator[tuple[Float[np.ndarray, " case"], Float[np.ndarray, " case"]]]:
    """Yield what the network answers for joints but the root, and what was true, of frames with a receptive field."""
    clips, frames = len(aside.lengths), int(aside.lengths[0])
    joints, extra, targets = (
        values.reshape(clips, frames, *values.shape[1:])
        for values in (aside.joints, aside.extra, aside.targets)
    )
    targets = targets[:, model.config.past : frames - model.config.look_ahead]
    for start in range(0, clips, _CLIPS_AT_ONCE):
        part = slice(start, start + _CLIPS_AT_ONCE)
        with torch.inference_mode():
            answers = model(torch.from_numpy(joints[part]), torch.from_numpy(extra[part])).numpy()
        relative = answers[..., :3] - answers[..., :1, :3]
        errors = np.linalg.norm(relative - targets[part], axis=-1)
        yield answers[..., 1:, 3].ravel(), errors[..., 1:].ravel()
