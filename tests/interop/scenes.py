"""People as detectors see them, for files that tests write by the programs' own documentation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

import kinelift as kl

SIZE = (1280, 720)


@dataclass(frozen=True, eq=False)
class Scene:
    """Several people who stand side by side and sway; all are seen in all frames."""

    skeleton: kl.Skeleton
    frames: int = 12
    people: int = 1

    @property
    def points_px(self) -> np.ndarray:
        """(person, frame, joint, 2), whole tenths of pixels, so that texts of few digits hold them."""
        person, frame, joint = np.ogrid[: self.people, : self.frames, : len(self.skeleton)]
        x = 200 + 300 * person + 3 * frame + 5 * (joint % 7)
        y = 150 + 20 * joint - 2 * frame + 0 * person
        return np.stack(np.broadcast_arrays(x, y), axis=-1) + 0.5

    @property
    def scores(self) -> np.ndarray:
        """(person, frame, joint), from 0.25 to 1."""
        person, frame, joint = np.ogrid[: self.people, : self.frames, : len(self.skeleton)]
        return 0.25 + 0.75 * ((person + frame + joint) % 4) / 3

    def flat(self, person: int, frame: int) -> list[float]:
        """Return x, y, score, x, y, score, ... of somebody in a frame."""
        triples = np.concatenate(
            [self.points_px[person, frame], self.scores[person, frame][:, None]], axis=-1
        )
        return triples.ravel().tolist()

    def everybody(self) -> Iterator[tuple[int, int]]:
        """Give (frame, person), the later people first in every other frame, as detectors do."""
        for frame in range(self.frames):
            order = range(self.people)
            yield from ((frame, person) for person in (order if frame % 2 else reversed(order)))


def assert_read(read: kl.Keypoints, scene: Scene, person: int = 0, *, atol: float = 1e-3) -> None:
    """Compare what was read with what was written."""
    np.testing.assert_allclose(read.points_px, scene.points_px[person], atol=atol)
    np.testing.assert_allclose(read.scores, scene.scores[person], atol=1e-4)
    assert read.skeleton == scene.skeleton
