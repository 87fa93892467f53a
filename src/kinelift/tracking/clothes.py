"""What a body is clothed in: the colours of its trunk, by which somebody who comes back is known again."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, UInt8

from kinelift.body import Skeleton
from kinelift.detection import Detection

GRID = 12
"""Points across and down a trunk whose colours are looked at."""
INWARD = 0.15
"""How far from the trunk's edge they begin, as a share of it: arms and what is behind are left out."""
SHADES, HUES = 4, 6
"""Bins of brightness, and of each of two differences of colour."""
HUE_RANGE = 96.0
"""Largest difference of colour that is told from larger ones, of 255."""
LEARNT = 300
"""Sights over which colours are averaged; what was seen before is forgotten slowly."""
ALIKE, TELLING = 0.85, 0.7
"""Likeness from which colours are taken for the same, and below which the picture's are taken for others. In the clip
they were looked at in, a man is like himself by 0.95 (a quarter of his sights below 0.78, when he turns over) and a
passer-by like him by 0.35 (0.79 at most)."""

Colours = Float[np.ndarray, " bin"]
"""Shares of a trunk's points, summing to 1."""


def colours_of(
    image: UInt8[np.ndarray, "height width 3"], detection: Detection, skeleton: Skeleton
) -> Colours | None:
    """Return the colours of a body's trunk; None where most of it is outside the picture."""
    left, right, left_hip, right_hip = (
        detection.points_px[skeleton.index(name)].astype(np.float64)
        for name in ("left_shoulder", "right_shoulder", "left_hip", "right_hip")
    )
    across, down = np.meshgrid(*(np.linspace(INWARD, 1.0 - INWARD, GRID),) * 2)
    top = left + across[..., None] * (right - left)
    bottom = left_hip + across[..., None] * (right_hip - left_hip)
    points = (top + down[..., None] * (bottom - top)).reshape(-1, 2)
    inside = ((points >= 0) & (points < image.shape[1::-1])).all(-1)
    if inside.mean() < 0.5:  # NaN is outside too
        return None
    columns, rows = points[inside].astype(int).T
    return _shares(image[rows, columns])


def colours_of_picture(image: UInt8[np.ndarray, "height width 3"]) -> Colours:
    """Return the colours of a whole picture, looked at here and there."""
    return _shares(image[:: max(1, len(image) // 64), :: max(1, image.shape[1] // 64)].reshape(-1, 3))


def _shares(pixels: UInt8[np.ndarray, "pixel 3"]) -> Colours:
    red, green, blue = pixels.astype(np.float64).T
    shade = (red + green + blue) / 765.0
    differences = np.stack((red - green, (red + green) / 2.0 - blue))
    hues = np.clip((differences + HUE_RANGE) / (2.0 * HUE_RANGE), 0.0, 1.0 - 1e-9)
    bins = (np.minimum((shade * SHADES).astype(int), SHADES - 1), *(hues * HUES).astype(int))
    counts = np.bincount(np.ravel_multi_index(bins, (SHADES, HUES, HUES)), minlength=SHADES * HUES * HUES)
    return counts / counts.sum()


class Clothes:
    """One person's colours, as seen again and again."""

    def __init__(self) -> None:
        self._mean: Colours | None = None
        self._sights = 0

    def learn(self, colours: Colours | None) -> None:
        """See the person once more."""
        if colours is not None:
            self._sights = min(self._sights + 1, LEARNT)
            mean = colours if self._mean is None else self._mean
            self._mean = mean + (colours - mean) / self._sights

    def likeness(self, colours: Colours | None) -> float | None:
        """Return how alike colours are to the person's; None where one of them is not known."""
        return None if colours is None or self._mean is None else likeness(colours, self._mean)

    def likeness_to(self, other: Clothes) -> float | None:
        """Return how alike two people's colours are; None where those of one are not known."""
        return self.likeness(other._mean)

    def remember(self, other: Clothes) -> None:
        """Take what was learnt of the same person before."""
        if other._mean is None:
            return
        if self._mean is None:
            self._mean, self._sights = other._mean, other._sights
            return
        sights = self._sights + other._sights
        self._mean = (self._sights * self._mean + other._sights * other._mean) / sights
        self._sights = min(sights, LEARNT)

    def are(self, colours: Colours | None, surroundings: Colours) -> bool:
        """Tell whether colours are the person's, which is not known where they are those of the whole picture too."""
        if colours is None or self._mean is None:
            return False
        return likeness(colours, self._mean) >= ALIKE and likeness(surroundings, self._mean) < TELLING


def likeness(first: Colours, second: Colours) -> float:
    """Return how alike colours are, from 0 to 1 (Bhattacharyya's coefficient)."""
    return float(np.sqrt(first * second).sum())
