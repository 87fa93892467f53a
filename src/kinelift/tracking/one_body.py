"""The first pass: what cannot be the person is treated as not seen."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from jaxtyping import Bool

from kinelift.body.rows import KeypointRows, Scratch
from kinelift.tracking.joint_leaps import find_joint_leaps, mean_joint_scores
from kinelift.tracking.leaps import find_body_leaps
from kinelift.tracking.masking import rows_without

Progress = Callable[[str, int, int], None]
"""Called with what is being done, the frames done and the frames expected."""


def follow_one_body(
    clip: KeypointRows, scratch: Scratch, stretch_frames: int, progress: Progress | None
) -> KeypointRows:
    """Cut leaps to somebody else out, then joints that leap away from their body and back; the whole clip decides."""
    if progress is not None:
        progress("following", 0, len(clip))
    leaps, joints = find_body_leaps(clip, stretch_frames), len(clip.skeleton)

    def elsewhere(start: int, stop: int) -> Bool[np.ndarray, "frame joint"]:
        return np.repeat(leaps.among(clip.scores[start:stop], start)[:, None], joints, axis=1)

    followed, any_masked = rows_without(clip, elsewhere), False
    masked = scratch.spool(len(clip), (joints,), np.dtype(bool))
    means = mean_joint_scores(followed, stretch_frames)
    for part, astray in find_joint_leaps(followed, means, stretch_frames):
        masked.append(astray | elsewhere(part.start, part.stop))
        if progress is not None:
            progress("following", part.stop, len(clip))
        any_masked = any_masked or bool(masked[part].any())
    return rows_without(clip, lambda start, stop: masked[start:stop]) if any_masked else clip
