"""Cameras that sway in a hand."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

_PERIOD_FRAMES = (40.0, 300.0)
"""Of the waves that hands sway in: about 1.3 to 10 seconds."""
_WAVES = 2


def sway(
    clips: int,
    frames: int,
    degrees: float,
    metres: float,
    rng: np.random.Generator,
) -> tuple[Float[np.ndarray, "clip frame 3 3"], Float[np.ndarray, "clip frame 3"]]:
    """Draw a camera's turns (to its frame from its mean one) and shifts (in its mean frame), smooth and slow.

    Standard deviations of each angle and each coordinate are given; both are 0 on average over long times.
    """
    shortest, longest = np.log(_PERIOD_FRAMES)
    period = np.exp(rng.uniform(shortest, longest, (clips, 1, 6, _WAVES)))
    phase = rng.uniform(0.0, 2.0 * np.pi, (clips, 1, 6, _WAVES))
    height = rng.standard_normal((clips, 1, 6, _WAVES)) * np.sqrt(2.0 / _WAVES)
    at = np.arange(frames)[:, None, None]
    waves = (height * np.sin(2.0 * np.pi * at / period + phase)).sum(-1)
    return rotations_of(np.radians(degrees) * waves[..., :3]), (metres * waves[..., 3:]).astype(np.float32)


def rotations_of(angles: Float[np.ndarray, "*batch 3"]) -> Float[np.ndarray, "*batch 3 3"]:
    """Return turns by pitch (about x), then yaw (about y), then roll (about z), radians."""
    (sx, sy, sz), (cx, cy, cz) = (np.moveaxis(part, -1, 0) for part in (np.sin(angles), np.cos(angles)))
    rows = [
        (cz * cy, cz * sy * sx - sz * cx, cz * sy * cx + sz * sx),
        (sz * cy, sz * sy * sx + cz * cx, sz * sy * cx - cz * sx),
        (-sy, cy * sx, cy * cx),
    ]
    return np.stack([np.stack(row, -1) for row in rows], -2).astype(np.float32)
