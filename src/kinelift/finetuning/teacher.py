"""What the lifter to start from makes of the clips: bodies that move, and where it is sure of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float

from kinelift.body.skeleton import Skeleton
from kinelift.finetuning.own_clips import OwnClip
from kinelift.pipeline import lift_person
from kinelift.placing.bones import fit_bones, fix_bones

SURE_SHARE = 0.9
"""Frames of the smallest expected errors, which are learnt from; the others are only seen around them."""


@dataclass(frozen=True, eq=False)
class LiftedMotion:
    """A clip as the teacher has it."""

    joints: Float[np.ndarray, "frame joint 3"]
    """Metres, Y up, float32."""
    sure: Bool[np.ndarray, " frame"]
    fps: float


@dataclass(frozen=True, eq=False)
class Lifted:
    """All clips, and what they say of the bodies in them."""

    motions: tuple[LiftedMotion, ...]
    bone_lengths_m: Float[np.ndarray, " bone"]
    """Median over clips of each bone's length."""
    reprojection_px: float
    expected_error_m: float


def lift_all(
    clips: Sequence[OwnClip],
    model: Path,
    skeleton: Skeleton,
    *,
    same_person: bool,
    progress: Callable[[int, int], None] | None = None,
) -> Lifted:
    """Lift every clip; where they show one person, that person's bones are the same in all of them."""
    people = []
    for number, clip in enumerate(clips):
        if progress is not None:
            progress(number, len(clips))
        try:
            people.append(lift_person(clip.keypoints, camera=clip.camera, model=model))
        except ValueError as error:
            raise ValueError(f"{clip.name}: {error}") from error
    worlds = [person.motion.to_world().joints for person in people]
    observed = [person.motion.observed for person in people]
    bones = np.stack([fit_bones(j, seen, skeleton) for j, seen in zip(worlds, observed, strict=True)])
    median = np.median(bones, axis=0)
    errors = [person.quality.expected_error_m[:, 1:].mean(axis=1) for person in people]
    largest = _quantile(np.concatenate(errors))
    motions = tuple(
        LiftedMotion(
            np.asarray(fix_bones(joints, median if same_person else own, skeleton), np.float32),
            seen & ~(error > largest),
            clip.keypoints.fps,
        )
        for joints, seen, error, own, clip in zip(worlds, observed, errors, bones, clips, strict=True)
    )
    pixels = np.concatenate([person.quality.reprojection_px for person in people])
    return Lifted(motions, median, float(np.nanmean(pixels)), _mean(np.concatenate(errors)))


def _quantile(errors: Float[np.ndarray, " frame"]) -> float:
    """Return the largest error that is sure enough; no limit where a lifter tells none."""
    told = errors[np.isfinite(errors)]
    return float(np.quantile(told, SURE_SHARE)) if len(told) else np.inf


def _mean(errors: Float[np.ndarray, " frame"]) -> float:
    told = errors[np.isfinite(errors)]
    return float(told.mean()) if len(told) else np.nan
