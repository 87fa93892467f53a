"""Keypoints of the frames between those that were looked at."""

from __future__ import annotations

import numpy as np

from kinelift.body import Keypoints
from kinelift.tracking.person import TrackedPerson


def fill_between(person: TrackedPerson, every: int, fps: float) -> TrackedPerson:
    """Return the rows at `fps` of a person who was looked for in one frame of `every`.

    Joints go straight from one look to the next, with the lower of the two scores; where one of the two looks did not
    see a joint, it was not seen between them either.
    """
    if every == 1:
        return person
    seen = person.keypoints
    rows = np.arange((len(seen) - 1) * every + 1)
    before, share = rows // every, (rows % every / every)[:, None]
    after = np.minimum(before + 1, len(seen) - 1)
    points = (1.0 - share[..., None]) * seen.points_px[before] + share[..., None] * seen.points_px[after]
    scores = np.minimum(seen.scores[before], seen.scores[after])
    looked = rows % every == 0
    points[looked], scores[looked] = seen.points_px, seen.scores
    times = person.times_seconds
    return TrackedPerson(
        Keypoints(
            points.astype(seen.points_px.dtype),
            scores.astype(seen.scores.dtype),
            seen.skeleton,
            fps,
            seen.image_size,
        ),
        (1.0 - share[:, 0]) * times[before] + share[:, 0] * times[after],
    )
