"""The passes that steady the path, in depth above all: what strays is known when everything has been fitted."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from kinelift.body.rows import MadeRows, Rows, Scratch, stretches
from kinelift.geometry.tally import Tally
from kinelift.placing.depth import ROUNDS, fit_depth, fit_reach, path_reach, steady_path_of, without_stray


def steady_root(root: Rows, trust: Rows, fps: float, scratch: Scratch, stretch_frames: int) -> Rows:
    """Return the root's path steadied as `steady_depth` and `steady_path_of` do; rows of trust 0 are as they were.

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

    def steady_path(start: int, stop: int) -> Float[np.ndarray, "frame 3"]:
        first, end = max(start - path_reach(fps), 0), min(stop + path_reach(fps), frames)
        return steady_path_of(steady(first, end), trust[first:end], fps)[start - first : stop - first]

    return MadeRows(root.shape, root.dtype, steady_path)
