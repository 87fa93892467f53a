"""Human3.6M or HumanEva-I as training sequences, the same in every epoch."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from kinelift.body.skeleton import Skeleton
from kinelift.datasets.prepared_views import chosen_views
from kinelift.datasets.recorded_store import PreparedSet, is_prepared, open_set
from kinelift.datasets.studio import HUMAN36M, HUMANEVA, Seen, Studio, View, recordings, seen_alone, views
from kinelift.geometry.normalisation import MIRRORS
from kinelift.interop.keypoint_layouts import LAYOUTS
from kinelift.interop.videopose3d import read_keypoints_2d, read_poses_3d
from kinelift.sampling.sequences import Sequences
from kinelift.sampling.unlabelled import HalfLabelled, unlabelled_sequences

STUDIOS: dict[str, Studio] = {"h36m": HUMAN36M, "humaneva15": HUMANEVA}


@dataclass(frozen=True)
class StudioData:
    """Which of VideoPose3D's files, and what of them, a preset trains on."""

    studio: Literal["h36m", "humaneva15"] = "h36m"
    detections: str = "cpn_ft_h36m_dbb"
    """Where the keypoints come from, as the files are named."""
    layout: str | None = None
    """Their joints; None is whatever the file says."""
    subjects: tuple[str, ...] = ("S1", "S5", "S6", "S7", "S8")
    actions: tuple[str, ...] | None = None
    """By prefix; all where None."""
    subset: float = 1.0
    """Share of each recording that is learnt from, one stretch of it."""
    downsample: int = 1
    """Of every so many frames one is read."""

    def __post_init__(self) -> None:
        if not 0.0 < self.subset <= 1.0:
            raise ValueError(f"subset: a share above 0 and up to 1 expected, got {self.subset}.")
        if self.downsample < 1:
            raise ValueError(f"downsample: 1 or more expected, got {self.downsample}.")

    @property
    def poses_name(self) -> str:
        """Name of the file of joints."""
        return f"data_3d_{self.studio}.npz"

    @property
    def keypoints_name(self) -> str:
        """Name of the file of keypoints."""
        return f"data_2d_{self.studio}_{self.detections}.npz"


@dataclass(frozen=True, eq=False)
class StaticSource:
    """Sequences that are the same in every epoch."""

    sequences: Sequences
    layout: str
    """What their file calls the joints of the keypoints."""
    data_set: str | None = None
    """As a prepared data set says it; None is what the preset says."""

    def epoch(self, index: int) -> Sequences:
        """Return the sequences, whichever epoch it is."""
        return self.sequences


@dataclass(frozen=True)
class UnlabelledData:
    """Whose keypoints are learnt from without their joints."""

    subjects: tuple[str, ...] = ("S5", "S6", "S7", "S8")
    field_of_view_degrees: float | None = None
    """Across the longer side, of cameras whose focal length is not known; None where all are."""


def load_studio(data: StudioData, folder: Path, unlabelled: UnlabelledData | None = None) -> StaticSource:
    """Read VideoPose3D's files in a folder, or a prepared data set, and keep what a preset trains on."""
    if is_prepared(folder):
        return _load_prepared(data, open_set(folder), unlabelled)
    for name in (data.poses_name, data.keypoints_name):
        if not (folder / name).is_file():
            raise FileNotFoundError(f"{folder / name}: no such file; this preset needs it beside its fellow.")
    keypoints = read_keypoints_2d(folder / data.keypoints_name)
    if keypoints.layout not in LAYOUTS or data.layout not in (None, keypoints.layout):
        raise ValueError(
            f"{folder / data.keypoints_name}: keypoints in the layout {data.layout or ' or '.join(LAYOUTS)} expected, "
            f"got {keypoints.layout}."
        )
    studio = STUDIOS[data.studio]
    poses = read_poses_3d(folder / data.poses_name)
    chosen = recordings(poses, keypoints, subjects=data.subjects, actions=data.actions)
    seen = [cut_to(view, data) for view in views(poses, keypoints, studio, chosen)]
    sequences = studio_sequences(seen, LAYOUTS[keypoints.layout], studio.skeleton)
    if unlabelled is not None:
        alone = seen_alone(keypoints, studio, subjects=unlabelled.subjects, actions=data.actions)
        sequences = _half_labelled(sequences, alone, unlabelled, data)
    return StaticSource(sequences, keypoints.layout)


def _load_prepared(
    data: StudioData, prepared: PreparedSet, unlabelled: UnlabelledData | None
) -> StaticSource:
    facts = prepared.facts
    if facts.joints is None:
        raise ValueError(f"{prepared.folder}: keypoints alone; what a preset trains on has joints.")
    if facts.detections != data.detections or data.layout not in (None, facts.layout):
        raise ValueError(
            f"{prepared.folder}: keypoints {data.detections} expected, got {facts.detections} in the layout "
            f"{facts.layout}; train with --keypoints {facts.detections}, or prepare the others (--detections FILE)."
        )
    chosen = chosen_views(prepared, subjects=data.subjects, actions=data.actions)
    seen = [cut_to(each.view(), data) for each in chosen]
    sequences = studio_sequences(seen, facts.keypoints, facts.joints)
    if unlabelled is not None:
        others = chosen_views(prepared, subjects=unlabelled.subjects, actions=data.actions)
        alone = [each.seen() for each in others]
        sequences = _half_labelled(sequences, alone, unlabelled, data)
    return StaticSource(sequences, facts.layout, facts.name)


def _half_labelled(
    sequences: Sequences, alone: Iterable[Seen], unlabelled: UnlabelledData, data: StudioData
) -> HalfLabelled:
    clips = [replace(clip, keypoints=clip.keypoints[:: data.downsample]) for clip in alone]
    return HalfLabelled(
        **vars(sequences), unlabelled=unlabelled_sequences(clips, unlabelled.field_of_view_degrees)
    )


def cut_to(view: View, data: StudioData) -> View:
    """Return the stretch of a view that is learnt from, at its rate: the same of every camera of a recording."""
    step, frames = data.downsample, len(view.joints)
    count = max(round(frames // step * data.subset), 1) * step
    spare = max(frames - count, 0)
    digest = hashlib.sha256(f"{view.subject}/{view.action}".encode()).digest()
    start = int.from_bytes(digest[:8], "big") % (spare + 1)
    kept = slice(start, start + count, step) if data.subset < 1.0 else slice(None, None, step)
    return replace(view, keypoints=view.keypoints[kept], joints=view.joints[kept])


def studio_sequences(chosen: Iterable[View], keypoints: Skeleton, joints: Skeleton) -> Sequences:
    """Lay views end to end: keypoints on the screen, joints relative to the root in the camera's frame."""
    each = list(chosen)
    for view in each:
        if view.scored is not None:
            raise ValueError(
                f"{view.subject}, {view.action}: for tests alone, not all of its frames are valid."
            )
        if view.keypoints.shape[1] != len(keypoints):
            raise ValueError(
                f"{view.subject}, {view.action}: {len(keypoints)} keypoints expected by {keypoints.name}, "
                f"got {view.keypoints.shape[1]}."
            )
    frames = sum(len(view.joints) for view in each)
    return Sequences(
        joints=np.concatenate([view.keypoints for view in each]),
        extra=np.zeros((frames, 0), np.float32),
        targets=np.concatenate([view.joints - view.joints[:, :1] for view in each]),
        lengths=np.array([len(view.joints) for view in each]),
        input_skeleton=keypoints,
        output_skeleton=joints,
        mirror=MIRRORS["width"],
        roots=np.concatenate([view.joints[:, 0] for view in each]),
    )
