"""A rigid skeleton, and how its joints are turned over time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True, eq=False)
class Rig:
    """A rigid skeleton in its rest pose: a T-pose, Y up, facing +Z, the left hand at +X.

    What turns is a joint, and a joint turns all that hangs from it. Where several bones start at one point of the body,
    each has a joint of its own there, so that each can point where it will.
    """

    names: tuple[str, ...]
    """Of the joints, each after its parent; one without children, such as "head_end", is an end and does not turn."""
    parents: tuple[int, ...]
    """Index of each joint's parent, -1 for the root."""
    offsets: Float[np.ndarray, "joint 3"]
    """From the parent to the joint in the rest pose, metres; the root's is 0."""
    stands_at: tuple[str | None, ...]
    """For each joint the joint of the motion's skeleton at its place; None where the motion has nothing there."""

    def __post_init__(self) -> None:
        counts = {len(self.names), len(self.parents), len(self.offsets), len(self.stands_at)}
        if len(counts) != 1:
            raise ValueError(f"Rig: every field needs one entry a joint, got counts {sorted(counts)}.")

    def __len__(self) -> int:
        return len(self.names)

    def __repr__(self) -> str:
        return f"Rig({len(self)} joints)"

    def index(self, joint: str) -> int:
        """Index of a joint by name; ValueError listing the names if there is none."""
        if joint not in self.names:
            raise ValueError(f"the rig has no joint {joint!r}; it has {', '.join(self.names)}.")
        return self.names.index(joint)

    def children(self, joint: int) -> tuple[int, ...]:
        """Indices of the joints that hang from a joint; none from an end."""
        return tuple(child for child, parent in enumerate(self.parents) if parent == joint)


@dataclass(frozen=True, eq=False)
class JointAngles:
    """How one person's rig moves: where its root is and how every joint is turned, at a constant rate."""

    rig: Rig
    root: Float[np.ndarray, "frame 3"]
    """Where the root is, metres, in the world."""
    rotations: Float[np.ndarray, "frame joint 4"]
    """Each joint's turn from its rest pose, relative to its parent: unit quaternions wxyz, the shorter way from
    one frame to the next. The identity at ends."""
    fps: float

    def __post_init__(self) -> None:
        expected = (len(self.root), len(self.rig), 4)
        if self.rotations.shape != expected:
            raise ValueError(
                f"rotations: shape {expected} expected beside root and rig, got {self.rotations.shape}."
            )

    def __len__(self) -> int:
        return len(self.root)

    def __repr__(self) -> str:
        return f"JointAngles({len(self)} frames, {len(self.rig)} joints, {self.fps:g} fps)"
