"""Figures gathered into a report: by action, by subject and averaged, beside the rules they were made by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from kinelift.evaluation.measures import MEASURES, TRAJECTORY
from kinelift.evaluation.published import Published, published


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
    subjects: tuple[str, ...]
    actions: tuple[str, ...] | None
    """By prefix; None is all."""
    mirror: bool
    receptive_field: int
    look_ahead: int

    def __str__(self) -> str:
        actions = (
            "all actions" if self.actions is None else f"actions beginning with {', '.join(self.actions)}"
        )
        return (
            f"{self.data_set}, {', '.join(self.subjects)}, {actions}, every camera; every frame at {self.fps:g} fps, "
            f"edges repeated; {self.joints} joints relative to the root, which counts; "
            f"mirror averaging {'on' if self.mirror else 'off'}; {self.receptive_field} frames, "
            f"{self.look_ahead} of them ahead. An action is the mean over all its frames, trials, subjects and cameras "
            "pooled; the average is the unweighted mean of the actions."
        )


@dataclass(frozen=True)
class Evaluation:
    """A finished test."""

    rules: Rules
    clips: tuple[ClipFigures, ...]

    def per_action(self) -> dict[str, dict[str, float]]:
        """Return each action's figures, its frames pooled."""
        return _pooled_by(self.clips, lambda clip: clip.action)

    def per_subject(self) -> dict[str, dict[str, float]]:
        """Return each subject's figures, averaged over its actions."""
        subjects = dict.fromkeys(clip.subject for clip in self.clips)
        return {
            subject: _mean(
                _pooled_by((c for c in self.clips if c.subject == subject), lambda clip: clip.action).values()
            )
            for subject in subjects
        }

    def average(self) -> dict[str, float]:
        """Return the unweighted mean of the actions, which the paper prints."""
        return _mean(self.per_action().values())

    def frame_average(self) -> dict[str, float]:
        """Return the mean over all frames, which the paper does not print."""
        return _pooled_by(self.clips, lambda _: "all")["all"]

    def to_dict(self) -> dict[str, Any]:
        """Return everything, unrounded, for JSON."""
        return {
            "protocol": str(self.rules),
            "rules": asdict(self.rules),
            "measures": {measure.key: measure.meaning for measure in (*MEASURES, TRAJECTORY)},
            "frames": sum(clip.frames for clip in self.clips),
            "per_action": self.per_action(),
            "per_subject": self.per_subject(),
            "average": self.average(),
            "frame_average": self.frame_average(),
        }

    def to_markdown(self, name: str = "this run") -> str:
        """Return the figures and the protocol, and the published systems where they are on the same actions."""
        measures = [m for m in (*MEASURES, TRAJECTORY) if m.key in self.average()]
        head = ["", *(measure.label for measure in measures)]
        rows = [
            [title, *(f"{figures[m.key]:.1f}" if m.key in figures else "" for m in measures)]
            for title, figures in (
                *self.per_action().items(),
                *((f"{subject}, its actions' mean", each) for subject, each in self.per_subject().items()),
                ("**average of the actions**", self.average()),
            )
        ]
        meanings = "\n".join(f"- {m.label}: {m.meaning}." for m in measures)
        return (
            "\n\n".join([_table(head, rows), str(self.rules), meanings, *self._beside_published(name)]) + "\n"
        )

    def _beside_published(self, name: str) -> list[str]:
        """Lay the run among the paper's systems; only where it was tested on what they were."""
        ours, table = self.per_action(), published()
        if self.rules.data_set != "Human3.6M" or set(self.rules.subjects) != {"S9", "S11"}:
            return []
        actions = [action for action in table.actions if action in ours]
        if len(actions) < len(table.actions):
            return []
        return [
            f"{label} in millimetres, beside the systems of {table.source} {table.protocol}\n\n"
            + _beside(table, key, label, name, ours, self.average())
            for key, label in (("p1_mm", "P1"), ("p2_mm", "P2"), ("mpjve_mm", "MPJVE"))
        ]


def _beside(
    table: Published,
    key: str,
    label: str,
    name: str,
    ours: dict[str, dict[str, float]],
    average: dict[str, float],
) -> str:
    rows = [
        [system.label, *(f"{value:.1f}" for value in (*system.actions_mm, system.average_mm))]
        for system in table.systems[label]
    ]
    figures = [ours[action][key] for action in table.actions]
    rows.append([f"**{name}**", *(f"{value:.1f}" for value in (*figures, average[key]))])
    return _table([label, *table.actions, "average"], rows)


def _pooled_by(
    clips: Iterable[ClipFigures], group: Callable[[ClipFigures], str]
) -> dict[str, dict[str, float]]:
    """Weigh each clip's mean by its frames, group by group."""
    gathered: dict[str, list[ClipFigures]] = {}
    for clip in clips:
        gathered.setdefault(group(clip), []).append(clip)
    return {name: _weighted(members) for name, members in gathered.items()}


def _weighted(clips: list[ClipFigures]) -> dict[str, float]:
    pooled = {}
    for measure in (*MEASURES, TRAJECTORY):
        having = [clip for clip in clips if measure.key in clip.figures]
        if having:
            frames = sum(clip.frames for clip in having)
            pooled[measure.key] = sum(clip.frames * clip.figures[measure.key] for clip in having) / frames
    return pooled


def _mean(figures: Iterable[Mapping[str, float]]) -> dict[str, float]:
    each = list(figures)
    keys = dict.fromkeys(key for one in each for key in one)
    return {key: sum(v) / len(v) for key in keys if (v := [one[key] for one in each if key in one])}


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
