"""What a network in integers is fitted to and tried on; neither needs any data.

It is fitted to bodies that walk and wave by a formula, seen as training sees motion capture: through virtual cameras,
by a detector that errs, some laid over, some recombined; and to their mirror images. It is tried on the clip of
`kinelift demo`, a dance.
"""

from __future__ import annotations

import numpy as np
import torch
from jaxtyping import Float

from kinelift.body.camera import Camera
from kinelift.body.mapping import map_skeleton, mapping
from kinelift.body.model_facts import ModelFacts
from kinelift.body.skeleton import Skeleton
from kinelift.datasets.synthetic import synthetic_trials
from kinelift.demo import demo_clip
from kinelift.geometry.edges import repeat_edges
from kinelift.geometry.normalisation import MIRRORS, TYPICAL_LOG_SIZE, normalise_rays, normalise_width
from kinelift.geometry.projection import unproject
from kinelift.interop.keypoints import read_keypoints
from kinelift.model.paired import reflection_of_input
from kinelift.sampling.draws import log_uniform
from kinelift.sampling.mocap_engine import MocapConfig, MocapEngine
from kinelift.sampling.sequences import Sequences

CLIPS = 96
_FRAMES = 60
"""Of motion in a clip, at least; a network that reads on sees its ends repeated."""
_FPS = 50.0
"""For networks of any rate."""
_HALF_WIDTHS = (0.3, 1.0)
"""Tangent of half the field of view across."""
_SEED = 1

CALIBRATED_ON = f"{CLIPS} clips of motion made up by a formula, seen by virtual cameras and a noisy detector"
TRIED_ON = "the clip of kinelift demo"


def calibration_clips(facts: ModelFacts) -> Float[np.ndarray, "clip frame feature"]:
    """Return clips such as a network reads, flat, to set the ranges of its integers by."""
    config = MocapConfig(fps=facts.fps or _FPS, clips=CLIPS, targets_per_clip=_FRAMES)
    seen = MocapEngine(synthetic_trials(_SEED), config, receptive_field=1, seed=_SEED).epoch(0)
    match facts.normalisation:
        case "rays":
            read = _as_read(seen, facts.input_skeleton)
            clips = np.concatenate([_by_clip(read), _by_clip(seen.extra)], axis=-1)
        case "width":
            clips = _by_clip(_on_screen(seen, facts.input_skeleton))
    both = np.concatenate([clips, _mirrored(clips, facts)])
    return repeat_edges(both, facts.past, facts.look_ahead)


def _mirrored(
    clips: Float[np.ndarray, "clip frame feature"], facts: ModelFacts
) -> Float[np.ndarray, "clip frame feature"]:
    """Return the clips of mirrored bodies, so that the ranges of a network that mirrors itself do so too."""
    reflection = reflection_of_input(facts.input_skeleton, MIRRORS[facts.normalisation])
    return reflection(torch.from_numpy(clips)).numpy()


def probe_clip(facts: ModelFacts) -> Float[np.ndarray, "1 frame feature"]:
    """Return the clip of `kinelift demo` as a network reads it, with its ends repeated."""
    clip = map_skeleton(read_keypoints(demo_clip()), facts.input_skeleton)
    match facts.normalisation:
        case "rays":
            rays = unproject(Camera.assumed(clip.image_size), clip.points_px.astype(np.float64))
            read = normalise_rays(rays, clip.scores)
        case "width":
            read = normalise_width(clip.points_px, clip.scores, clip.image_size)
    flat = np.concatenate([read.joints.reshape(len(clip), -1), read.extra], axis=-1)
    return repeat_edges(flat[None], facts.past, facts.look_ahead)


def _as_read(seen: Sequences, reads: Skeleton) -> Float[np.ndarray, "frame joint 3"]:
    """Bring what `normalise_rays` gave to another layout; what that has and the detector lacks is 0."""
    points, scores = mapping(seen.input_skeleton, reads).apply(seen.joints[..., :2], seen.joints[..., 2])
    return np.concatenate([np.where(scores[..., None] > 0, points, 0.0), scores[..., None]], axis=-1)


def _on_screen(seen: Sequences, reads: Skeleton) -> Float[np.ndarray, "frame joint 2"]:
    """Turn what `normalise_rays` gave into points on screens of some width, normalised to it.

    Half of the clips are as a detector marks them, and lack what COCO's keypoints lack; half are exact.
    """
    rng = np.random.default_rng(_SEED)
    half_widths = np.repeat(log_uniform(_HALF_WIDTHS, CLIPS, rng), _FRAMES)[:, None, None]
    size = np.exp(seen.extra[:, None, 2:] + TYPICAL_LOG_SIZE)
    bearing = seen.extra[:, None, :2]
    detected, scores = mapping(seen.input_skeleton, reads).apply(
        seen.joints[..., :2] * size, seen.joints[..., 2]
    )
    spread = np.sqrt((seen.targets[..., :2] ** 2).sum(-1).mean(-1))[:, None, None]
    exact = seen.targets[..., :2] / (spread / size + seen.targets[..., 2:])
    exact, present = mapping(seen.output_skeleton, reads).apply(exact, np.ones(exact.shape[:2]))
    is_detected = (np.arange(len(seen.joints)) // _FRAMES % 2 == 0)[:, None]
    points = (np.where(is_detected[..., None], detected, exact) + bearing) / half_widths
    known = np.where(is_detected, scores, present) > 0
    return np.where(known[..., None], points, 0.0).astype(np.float32)


def _by_clip(values: Float[np.ndarray, "frames *rest"]) -> Float[np.ndarray, "clip frame flat"]:
    return values.reshape(CLIPS, _FRAMES, -1)
