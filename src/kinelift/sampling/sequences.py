"""Sequences a lifter trains on, and the windows cut from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Bool, Float, Int

from kinelift.body.skeleton import Skeleton
from kinelift.geometry.normalisation import Mirror

Edges = Literal["pad", "skip"]
"""Windows that reach over a sequence's end: repeat its last frame, or leave them out."""


@dataclass(frozen=True, eq=False)
class Sequences:
    """Clips laid end to end, with a lifter's input and target on every frame."""

    joints: Float[np.ndarray, "frame joint feature"]
    """2D features of each input joint."""
    extra: Float[np.ndarray, "frame extra"]
    """Features of each frame as a whole; may have no columns."""
    targets: Float[np.ndarray, "frame target 3"]
    """Root-relative joints in metres, in the frame the lifter answers in."""
    lengths: Int[np.ndarray, " clip"]
    """Frames of each clip."""
    input_skeleton: Skeleton
    output_skeleton: Skeleton
    mirror: Mirror
    """Signs of a mirrored body's features."""
    roots: Float[np.ndarray, "frame 3"] | None = None
    """Where the root is, metres, in the frame the lifter answers in; None where a source tells only of poses."""

    def __post_init__(self) -> None:
        frames = int(self.lengths.sum())
        if not len(self.joints) == len(self.extra) == len(self.targets) == frames:
            raise ValueError(
                f"joints {self.joints.shape}, extra {self.extra.shape} and targets {self.targets.shape} must each "
                f"have the {frames} frames that `lengths` add up to."
            )


@dataclass(frozen=True, eq=False)
class Windows:
    """Which frames of `Sequences` make each one-frame training example, in order."""

    target: Int[np.ndarray, " window"]
    """Frame whose pose the window predicts."""
    first: Int[np.ndarray, " window"]
    """First frame of the clip it lies in."""
    last: Int[np.ndarray, " window"]
    """Last frame of that clip."""
    mirrored: Bool[np.ndarray, " window"]
    """Whether left and right are exchanged."""
    past: int
    """Frames read before the target."""
    look_ahead: int
    """Frames read after it."""

    def __len__(self) -> int:
        return len(self.target)

    def frames(self, chosen: Int[np.ndarray, " some"]) -> Int[np.ndarray, "some frame"]:
        """Return the frames that the chosen windows read; a clip's ends are repeated beyond it."""
        around = self.target[chosen, None] + np.arange(-self.past, self.look_ahead + 1)
        return np.clip(around, self.first[chosen, None], self.last[chosen, None])


def cut_windows(
    lengths: Int[np.ndarray, " clip"], *, past: int, look_ahead: int, mirrored: bool, edges: Edges = "pad"
) -> Windows:
    """Cut one window for every frame (stride 1), each clip followed by its mirrored copy if `mirrored`.

    The order is that of Pavllo et al. (CVPR 2019): clip by clip, frame by frame, then the same frames mirrored.
    """
    before, after = (past, look_ahead) if edges == "skip" else (0, 0)
    starts = np.cumsum(lengths) - lengths
    counts = np.maximum(lengths - before - after, 0)
    copies = 2 if mirrored else 1
    clip = np.repeat(np.arange(len(lengths)), counts * copies)
    within = np.arange(len(clip)) - np.repeat(np.cumsum(counts * copies) - counts * copies, counts * copies)
    frame = within % np.maximum(counts[clip], 1)
    return Windows(
        target=starts[clip] + before + frame,
        first=starts[clip],
        last=starts[clip] + lengths[clip] - 1,
        mirrored=within >= counts[clip],
        past=past,
        look_ahead=look_ahead,
    )
