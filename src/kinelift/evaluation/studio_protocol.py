"""Human3.6M's protocol as Pavllo et al. (CVPR 2019, section 5) run it, and HumanEva's by the same rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from torch.nn import Parameter

from kinelift.body.model_facts import ModelFacts
from kinelift.body.skeleton import Skeleton
from kinelift.datasets.prepared_views import chosen_views
from kinelift.datasets.recorded_store import PreparedSet
from kinelift.datasets.studio import View, recordings, studio_of, views
from kinelift.evaluation.measures import MEASURES, TRAJECTORY
from kinelift.evaluation.networks import Networks
from kinelift.evaluation.prediction import Sides, predict_clip
from kinelift.evaluation.report import ClipFigures, Evaluation, Rules
from kinelift.interop.videopose3d import Keypoints2D, Poses3D
from kinelift.lifting.network import Network
from kinelift.model.temporal import TemporalModel
from kinelift.model.temporal_config import TemporalConfig


@dataclass(frozen=True)
class Selection:
    """What is tested."""

    subjects: tuple[str, ...] = ("S9", "S11")
    actions: tuple[str, ...] | None = None
    """By prefix; all where None."""
    mirror: bool = True
    """Average with the answer for the mirrored body."""


@dataclass(frozen=True)
class Tested:
    """What is known of the views that are tested."""

    data_set: str
    fps: float
    joints: Skeleton
    keypoints: str
    """Name of their file, or what it says of who marked them."""
    sides: tuple[int, ...]
    """For each keypoint its counterpart."""
    frames_scored: str = "every frame"


def evaluate(
    networks: Networks,
    poses: Poses3D,
    keypoints: Keypoints2D,
    selection: Selection,
    *,
    on_view: Callable[[int, int], None] | None = None,
) -> Evaluation:
    """Test networks on every frame of every view that is selected.

    on_view is told after each view how many are done, and of how many.
    """
    studio = studio_of(poses)
    chosen = recordings(poses, keypoints, subjects=selection.subjects, actions=selection.actions)
    count = sum(len(keypoints[subject][action]) for subject, action in chosen)
    tested = Tested(studio.name, studio.fps, studio.skeleton, keypoints.source, _sides_of(keypoints))
    seen = views(poses, keypoints, studio, chosen)
    return _evaluated(networks, tested, seen, count, selection, on_view)


def evaluate_prepared(
    networks: Networks,
    prepared: PreparedSet,
    selection: Selection,
    *,
    on_view: Callable[[int, int], None] | None = None,
) -> Evaluation:
    """Test networks by the same rules on a prepared data set, of which one view at a time is read."""
    facts = prepared.facts
    if facts.joints is None:
        raise ValueError(f"{prepared.folder}: keypoints alone, nobody knows where the joints were.")
    chosen = chosen_views(prepared, subjects=selection.subjects, actions=selection.actions)
    # Where recordings differ in their rate, a velocity a frame has none; the highest is told.
    fps = max(each.fps for each in chosen)
    frames = "every frame" if all(each.scored is None for each in chosen) else "every valid frame"
    tested = Tested(facts.name, fps, facts.joints, facts.detections, facts.keypoints.mirrored, frames)
    return _evaluated(networks, tested, (each.view() for each in chosen), len(chosen), selection, on_view)


def _evaluated(
    networks: Networks,
    tested: Tested,
    seen: Iterable[View],
    count: int,
    selection: Selection,
    on_view: Callable[[int, int], None] | None,
) -> Evaluation:
    sides = None
    if selection.mirror:
        sides = Sides(networks.keypoint_sides or tested.sides, tested.joints.mirrored)
    clips = []
    for view in seen:
        clips.append(_measured(view, networks, tested, sides))
        if on_view is not None:
            on_view(len(clips), count)
    return Evaluation(_rules(networks, tested, selection), tuple(clips))


def _rules(networks: Networks, tested: Tested, selection: Selection) -> Rules:
    config, weights = _size(networks.pose)
    return Rules(
        data_set=tested.data_set,
        fps=tested.fps,
        joints=len(tested.joints),
        keypoints=tested.keypoints,
        subjects=selection.subjects,
        actions=selection.actions,
        mirror=selection.mirror,
        receptive_field=config.receptive_field,
        look_ahead=config.look_ahead,
        parameters=None if weights is None else sum(each.numel() for each in weights),
        flops_per_frame=None
        if weights is None
        else 2 * sum(each.numel() for each in weights if each.ndim > 1),
        frames_scored=tested.frames_scored,
    )


def _size(network: TemporalModel | Network) -> tuple[TemporalConfig | ModelFacts, list[Parameter] | None]:
    """Return what says how many frames a network reads, and its weights where they are as they were trained."""
    match network:
        case TemporalModel():
            return network.config, list(network.parameters())
        case Network():
            return network.facts, None


def _measured(view: View, networks: Networks, tested: Tested, sides: Sides | None) -> ClipFigures:
    target = view.joints - view.joints[:, :1]
    predicted = predict_clip(networks.pose, view.keypoints, sides)
    if predicted.shape != target.shape:
        raise ValueError(
            f"network: {len(tested.joints)} joints expected for {tested.data_set}, got {predicted.shape[1]}."
        )
    # Frames that are left over are no neighbours, so that what is measured along time has no figure on them.
    kept = slice(None) if view.scored is None else view.scored
    longest = len(target) if view.scored is None else 1
    if not len(target[kept]):
        raise ValueError(f"{view.subject}, {view.action}, camera {view.camera.name}: no frame to be scored.")
    figures = {
        measure.key: measure.of(predicted[kept], target[kept], tested.joints)
        for measure in MEASURES
        if longest >= measure.fewest_frames
    }
    if networks.trajectory is not None:
        root_sides = None if sides is None else Sides(sides.keypoints, (0,))
        root = predict_clip(networks.trajectory, view.keypoints, root_sides)
        figures[TRAJECTORY.key] = TRAJECTORY.of(root[kept], view.joints[kept, :1], tested.joints)
    return ClipFigures(view.subject, view.action_name, view.camera.name, len(target[kept]), figures)


def _sides_of(keypoints: Keypoints2D) -> tuple[int, ...]:
    left, right = keypoints.symmetry
    order = np.arange(keypoints.keypoint_count)
    order[[*left, *right]] = [*right, *left]
    return tuple(order.tolist())
