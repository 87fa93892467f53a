"""Figures gathered into a report: by action, by subject and averaged, beside the rules they were made by."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from kinelift.evaluation.measures import MEASURES, TRAJECTORY

Figures = dict[str, float]
"""By the measures' keys."""


@dataclass(frozen=True)
class ClipFigures:
    """One recording through one camera, measured."""

    subject: str
    action: str
    camera: str
    frames: int
    figures: Mapping[str, float]
    """By the measures' keys."""


@dataclass(frozen=True)
class Rules:
    """What was tested, and how."""

    data_set: str
    fps: float
    joints: int
    keypoints: str
    """Name of their file."""
    subjects: tuple[str, ...]
    actions: tuple[str, ...] | None
    """By prefix; None is all."""
    mirror: bool
    receptive_field: int
    look_ahead: int
    parameters: int | None
    """Of the network of poses; None for an exported one, whose weights are folded."""
    flops_per_frame: int | None
    """Of one frame of a long sequence: two for each weight of a filter, as the paper counts. None likewise."""
    frames_scored: str = "every frame"

    @property
    def detections(self) -> str:
        """What found the keypoints, as VideoPose3D's files are named: gt, cpn_ft_h36m_dbb, ..."""
        named = re.fullmatch(r"data_2d_[^_]+_(.+)\.npz", self.keypoints)
        return named[1] if named else self.keypoints

    def __str__(self) -> str:
        actions = (
            "all actions" if self.actions is None else f"actions beginning with {', '.join(self.actions)}"
        )
        return (
            f"{self.data_set}, {', '.join(self.subjects)}, {actions}, every camera, keypoints {self.detections}; "
            f"{self.frames_scored} at {self.fps:g} fps, edges repeated; {self.joints} joints relative to the root, "
            f"which counts; mirror averaging {'on' if self.mirror else 'off'}; {self.receptive_field} frames, "
            f"{self.look_ahead} of them ahead. An action is the mean over all its frames, trials, subjects and cameras "
            "pooled; the average is the unweighted mean of the actions."
        )


@dataclass(frozen=True)
class Evaluation:
    """A finished test."""

    rules: Rules
    clips: tuple[ClipFigures, ...]

    @property
    def protocol(self) -> str:
        """The rules, and how much was tested by them."""
        frames = sum(clip.frames for clip in self.clips)
        return f"{self.rules} Tested: {len(self.clips)} views of recordings, {frames} frames."

    def per_action(self) -> dict[str, Figures]:
        """Return each action's figures, its frames pooled."""
        return _pooled_by(self.clips, lambda clip: clip.action)

    def per_subject_and_action(self) -> dict[str, dict[str, Figures]]:
        """Return each subject's figures for each of its actions."""
        return {
            subject: _pooled_by((c for c in self.clips if c.subject == subject), lambda clip: clip.action)
            for subject in dict.fromkeys(clip.subject for clip in self.clips)
        }

    def per_subject(self) -> dict[str, Figures]:
        """Return each subject's figures, averaged over its actions."""
        return {
            subject: _mean(actions.values()) for subject, actions in self.per_subject_and_action().items()
        }

    def average(self) -> Figures:
        """Return the unweighted mean of the actions, which the paper prints."""
        return _mean(self.per_action().values())

    def frame_average(self) -> Figures:
        """Return the mean over all frames, which the paper does not print."""
        return _pooled_by(self.clips, lambda _: "all")["all"]

    def to_dict(self) -> dict[str, Any]:
        """Return everything, unrounded, for JSON."""
        return {
            "protocol": self.protocol,
            "rules": {**asdict(self.rules), "detections": self.rules.detections},
            "measures": {measure.key: measure.meaning for measure in (*MEASURES, TRAJECTORY)},
            "frames": sum(clip.frames for clip in self.clips),
            "per_action": self.per_action(),
            "per_subject": self.per_subject(),
            "per_subject_and_action": self.per_subject_and_action(),
            "average": self.average(),
            "frame_average": self.frame_average(),
        }


def _pooled_by(clips: Iterable[ClipFigures], group: Callable[[ClipFigures], str]) -> dict[str, Figures]:
    """Weigh each clip's mean by its frames, group by group."""
    gathered: dict[str, list[ClipFigures]] = {}
    for clip in clips:
        gathered.setdefault(group(clip), []).append(clip)
    return {name: _weighted(members) for name, members in gathered.items()}


def _weighted(clips: list[ClipFigures]) -> Figures:
    pooled = {}
    for measure in (*MEASURES, TRAJECTORY):
        having = [clip for clip in clips if measure.key in clip.figures]
        if having:
            frames = sum(clip.frames for clip in having)
            pooled[measure.key] = sum(clip.frames * clip.figures[measure.key] for clip in having) / frames
    return pooled


def _mean(figures: Iterable[Mapping[str, float]]) -> Figures:
    each = list(figures)
    keys = dict.fromkeys(key for one in each for key in one)
    return {key: sum(v) / len(v) for key in keys if (v := [one[key] for one in each if key in one])}
