"""The passes that steady the path in depth: what strays is known when everything has been fitted."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from kinelift.body.rows import MadeRows, Rows, Scratch, stretches
from kinelift.geometry.tally import Tally
from kinelift.placing.depth import ROUNDS, fit_depth, fit_reach, without_stray


def steady_root(root: Rows, trust: Rows, fps: float, scratch: Scratch, stretch_frames: int) -> Rows:
    """Return the root's path with its depth steadied as `steady_depth` does it; rows of trust 0 are as they were.

    `root` (frame, 3) and `trust` (frame,) are those of `PlacedRoot`.
    """
    frames, reach = root.shape[0], fit_reach(fps)
    fitted: Rows | None = None
    usual_stray = 0.0

    def depth(start: int, stop: int) -> Float[np.ndarray, " frame"]:
        return np.log(np.where(trust[start:stop] > 0, root[start:stop][:, 2], 1.0))

    def weights(start: int, stop: int) -> Float[np.ndarray, " frame"]:
        if fitted is None:
            return trust[start:stop] ** 2
        return without_stray(trust[start:stop], np.abs(depth(start, stop) - fitted[start:stop]), usual_stray)

    for _ in range(ROUNDS):
        better, strays = scratch.spool(frames, (), np.dtype(np.float64)), Tally()
        for part in stretches(frames, stretch_frames):
            start, stop = max(part.start - reach, 0), min(part.stop + reach, frames)
            own = slice(part.start - start, part.stop - start)
            fit = fit_depth(depth(start, stop), weights(start, stop), fps)[own]
            better.append(fit)
            strays.add(np.abs(depth(part.start, part.stop) - fit)[trust[part] > 0])
        fitted, usual_stray = better, strays.quantile(0.5)

    def steady(start: int, stop: int) -> Float[np.ndarray, "frame 3"]:
        assert fitted is not None
        away = np.where(trust[start:stop] > 0, fitted[start:stop] - depth(start, stop), 0.0)
        return root[start:stop] * np.exp(away)[:, None]

    return MadeRows(root.shape, root.dtype, steady)
