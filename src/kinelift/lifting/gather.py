"""A frame's keypoints in the orders that a stream needs them in."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from kinelift.body.mapping import mapping
from kinelift.body.skeleton import Skeleton


class Gather:
    """`map_skeleton` for frames: joints a network reads, then those of its output that keypoints mark themselves."""

    def __init__(self, source: Skeleton, read: Skeleton, output: Skeleton) -> None:
        to_read, to_output = mapping(source, read), mapping(source, output)
        guessed = {*to_output.derived, *to_output.absent}
        self.marked = np.array([i for i, name in enumerate(output.names) if name not in guessed], int)
        """Indices of the output's joints that keypoints mark; the others are derived or absent."""
        self.read = len(read)
        """How many of the joints gathered are the network's."""
        weights = np.concatenate([to_read.weights, to_output.weights[self.marked]])
        needed = weights > 0
        self._first = needed.argmax(1)
        self._present = needed.any(1).astype(np.float64)
        self._all_present = bool(self._present.all())
        self._derived = np.flatnonzero(needed.sum(1) > 1)
        self._weights = weights[self._derived]
        widest = needed.sum(1).max(initial=1)
        # Joints a derived one is made of, the first repeated where it is made of fewer than others.
        self._made_from = np.array(
            [np.resize(np.flatnonzero(needed[row]), widest) for row in self._derived], int
        ).reshape(-1, widest)

    def __call__(
        self, points_px: Float[np.ndarray, "stream joint 2"], scores: Float[np.ndarray, "stream joint"]
    ) -> tuple[Float[np.ndarray, "stream gathered 2"], Float[np.ndarray, "stream gathered"]]:
        """Return new arrays; points of joints that were not seen are to be finite and have score 0."""
        points, gathered = points_px.take(self._first, axis=1), scores.take(self._first, axis=1)
        if len(self._derived):
            points[:, self._derived] = np.matmul(self._weights, points_px)
            gathered[:, self._derived] = scores[:, self._made_from].min(-1)
        if not self._all_present:
            gathered *= self._present
        return points, gathered
