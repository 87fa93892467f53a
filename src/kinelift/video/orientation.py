"""Turning a picture the way its file says it is to be shown."""

from __future__ import annotations

import numpy as np
from jaxtyping import Int, UInt8


def turn(
    image: UInt8[np.ndarray, "height width 3"], matrix: Int[np.ndarray, " entry"] | None
) -> UInt8[np.ndarray, "turned_height turned_width 3"]:
    """Apply a display matrix: quarter turns and mirrorings, as a view; None leaves the picture as it is.

    FFmpeg's libavutil/display.h: (x', y') = (a x + c y, b x + d y) for the matrix (a, b, u, c, d, v, x, y,
    w). Angles between quarter turns go to the nearest.
    """
    if matrix is None:
        return image
    a, b, c, d = (int(matrix[i]) for i in (0, 1, 3, 4))
    if abs(a) + abs(d) >= abs(b) + abs(c):
        mirrored_x, mirrored_y = a < 0, d < 0
    else:
        image = image.transpose(1, 0, 2)
        mirrored_x, mirrored_y = c < 0, b < 0
    return image[:: -1 if mirrored_y else 1, :: -1 if mirrored_x else 1]
