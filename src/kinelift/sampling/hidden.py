"""What detectors do not see: behind objects, below a table's edge, outside the image, or for no reason."""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float, Int

from kinelift.body.skeleton import COCO_23
from kinelift.sampling.draws import any_spans, some, spans
from kinelift.sampling.noise_config import Detections, NoiseConfig

FACE = [COCO_23.index(n) for n in ("nose", "left_eye", "right_eye", "left_ear", "right_ear")]
FEET = [COCO_23.index(f"{s}_{n}") for s in ("left", "right") for n in ("heel", "big_toe", "small_toe")]
LIMB_ENDS = [COCO_23.index(f"{side}_{n}") for side in ("left", "right") for n in ("wrist", "ankle", "knee")]
_HIPS = [COCO_23.index(f"{side}_hip") for side in ("left", "right")]
_ANKLES = [COCO_23.index(f"{side}_ankle") for side in ("left", "right")]

ROUND = 0.4
"""Share of objects that are round; the others have a straight edge and no end."""
_RADIUS = (0.06, 0.30)
"""Of round objects, in standing heights."""
_UPRIGHT = 0.5
"""Share of straight edges with everything below them hidden."""
_LOW_SCORES = (0.05, 0.45)


def hide(
    found: Detections,
    points: Float[np.ndarray, "clip frame 23 2"],
    height: Float[np.ndarray, " clip"],
    config: NoiseConfig,
    rng: np.random.Generator,
) -> None:
    """Put objects that stand still in the image before people, and cut their lower bodies off, in some clips."""
    occluded = some(len(points), config.occluded, rng)
    truncated = some(len(points), config.truncated, rng)
    clips = np.concatenate([occluded, truncated])
    frames, middle = points.shape[1], points.shape[1] // 2
    cut = np.arange(len(clips)) >= len(occluded)
    part, size = points[clips], height[clips].astype(np.float32)

    joint = rng.integers(0, len(COCO_23), len(clips))
    down_the_leg = rng.uniform(0.0, 0.9, (len(clips), 1)).astype(np.float32)
    hips, ankles = (part[:, middle][:, ends].mean(1) for ends in (_HIPS, _ANKLES))
    edge = np.where(
        cut[:, None], hips + down_the_leg * (ankles - hips), part[np.arange(len(clips)), middle, joint]
    )
    turn = np.where(cut | (rng.random(len(clips)) < _UPRIGHT), 0.0, rng.uniform(-np.pi, np.pi, len(clips)))
    direction = np.stack([np.sin(turn), np.cos(turn)], -1).astype(np.float32)
    is_round = ~cut & (rng.random(len(clips)) < ROUND)
    radius = rng.uniform(*_RADIUS, len(clips)).astype(np.float32) * size

    away = part - edge[:, None, None]
    beyond = (away * direction[:, None, None]).sum(-1)
    within = (away**2).sum(-1) < (radius**2)[:, None, None]
    hidden = np.where(is_round[:, None, None], within, beyond > 0)
    throughout = cut | (rng.random(len(clips)) < 0.5)
    hidden &= (throughout[:, None] | any_spans(len(clips), frames, rng))[..., None]

    lost = rng.random(len(clips)) < config.hidden_lost
    guess = rng.normal(0.0, config.guess_sd, (len(clips), len(COCO_23), 2)).astype(np.float32)
    row, frame, at = np.nonzero(hidden)
    guessed = part[row, frame, at] + guess[row, at] * size[row, None]
    # Detectors put legs that they do not see where what they see ends.
    guessed -= np.where(cut[row], beyond[row, frame, at], 0.0)[:, None] * direction[row]
    found.points[clips[row], frame, at] = guessed
    unsure = rng.uniform(*_LOW_SCORES, len(row)).astype(np.float32)
    scores = np.minimum(found.scores[clips[row], frame, at], unsure)
    found.scores[clips[row], frame, at] = np.where(lost[row], 0.0, scores)


def leave_image(
    found: Detections,
    points: Float[np.ndarray, "clip frame 23 2"],
    in_front: Bool[np.ndarray, "clip frame 23"],
    half_size: Float[np.ndarray, "clip 2"],
    config: NoiseConfig,
    rng: np.random.Generator,
) -> None:
    """Lose what lies outside the image, or mark it at its border, as the clip's detector does; the rest stays."""
    border = half_size.astype(np.float32)[:, None, None]
    outside = np.abs(points[..., 0]) > border[..., 0]
    outside |= np.abs(points[..., 1]) > border[..., 1]
    kind = rng.random(len(points))
    clamped = (kind >= config.outside_lost) & (kind < config.outside_lost + config.outside_clamped)
    clip, frame, joint = np.nonzero(outside & clamped[:, None, None])
    edge = border[clip, 0, 0]
    found.points[clip, frame, joint] = np.clip(found.points[clip, frame, joint], -edge, edge)
    found.scores[clip, frame, joint] *= rng.uniform(0.1, 0.7, len(clip)).astype(np.float32)
    outside &= (kind < config.outside_lost)[:, None, None]
    outside |= ~in_front
    found.scores[outside] = 0.0


def lose(found: Detections, config: NoiseConfig, rng: np.random.Generator) -> None:
    """Lose joints for no reason, at random and over spans; frames; faces; and feet, where a detector has none."""
    clips, frames, joints = found.scores.shape
    losing = some(clips, config.lost_clips, rng)
    share = (rng.random(len(losing)) ** 2 * config.lost_joints).astype(np.float32)
    lost = rng.random((len(losing), frames, joints), dtype=np.float32) < share[:, None, None]
    chance = np.full(joints, config.lost_spans)
    chance[LIMB_ENDS] *= 2.0
    row, joint = np.nonzero(rng.random((len(losing), joints)) < chance)
    lost[row, :, joint] |= any_spans(len(row), frames, rng)
    found.scores[losing] *= ~lost
    unseen = some(clips, config.lost_frames, rng)
    found.scores[unseen] *= ~spans(len(unseen), frames, config.span_frames, rng)[..., None]
    _lose_through(found, some(clips, config.faceless, rng), FACE)
    _lose_through(found, some(clips, config.footless, rng), FEET)


def _lose_through(found: Detections, clips: Int[np.ndarray, " some"], joints: list[int]) -> None:
    found.scores[clips[:, None], :, joints] = 0.0
