"""Keypoints of one person to root-relative joints, whole clips at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinelift.body.camera import Camera
from kinelift.body.mapping import map_skeleton
from kinelift.body.motion import Keypoints
from kinelift.geometry.edges import repeat_edges
from kinelift.geometry.normalisation import MIRRORS, NetworkInput, normalise_rays, normalise_width
from kinelift.geometry.projection import unproject
from kinelift.lifting.lifted import Lifted, told_errors
from kinelift.lifting.network import Network
from kinelift.lifting.rates import (
    Phases,
    Resampled,
    join_phases,
    plan_rate,
    resample_back,
    resample_points,
    split_phases,
)


@dataclass(frozen=True)
class Lifter:
    """Turns pixels into a network's terms and its answers into joints."""

    network: Network
    mirror: bool = True
    """Whether to average with the answer for the mirrored body."""

    def lift(self, keypoints: Keypoints, camera: Camera) -> Lifted:
        """Return joints, and how far each is expected to be off, one row per input frame."""
        facts = self.network.facts
        mapped = map_skeleton(keypoints, facts.input_skeleton)
        match plan_rate(keypoints.fps, facts.fps):
            case Phases(count):
                return self._answer(mapped.points_px, mapped.scores, camera, count)
            case Resampled(step):
                points, scores = resample_points(mapped.points_px, mapped.scores, step)
                sampled = self._answer(points, scores, camera, 1)
                return sampled.each(lambda values: resample_back(values, step, len(keypoints)))

    def _answer(
        self,
        points_px: Float[np.ndarray, "frame joint 2"],
        scores: Float[np.ndarray, "frame joint"],
        camera: Camera,
        phases: int,
    ) -> Lifted:
        """Lift a sequence whose every `phases`-th frame is a frame of the model's.

        It is read before it is split: a frame where nobody is seen holds the place that the frame before it had,
        whichever phase that belongs to. And what comes after the clip is its last frame in every phase.
        """
        facts = self.network.facts
        read = _read(points_px, scores, camera, facts.normalisation)
        after = facts.look_ahead * phases if phases > 1 else 0
        averaged = self.mirror and not facts.mirrors_itself
        batches = [split_phases(repeat_edges(_flat(read.joints, read.extra), 0, after), phases)]
        if averaged:
            signs = MIRRORS[facts.normalisation]
            joints = read.joints[..., facts.input_skeleton.mirrored, :] * np.array(signs.joint, np.float32)
            mirrored = _flat(joints, read.extra * np.array(signs.extra, np.float32))
            batches.append(split_phases(repeat_edges(mirrored, 0, after), phases))
        answers = self.network.run_whole(np.concatenate(batches))
        joints, errors = answers[..., :3], told_errors(answers, facts)
        if averaged:
            back = facts.output_skeleton.mirrored
            seen, mirrored = np.split(joints, 2)
            joints = (seen + mirrored[..., back, :] * np.array((-1.0, 1.0, 1.0), np.float32)) / 2.0
            told, of_mirrored = np.split(errors, 2)
            errors = (told + of_mirrored[..., back]) / 2.0
        joints = join_phases(joints - joints[..., :1, :], len(points_px))
        turned = np.matmul(joints, np.swapaxes(read.camera_from_turned, -1, -2)).astype(np.float32)
        return Lifted(turned, join_phases(errors, len(points_px)))


def _read(
    points_px: Float[np.ndarray, "frame joint 2"],
    scores: Float[np.ndarray, "frame joint"],
    camera: Camera,
    normalisation: str,
) -> NetworkInput:
    match normalisation:
        case "rays":
            return normalise_rays(unproject(camera, points_px.astype(np.float64)), scores)
        case "width":
            return normalise_width(points_px, scores, camera.image_size)
        case _:
            raise ValueError(f'normalisation: "rays" or "width" expected, got {normalisation!r}.')


def _flat(
    joints: Float[np.ndarray, "frame joint feature"], extra: Float[np.ndarray, "frame extra"]
) -> Float[np.ndarray, "frame flat"]:
    return np.concatenate([joints.reshape(len(joints), -1), extra], axis=-1)
