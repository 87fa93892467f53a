"""Human3.6M's protocol as Pavllo et al. (CVPR 2019, section 5) run it, and HumanEva's by the same rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from torch.nn import Parameter

from kinelift.body.model_facts import ModelFacts
from kinelift.datasets.studio import Studio, View, recordings, studio_of, views
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
    sides = _sides(networks, keypoints, studio) if selection.mirror else None
    clips = []
    for view in views(poses, keypoints, studio, chosen):
        clips.append(_measured(view, networks, studio, sides))
        if on_view is not None:
            on_view(len(clips), count)
    return Evaluation(_rules(networks, keypoints, studio, selection), tuple(clips))


def _rules(networks: Networks, keypoints: Keypoints2D, studio: Studio, selection: Selection) -> Rules:
    config, weights = _size(networks.pose)
    return Rules(
        data_set=studio.name,
        fps=studio.fps,
        joints=len(studio.skeleton),
        keypoints=keypoints.source,
        subjects=selection.subjects,
        actions=selection.actions,
        mirror=selection.mirror,
        receptive_field=config.receptive_field,
        look_ahead=config.look_ahead,
        parameters=None if weights is None else sum(each.numel() for each in weights),
        flops_per_frame=None
        if weights is None
        else 2 * sum(each.numel() for each in weights if each.ndim > 1),
    )


def _size(network: TemporalModel | Network) -> tuple[TemporalConfig | ModelFacts, list[Parameter] | None]:
    """Return what says how many frames a network reads, and its weights where they are as they were trained."""
    match network:
        case TemporalModel():
            return network.config, list(network.parameters())
        case Network():
            return network.facts, None


def _measured(view: View, networks: Networks, studio: Studio, sides: Sides | None) -> ClipFigures:
    target = view.joints - view.joints[:, :1]
    predicted = predict_clip(networks.pose, view.keypoints, sides)
    if predicted.shape != target.shape:
        raise ValueError(
            f"network: {len(studio.skeleton)} joints expected for {studio.name}, got {predicted.shape[1]}."
        )
    figures = {
        measure.key: measure.of(predicted, target, studio.skeleton)
        for measure in MEASURES
        if len(target) >= measure.fewest_frames
    }
    if networks.trajectory is not None:
        root_sides = None if sides is None else Sides(sides.keypoints, (0,))
        root = predict_clip(networks.trajectory, view.keypoints, root_sides)
        figures[TRAJECTORY.key] = TRAJECTORY.of(root, view.joints[:, :1], studio.skeleton)
    return ClipFigures(view.subject, view.action_name, view.camera.name, len(target), figures)


def _sides(networks: Networks, keypoints: Keypoints2D, studio: Studio) -> Sides:
    if networks.keypoint_sides is not None:
        return Sides(networks.keypoint_sides, studio.skeleton.mirrored)
    left, right = keypoints.symmetry
    order = np.arange(keypoints.keypoint_count)
    order[[*left, *right]] = [*right, *left]
    return Sides(tuple(order.tolist()), studio.skeleton.mirrored)
