"""Two people who cross, leave the picture and come back, as a detector would mark them: made from motion capture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from kinelift.body.skeleton import COCO_17, MOCAP_20
from kinelift.datasets.mocap import MocapTrial, decimate
from kinelift.detection import Detection
from kinelift.sampling.bodies import (
    BodyConfig,
    body_points,
    face_points,
    human_shares,
    marked_points,
    sample_bodies,
    typical_lengths,
    with_lengths,
)
from kinelift.sampling.detector_noise import detect
from kinelift.sampling.feet import FootConfig, foot_points
from kinelift.sampling.noise_config import NoiseConfig

FPS = 30.0
IMAGE_SIZE = (1280, 720)
FOCAL_PX = 1000.0
LENS_HEIGHT_M = 1.3
DEPTHS_M = (4.0, 6.5)
"""Nearer and farther of what people walk at; they are at least half a metre apart."""
COMES_BACK_BY_THE_SAME_WAY = 0.8
"""Share of those who left that come back by the border they left by."""
HIDDEN_BY_M = 0.13
"""A joint behind somebody nearer is hidden within so far of his limbs."""
MOST_HIDDEN = 0.55
"""Share of hidden joints from which a body is not found at all."""
TAKEN_FOR_OTHER = 0.4
"""Share of hidden joints that are marked on whoever hides them."""
LOOP_M = 1.2
"""What a walk must cover between two like poses to be walked again and again."""

_LIMBS = [
    (COCO_17.index(f"{side}_{a}"), COCO_17.index(f"{side}_{b}"))
    for side in ("left", "right")
    for a, b in (
        ("shoulder", "elbow"),
        ("elbow", "wrist"),
        ("shoulder", "hip"),
        ("hip", "knee"),
        ("knee", "ankle"),
    )
]


@dataclass(frozen=True, eq=False)
class Scene:
    """What a detector finds in each frame, in no order, and whom it is of."""

    detections: list[list[Detection]]
    people: list[list[int]]


@dataclass(frozen=True, eq=False)
class Walk:
    """Steps that can be walked on and on, along +X from the origin."""

    joints: Float[np.ndarray, "frame 20 3"]
    head_axes: Float[np.ndarray, "frame 3 3"]
    stride_m: float
    """How far one round goes."""


def walks_of(trials: Sequence[MocapTrial]) -> list[Walk]:
    """Find the trials that go somewhere, and in each the two poses most alike between which they go farthest."""
    walks = [_walk(decimate(trial, FPS)) for trial in trials if len(trial.joints) / trial.fps > 2.0]
    return [walk for walk in walks if walk is not None]


def _walk(trial: MocapTrial) -> Walk | None:
    joints = trial.joints.astype(np.float64)
    away = joints - joints[:, :1] * [1.0, 0.0, 1.0]  # steps up or down are none to be walked on and on
    ground = joints[:, 0][:, [0, 2]]
    best, pair = 0.10, None
    for first in range(0, len(joints) - 20, 3):
        gone = np.linalg.norm(ground[first + 20 :] - ground[first], axis=-1)
        alike = np.linalg.norm(away[first + 20 :] - away[first], axis=-1).mean(-1)
        alike = np.where(gone > LOOP_M, alike, np.inf)
        last = int(alike.argmin())
        straight = gone[last] / max(
            np.linalg.norm(np.diff(ground[first : first + 20 + last], axis=0), axis=-1).sum(), 1e-6
        )
        if alike[last] < best and straight > 0.95:
            best, pair = float(alike[last]), (first, first + 20 + last)
    if pair is None:
        return None
    part = slice(*pair)
    heading = ground[pair[1]] - ground[pair[0]]
    turn = _about_y(np.arctan2(heading[1], heading[0]))
    moved = (joints[part] - [*ground[pair[0]][:1], 0.0, ground[pair[0]][1]]) @ turn.T
    axes = turn @ trial.head_axes[part].astype(np.float64)
    return Walk(moved, axes, float(np.linalg.norm(heading)))


def _about_y(angle: float) -> Float[np.ndarray, "3 3"]:
    """Turn what heads along (cos, 0, sin) to +X."""
    cos, sin = np.cos(angle), np.sin(angle)
    return np.array([[cos, 0.0, sin], [0.0, 1.0, 0.0], [-sin, 0.0, cos]])


def make_scene(walks: Sequence[Walk], seconds: float, rng: np.random.Generator) -> Scene:
    """Make two people walk through the picture, each to and fro, at depths of their own."""
    frames = round(seconds * FPS)
    near = rng.uniform(DEPTHS_M[0], DEPTHS_M[1] - 0.5)
    far = rng.uniform(near + 0.5, DEPTHS_M[1])
    depths = (near, far) if rng.random() < 0.5 else (far, near)
    towards = rng.choice((-1.0, 1.0))
    other_way = rng.random() < 0.7
    people = [
        _person(walks, depth, direction, frames, rng)
        for depth, direction in zip(depths, (towards, -towards if other_way else towards), strict=True)
    ]
    points = np.stack([points for points, _ in people])
    noisy, scores = _detected(points, [stature for _, stature in people], rng)
    hidden = _hidden(points, rng)
    detections, whose = [], []
    for frame in range(frames):
        found = [
            (person, _detection(noisy, scores, hidden, person, frame, rng))
            for person in (0, 1)
            if _found(scores[person, frame], hidden[person, frame])
        ]
        order = rng.permutation(len(found))
        detections.append([found[i][1] for i in order])
        whose.append([found[i][0] for i in order])
    return Scene(detections, whose)


def _person(
    walks: Sequence[Walk], depth: float, direction: float, frames: int, rng: np.random.Generator
) -> tuple[Float[np.ndarray, "frame 17 3"], float]:
    """Walk through the picture, stay away for a while and come back, till the time is over; camera frame, metres."""
    half_view = IMAGE_SIZE[0] / 2.0 / FOCAL_PX * depth + 0.6
    walk = walks[rng.integers(len(walks))]
    lengths = typical_lengths(walk.joints)[None]
    body, stature = sample_bodies(human_shares(lengths), 1, BodyConfig(), rng)
    joints = with_lengths(walk.joints[None].astype(np.float32), lengths, body)
    scale = float(body[0, 2:4].sum() / lengths[0, 2:4].sum())
    head = joints[..., MOCAP_20.index("head"), :]
    face = face_points(head, walk.head_axes[None].astype(np.float32), stature, BodyConfig(), rng)
    feet = foot_points(joints, stature, FootConfig(), rng)
    marked = marked_points(body_points(joints, face, feet))[0, :, :17].astype(np.float64)
    marked[..., 1] -= marked[..., 1].min()
    stride = walk.stride_m * scale
    seen = np.full((frames, 17, 3), np.nan)
    at, side = round(rng.uniform(0.0, 1.0) * FPS), -direction
    while at < frames:
        way = 2.0 * half_view
        steps = int(np.ceil(way / stride * len(marked)))
        index = np.arange(min(steps, frames - at))
        path = marked[index % len(marked)] + (index // len(marked))[:, None, None] * [stride, 0.0, 0.0]
        # Whoever comes from the right is seen from his other side.
        facing = np.array([1.0, 1.0, 1.0]) if side < 0 else np.array([-1.0, 1.0, -1.0])
        placed = (path - [half_view, 0.0, 0.0]) * facing
        seen[at : at + len(index)] = np.stack(
            (placed[..., 0], LENS_HEIGHT_M - placed[..., 1], depth - placed[..., 2]), -1
        )
        at += len(index) + round(rng.uniform(0.5, 3.0) * FPS)
        left_by = -side
        side = left_by if rng.random() < COMES_BACK_BY_THE_SAME_WAY else -left_by
    return seen, float(stature[0])


def _detected(
    points: Float[np.ndarray, "person frame 17 3"], statures: Sequence[float], rng: np.random.Generator
) -> tuple[Float[np.ndarray, "person frame 17 2"], Float[np.ndarray, "person frame 17"]]:
    """Mark everybody with the noise of a detector; scores are 0 of what is outside the picture."""
    there = np.isfinite(points).all((2, 3))
    filled = np.where(there[..., None, None], points, [0.0, 0.0, 1e3])
    rays = np.zeros((*points.shape[:2], 23, 2), np.float32)
    rays[:, :, :17] = filled[..., :2] / filled[..., 2:]
    height = np.array(
        [stature / np.nanmedian(points[person, :, 11, 2]) for person, stature in enumerate(statures)]
    )
    half_size = np.tile(np.array(IMAGE_SIZE) / 2.0 / FOCAL_PX, (len(points), 1))
    config = NoiseConfig(leaps=0.0, occluded=0.0, truncated=0.0, outside_lost=1.0, faceless=0.0, footless=0.0)
    found = detect(rays, np.ones(rays.shape[:3], bool), height, half_size, config, rng)
    scores = np.where(there[..., None], found.scores[:, :, :17], 0.0)
    return found.points[:, :, :17] * FOCAL_PX + np.array(IMAGE_SIZE) / 2.0, scores


def _hidden(
    points: Float[np.ndarray, "person frame 17 3"], rng: np.random.Generator
) -> Bool[np.ndarray, "person frame 17"]:
    """Tell which joints are behind the limbs of somebody nearer."""
    hidden = np.zeros(points.shape[:3], bool)
    nearer = int(np.nanmedian(points[0, ..., 2]) > np.nanmedian(points[1, ..., 2]))
    front, back = points[nearer], points[1 - nearer]
    depth = np.nanmedian(front[..., 2])
    rays = [body[..., :2] / body[..., 2:] for body in (front, back)]
    for first, last in _LIMBS:
        start, along = rays[0][:, None, first], (rays[0][:, last] - rays[0][:, first])[:, None]
        share = ((rays[1] - start) * along).sum(-1) / np.maximum((along**2).sum(-1), 1e-12)
        away = np.linalg.norm(rays[1] - start - np.clip(share, 0.0, 1.0)[..., None] * along, axis=-1)
        hidden[1 - nearer] |= away < HIDDEN_BY_M / depth
    return hidden


def _found(scores: Float[np.ndarray, " 17"], hidden: Bool[np.ndarray, " 17"]) -> bool:
    return (scores > 0).sum() >= 9 and hidden.mean() < MOST_HIDDEN


def _detection(
    points: Float[np.ndarray, "person frame 17 2"],
    scores: Float[np.ndarray, "person frame 17"],
    hidden: Bool[np.ndarray, "person frame 17"],
    person: int,
    frame: int,
    rng: np.random.Generator,
) -> Detection:
    """Return what is marked of one person: hidden joints badly, or on whoever hides them."""
    marked, sure, behind = (
        points[person, frame].copy(),
        scores[person, frame].copy(),
        hidden[person, frame],
    )
    other = behind & (rng.random(17) < TAKEN_FOR_OTHER) & (scores[1 - person, frame] > 0)
    marked[other] = points[1 - person, frame][other]
    sure[behind & ~other] *= 0.4
    unseen = sure == 0
    marked[unseen] = np.nan
    return Detection(marked.astype(np.float32), sure.astype(np.float32))
