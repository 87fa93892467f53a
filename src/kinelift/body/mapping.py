"""One skeleton's points in another's order, saying what is derived and what is absent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Float

from kinelift.body.motion import Keypoints
from kinelift.body.skeleton import (
    BLAZEPOSE_33,
    BODY_25,
    COCO_17,
    COCO_18,
    COCO_23,
    H36M_17,
    H36M_21,
    HALPE_26,
    MOCAP_20,
    MPI_INF_3DHP_17,
    MPII_16,
    Skeleton,
)

_HIPS, _SHOULDERS = ("left_hip", "right_hip"), ("left_shoulder", "right_shoulder")
_OF_TRUNK: dict[str, tuple[str, ...]] = {
    "pelvis": _HIPS,
    "thorax": _SHOULDERS,
    "spine": (*_HIPS, *_SHOULDERS),
}

DERIVED: dict[str, dict[str, tuple[str, ...]]] = {
    H36M_17.name: _OF_TRUNK,
    H36M_21.name: {
        **_OF_TRUNK,
        "left_toe": ("left_big_toe", "left_small_toe"),
        "right_toe": ("right_big_toe", "right_small_toe"),
    },
    BODY_25.name: {"pelvis": _HIPS, "neck": _SHOULDERS},
    COCO_18.name: {"neck": _SHOULDERS},
    HALPE_26.name: {"pelvis": _HIPS, "neck": _SHOULDERS},
    MPII_16.name: {"pelvis": _HIPS, "thorax": _SHOULDERS},
    MPI_INF_3DHP_17.name: {"pelvis": _HIPS, "neck": _SHOULDERS, "spine": (*_HIPS, *_SHOULDERS)},
}
"""Joints a target can take as the mean of a source's joints where the source does not mark them itself.

H36M's "head" (top of the head) has no counterpart among face points, so it is absent rather than guessed."""

PLACES: dict[str, dict[str, str]] = {
    COCO_17.name: {},
    COCO_23.name: {},
    **{s.name: {"thorax": "base of the neck", "head": "top of the head"} for s in (H36M_17, H36M_21)},
    BLAZEPOSE_33.name: {f"{side}_foot_index": f"{side}_big_toe" for side in ("left", "right")},
    MOCAP_20.name: {"thorax": "middle of the chest", "neck": "base of the neck", "head": "top of the neck"},
    BODY_25.name: {"neck": "base of the neck"},
    COCO_18.name: {"neck": "base of the neck"},
    HALPE_26.name: {"neck": "base of the neck", "head": "top of the head"},
    MPII_16.name: {"thorax": "base of the neck", "neck": "top of the neck", "head": "top of the head"},
    MPI_INF_3DHP_17.name: {
        "neck": "base of the neck",
        "head": "middle of the head",
        "head_top": "top of the head",
    },
}
"""Where joints lie whose names mean one place in one layout and another in the next; the others lie where they say.

Between these layouts joints are matched by place, with layouts unknown here by name."""


@dataclass(frozen=True, eq=False)
class Mapping:
    """How each joint of a target is made from a source, as a matrix of weights."""

    source: Skeleton
    target: Skeleton
    weights: Float[np.ndarray, "target source"]
    """Row t holds the weights of the source's joints in target joint t; a row of zeros is an absent joint."""
    derived: tuple[str, ...]
    """Target joints that are a mean of several source joints."""
    absent: tuple[str, ...]
    """Target joints the source says nothing of."""

    def apply(
        self, points: Float[np.ndarray, "... source axis"], scores: Float[np.ndarray, "... source"]
    ) -> tuple[Float[np.ndarray, "... target axis"], Float[np.ndarray, "... target"]]:
        """Return points and scores in the target's order; NaN and score 0 where a needed joint is missing.

        A derived joint's score is the lowest of those it is made from.
        """
        if points.shape[-2] != len(self.source):
            raise ValueError(
                f"points: {len(self.source)} joints expected by {self.source.name}, got {points.shape}. "
                "Name the skeleton they are really in, or convert them with map_skeleton(...)."
            )
        missing = ~np.isfinite(points).all(-1) | ~(scores > 0)
        known, sure = np.where(missing[..., None], 0.0, points), np.where(missing, 0.0, scores)
        mapped = np.full((*points.shape[:-2], len(self.target), points.shape[-1]), np.nan, points.dtype)
        lowest = np.zeros((*points.shape[:-2], len(self.target)), scores.dtype)
        for joint, weights in enumerate(self.weights):
            made_from = np.flatnonzero(weights)
            if len(made_from):
                lowest[..., joint] = sure[..., made_from].min(-1)
                mapped[..., joint, :] = np.einsum(
                    "...sa,s->...a", known[..., made_from, :], weights[made_from]
                )
        mapped[lowest == 0.0] = np.nan
        return mapped, lowest


def mapping(source: Skeleton, target: Skeleton) -> Mapping:
    """Return the mapping between two layouts: by the place a joint's name means, else by derivation."""
    weights = np.zeros((len(target), len(source)))
    derived: list[str] = []
    absent: list[str] = []
    for row, joint in enumerate(target.names):
        made_from = _made_from(joint, source, target)
        if not made_from or any(name not in source.names for name in made_from):
            absent.append(joint)
            continue
        if len(made_from) > 1:
            derived.append(joint)
        for name in made_from:
            weights[row, source.index(name)] = 1.0 / len(made_from)
    return Mapping(source, target, weights, tuple(derived), tuple(absent))


def _made_from(joint: str, source: Skeleton, target: Skeleton) -> tuple[str, ...]:
    """Name the source's joints whose mean is a target's joint; they may be absent from the source."""
    known = source.name in PLACES and target.name in PLACES
    in_source, in_target = (PLACES[s.name] if known else {} for s in (source, target))
    place = in_target.get(joint, joint)
    for name in source.names:
        if in_source.get(name, name) == place:
            return (name,)
    return DERIVED.get(target.name, {}).get(joint, ())


def map_skeleton(keypoints: Keypoints, skeleton: Skeleton) -> Keypoints:
    """Return keypoints in another layout; what it has and theirs lacks is NaN with score 0.

    `mapping(keypoints.skeleton, skeleton)` tells which joints are derived and which are absent.
    """
    if keypoints.skeleton == skeleton:
        return keypoints
    converted = mapping(keypoints.skeleton, skeleton)
    if len(converted.absent) == len(skeleton):
        raise ValueError(
            f"{keypoints.skeleton.name} and {skeleton.name} share no joint: "
            f"{', '.join(keypoints.skeleton.names)} against {', '.join(skeleton.names)}. "
            "Give both layouts the same joint names."
        )
    points, scores = converted.apply(keypoints.points_px, keypoints.scores)
    return replace(keypoints, points_px=points, scores=scores, skeleton=skeleton)


def mirror(points: Any, skeleton: Skeleton) -> Any:
    """Exchange left and right and negate x. points (..., joint, 2 or 3), numpy or torch, x centred on 0."""
    flipped = points[..., list(skeleton.mirrored), :]
    signs = [-1.0] + [1.0] * (points.shape[-1] - 1)
    if isinstance(points, np.ndarray):
        return flipped * np.asarray(signs, dtype=points.dtype)
    return flipped * points.new_tensor(signs)
