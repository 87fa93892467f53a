"""What the writers for other programs take: people in the world, and how to write them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
from jaxtyping import Float

from kinelift.body import Keypoints, Motion, QualitySpan, Recording
from kinelift.body.quality_spans import spans_at
from kinelift.export.joint_names import Naming
from kinelift.geometry.between_frames import sample_points, sample_values
from kinelift.geometry.kinematics import bone_lengths
from kinelift.placing.bones import fix_bones

LengthUnit = Literal["m", "cm", "mm"]
PER_METRE: dict[LengthUnit, float] = {"m": 1.0, "cm": 100.0, "mm": 1000.0}


@dataclass(frozen=True, eq=False)
class Take:
    """One person's motion in the world, with the time of each frame."""

    person_id: int
    motion: Motion
    """In the world's frame: metres, Y up, right-handed."""
    times_seconds: Float[np.ndarray, " frame"]
    """Each frame's time in the source; from 0 for a bare motion."""
    keypoints: Keypoints | None = None
    """What the motion was lifted from; None for a bare motion."""
    spans: tuple[QualitySpan, ...] = ()
    """What was observed, infilled and doubtful; empty where that is not known."""


@dataclass(frozen=True)
class Wording:
    """How to write what several programs want differently."""

    units: LengthUnit
    """Of every length in the file."""
    naming: Naming
    """What the joints of a rig are called."""


@dataclass(frozen=True)
class TakeFormat:
    """A format of other programs."""

    ending: str
    """How the names of its files end."""
    write: Callable[[Sequence[Take], Path, Wording], tuple[Path, ...]]
    """Write people and return the files."""
    units: tuple[LengthUnit, ...]
    """Those it can be written in, the usual one first."""
    named: bool = False
    """Whether it holds a rig, whose joints can be called as other programs call them."""


def takes_of(result: Recording | Motion, fps: float | None = None) -> tuple[Take, ...]:
    """Return people in the world's frame, brought to another frame rate where one is given."""
    if isinstance(result, Motion):
        takes = (Take(0, result.to_world(), result.times_seconds),)
    else:
        to_world = result.world_from_camera
        takes = tuple(
            Take(
                person.id,
                person.motion.to_world(to_world),
                result.times_seconds,
                person.keypoints,
                person.quality.spans,
            )
            for person in result.people
        )
    return takes if fps is None else tuple(_resampled(take, fps) for take in takes)


def one_file_each(takes: Sequence[Take], path: Path) -> Iterator[tuple[Take, Path]]:
    """Yield each person with a file of their own: the name as it is for the first, then <name>_<id>."""
    for index, take in enumerate(takes):
        yield take, path if index == 0 else path.with_stem(f"{path.stem}_{take.person_id}")


def _resampled(take: Take, fps: float) -> Take:
    """Bring a take to another rate: joints go straight from frame to frame, their bones keep their lengths."""
    motion = take.motion
    count = int(np.floor((len(motion) - 1) / motion.fps * fps + 1e-9)) + 1
    rows = np.arange(count) * motion.fps / fps
    before = np.minimum(np.floor(rows + 1e-9).astype(int), len(motion) - 1)
    after = np.minimum(before + 1, len(motion) - 1)
    share = np.clip(rows - before, 0.0, 1.0)

    def between(values: np.ndarray) -> np.ndarray:
        return sample_values(values, before, after, share)

    lengths = between(bone_lengths(motion.joints.astype(np.float64), motion.skeleton))
    joints = fix_bones(between(motion.joints), lengths, motion.skeleton)
    nearest = np.where(share < 0.5, before, after)
    observed = motion.observed[nearest]
    scores = np.where(observed[:, None], between(motion.scores), 0.0)
    moved = replace(motion, joints=joints, observed=observed, scores=scores, fps=fps)
    keypoints = take.keypoints
    if keypoints is not None:
        points, sure = sample_points(keypoints.points_px, keypoints.scores, before, after, share)
        keypoints = replace(keypoints, points_px=points, scores=sure, fps=fps)
    times, spans = between(take.times_seconds), spans_at(take.spans, nearest)
    return replace(take, motion=moved, times_seconds=times, keypoints=keypoints, spans=spans)
