"""Sure motions of a teacher, seen by virtual cameras and a detector that errs: labels that nobody had to give.

What the teacher got wrong in depth through one camera is, seen from elsewhere, a pose like any other, while what the
same movements look like through other clips and cameras outweighs it: a network that learns from all of them comes
nearer to the truth than what it learns from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from jaxtyping import Bool, Float

from kinelift.body.skeleton import COCO_23, H36M_21
from kinelift.finetuning.marks import detector_marks
from kinelift.finetuning.teacher import LiftedMotion
from kinelift.geometry.normalisation import MIRRORS, normalise_rays
from kinelift.sampling.detector_noise import detect
from kinelift.sampling.noise_config import NoiseConfig
from kinelift.sampling.sequences import Sequences
from kinelift.sampling.virtual_cameras import CameraConfig, sample_cameras

_STATURE = 1.7
"""Metres; what the detector's errors are shares of."""
_ON_FLOOR = np.float32(0.03)
_HIPS = [COCO_23.index(f"{side}_hip") for side in ("left", "right")]


@dataclass(frozen=True)
class ViewConfig:
    """How motions are seen."""

    clips: int = 1920
    """An epoch."""
    targets_per_clip: int = 14
    scale_sd: float = 0.03
    """Standard deviation of the log of a body's size."""
    cameras: CameraConfig = field(
        default_factory=lambda: CameraConfig(
            focal_range=(0.6, 1.6), filled_range=(0.3, 0.8), off_centre=0.3, extreme=0.05, sideways=0.0,
            cut_off=0.0, handheld=0.1, focal_error=0.0,
        )
    )  # fmt: skip
    noise: NoiseConfig = field(
        default_factory=lambda: NoiseConfig(
            jitter_range=(0.001, 0.008), drift_range=(0.002, 0.009), bias_sd=0.007, outliers=0.003,
            exchanged=0.02, leaps=0.0, occluded=0.05, truncated=0.0, lost_clips=0.1, lost_frames=0.0, faceless=0.0,
        )
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class SureSequences(Sequences):
    """Sequences of which some frames are not to be learnt from."""

    sure: Bool[np.ndarray, " frame"] = field(kw_only=True)


@dataclass(frozen=True)
class VirtualViews:
    """Draws epochs of sequences. The same seed and epoch give the same sequences."""

    motions: Sequence[LiftedMotion]
    config: ViewConfig
    fps: float
    """Frames a second that the network reads."""
    past: int
    look_ahead: int
    seed: int
    labelled: Sequence[LiftedMotion] = ()
    """Motions that are known to be true; half of the sequences are of these where there are any."""

    def epoch(self, index: int) -> SureSequences:
        """Draw the sequences of one epoch."""
        rng = np.random.default_rng([self.seed, index])
        joints, sure = self._motion(rng)
        frames = joints.shape[1]
        centre = joints[:, :, 0].mean(1).astype(np.float64)
        cameras = sample_cameras(centre, frames, self.config.cameras, rng)
        marks, true = cameras.to_camera(detector_marks(joints)), cameras.to_camera(joints)
        depth = np.maximum(marks[..., 2], np.float32(0.2))
        height = _STATURE / np.median(depth[:, :, _HIPS], axis=(1, 2))
        rays = (marks[..., :2] / depth[..., None]).astype(np.float32)
        found = detect(rays, marks[..., 2] > 0.3, height, cameras.half_size, self.config.noise, rng)
        seen = normalise_rays(found.points, found.scores)
        targets = np.matmul(true - true[..., :1, :], seen.camera_from_turned.astype(np.float32))
        return SureSequences(
            joints=seen.joints.reshape(-1, *seen.joints.shape[2:]),
            extra=seen.extra.reshape(-1, seen.extra.shape[-1]),
            targets=targets.astype(np.float32).reshape(-1, len(H36M_21), 3),
            lengths=np.full(len(joints), frames),
            input_skeleton=COCO_23,
            output_skeleton=H36M_21,
            mirror=MIRRORS["rays"],
            sure=sure.reshape(-1),
        )

    def _motion(
        self, rng: np.random.Generator
    ) -> tuple[Float[np.ndarray, "clip frame 21 3"], Bool[np.ndarray, "clip frame"]]:
        """Cut windows out of the motions, repeating their ends beyond them, and put them on the floor."""
        config, frames = self.config, self.past + self.look_ahead + self.config.targets_per_clip
        motions = [*self.motions, *self.labelled]
        chosen = rng.choice(len(motions), config.clips, p=self._chances())
        joints = np.empty((config.clips, frames, len(H36M_21), 3), np.float32)
        sure = np.empty((config.clips, frames), bool)
        for clip, number in enumerate(chosen):
            motion = motions[number]
            step, last = motion.fps / self.fps, len(motion.joints) - 1
            margin = step * frames / 3.0
            start = rng.uniform(-margin, max(last - step * frames + margin, 1.0))
            at = np.clip(start + step * np.arange(frames), 0.0, last)
            before = np.minimum(at.astype(int), max(last - 1, 0))
            after = np.minimum(before + 1, last)
            share = (at - before).astype(np.float32)[:, None, None]
            joints[clip] = motion.joints[before] * (1.0 - share) + motion.joints[after] * share
            sure[clip] = motion.sure[before] & motion.sure[after]
        joints[..., [0, 2]] -= joints[:, :, :1, [0, 2]].mean(1, keepdims=True)
        joints[..., 1] -= joints[..., 1].min((1, 2))[:, None, None] - _ON_FLOOR
        scale = np.exp(rng.normal(0.0, config.scale_sd, config.clips)).astype(np.float32)
        return joints * scale[:, None, None, None], sure

    def _chances(self) -> Float[np.ndarray, " motion"]:
        """Return each motion's chance to be drawn, by its length among those of its kind."""
        kinds = [
            np.array([len(motion.joints) / motion.fps for motion in kind])
            for kind in (self.motions, self.labelled)
            if kind
        ]
        return np.concatenate([seconds / seconds.sum() / len(kinds) for seconds in kinds])


def footed(config: ViewConfig, *, feet_are_marked: bool) -> ViewConfig:
    """Return views by a detector that marks feet as often as the clips' own does."""
    return config if feet_are_marked else replace(config, noise=replace(config.noise, footless=1.0))
