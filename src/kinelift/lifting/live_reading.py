"""What a network reads, a frame at a time: the twin of `geometry.normalisation` for live streams."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from kinelift.geometry.normalisation import SMALLEST_SIZE, TYPICAL_LOG_SIZE
from kinelift.lifting.per_stream import PerStream, exp, join, log, scaled, split, where

_NEAREST_TURNED = 0.05
"""As in `normalise_rays`: depth below which a turned ray points away from the person."""


class RayReading:
    """`normalise_rays`, frame by frame, for several streams at once."""

    def __init__(self, joints: int, streams: int) -> None:
        self.started = np.zeros(streams, bool)
        """Which streams have had a place and a size; the rows of others mean nothing yet."""
        self._all_started = False
        self._rays = np.ones((streams, joints, 3))
        self._ones = np.ones((streams, joints))
        self._row = np.empty((streams, 3 * joints + 3), np.float32)
        self._features = self._row[:, :-3].reshape(streams, joints, 3)
        self._x: PerStream = 0.0
        self._y: PerStream = 0.0
        self._log_size: PerStream = TYPICAL_LOG_SIZE
        self._placed: PerStream = False
        self._sized: PerStream = False

    def read(
        self, rays: Float[np.ndarray, "stream joint 2"], scores: Float[np.ndarray, "stream joint"]
    ) -> tuple[Float[np.ndarray, "stream feature"], Float[np.ndarray, "stream 3 3"]]:
        """Return the network's row, overwritten by the next frame's, and the rotation from camera to person.

        Rays of joints that were not seen, whose scores are 0, may be anything finite.
        """
        self._rays[..., :2] = rays
        seen, all_seen = self._ones, np.count_nonzero(scores) == scores.size
        if not all_seen:
            seen = (scores > 0).astype(np.float64)
        sum_x, sum_y, count = split(np.matmul(seen[:, None], self._rays)[:, 0])
        placed = count > 0
        count = where(placed, count, 1.0)
        x = self._x = where(placed, sum_x / count, self._x)
        y = self._y = where(placed, sum_y / count, self._y)
        turn = _turn_to(x, y)
        turned = np.matmul(self._rays, turn.swapaxes(1, 2))
        flat = turned[..., :2] / np.maximum(turned[..., 2:], _NEAREST_TURNED)
        if not all_seen:
            flat *= seen[..., None]
        size = (_sum_of_squares(flat) / count) ** 0.5
        sized = (count > 1) & (size > SMALLEST_SIZE)
        log_size = self._log_size = where(sized, log(where(sized, size, 1.0)), self._log_size)
        self._features[..., :2] = scaled(flat, exp(-log_size))
        self._features[..., 2] = scores
        self._row[:, -3:] = join(x, y, log_size - TYPICAL_LOG_SIZE)
        if not self._all_started:
            self._note(placed, sized)
        return self._row, turn

    def _note(self, placed: PerStream, sized: PerStream) -> None:
        self._placed, self._sized = self._placed | placed, self._sized | sized
        self.started |= self._placed & self._sized
        self._all_started = bool(self.started.all())


class WidthReading:
    """`normalise_width`, frame by frame."""

    def __init__(self, image_size: tuple[int, int], streams: int) -> None:
        width, height = image_size
        self.started = np.ones(streams, bool)
        self._scale, self._middle = 2.0 / width, np.array((1.0, height / width))
        self._turn = np.tile(np.eye(3), (streams, 1, 1))

    def read(
        self, points_px: Float[np.ndarray, "stream joint 2"], scores: Float[np.ndarray, "stream joint"]
    ) -> tuple[Float[np.ndarray, "stream feature"], Float[np.ndarray, "stream 3 3"]]:
        """Return the network's row and the rotation that turns nothing."""
        joints = points_px * self._scale - self._middle
        if np.count_nonzero(scores) < scores.size:
            joints *= (scores > 0)[..., None]
        return joints.reshape(len(joints), -1).astype(np.float32), self._turn


def _turn_to(x: PerStream, y: PerStream) -> Float[np.ndarray, "stream 3 3"]:
    """Return what `geometry.normalisation.turn_to` does."""
    across = (1.0 + x * x) ** 0.5
    a, b = 1.0 / across, 1.0 / (1.0 + x * x + y * y) ** 0.5
    c = y * a * b
    return join(a, x * 0.0, -x * a, -x * c, across * b, -c, x * b, y * b, b).reshape(-1, 3, 3)


def _sum_of_squares(flat: Float[np.ndarray, "stream joint 2"]) -> PerStream:
    if len(flat) == 1:
        row = flat.ravel()
        return row.dot(row).item()
    return np.einsum("sjk,sjk->s", flat, flat)
