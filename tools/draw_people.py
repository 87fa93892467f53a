"""Draw the people of a recording as an SVG: some moments of the whole picture, and when each one's feet stand.

python tools/draw_people.py out/motion.json docs/images/two_people.svg --frames 60 90 120 150 180

No picture of the video is shown: dots are keypoints, sticks the reconstructed bodies as the camera sees them, a colour
for each person. Below, a line for each foot: filled where it stands.
"""

from __future__ import annotations

import numpy as np
from moments import Moments, dots, side_by_side, sticks

from kinelift.body import Person, Recording
from kinelift.body.rows import KeypointRows
from kinelift.geometry.projection import project
from kinelift.passes import MemoryScratch, lift_rows

WIDTH, GAP, BAR = 150.0, 6.0, 9.0
COLOURS = ("#4477aa", "#cc6677", "#228833", "#aa3377")


def main() -> None:
    """Draw."""
    moments = Moments.from_command_line(__doc__)
    recording, frames = moments.recording, moments.frames
    height = WIDTH * recording.image_size[1] / recording.image_size[0]
    drawn = side_by_side([_moment(recording, frame, height) for frame in frames], WIDTH + GAP)
    width = len(frames) * (WIDTH + GAP) - GAP
    drawn += _bars(recording, frames, width, height + 26.0)
    moments.write(width, height + 34.0 + len(recording.people) * (2 * BAR + 10.0), 9, drawn)


def _moment(recording: Recording, frame: int, height: float) -> str:
    """Draw what the camera saw at a moment."""
    scale = WIDTH / recording.image_size[0]
    drawn = f'<rect width="{WIDTH}" height="{height:.1f}" fill="#f4f4f4" stroke="#ccc"/>'
    for number, person in enumerate(recording.people):
        if person.motion.observed[frame]:
            drawn += _body(recording, person, frame, scale, COLOURS[number % len(COLOURS)])
    time = f"{recording.times_seconds[frame]:.2f} s"
    return f'{drawn}<text x="2" y="{height + 11:.0f}">{time}</text>'


def _body(recording: Recording, person: Person, frame: int, scale: float, colour: str) -> str:
    seen = project(recording.camera, person.motion.joints[frame].astype(float)) * scale
    points, scores = person.keypoints.points_px[frame] * scale, person.keypoints.scores[frame]
    return sticks(seen, person.motion.skeleton, 1.6, lambda _: colour) + dots(points, scores, 0.9)


def _bars(recording: Recording, frames: list[int], width: float, top: float) -> str:
    """Draw when feet stand, from the first of the frames to the last, the first person's above."""
    first, last = min(frames), max(frames)
    across = (width - 90.0) / (last - first + 1)
    drawn = ""
    for number, person in enumerate(recording.people):
        lifted = lift_rows(KeypointRows.of(person.keypoints), MemoryScratch(), camera=recording.camera)
        assert lifted.standing is not None
        standing = lifted.standing[first : last + 1].reshape(-1, 2, 2).any(-1)
        for foot, side in enumerate(("left", "right")):
            y = top + number * (2 * BAR + 10.0) + foot * BAR
            drawn += f'<text x="2" y="{y + BAR - 2:.1f}">{person.id}, {side} foot</text>'
            drawn += f'<rect x="90" y="{y:.1f}" width="{width - 90:.1f}" height="{BAR - 2}" fill="#f4f4f4"/>'
            edges = np.flatnonzero(np.diff(np.r_[0, standing[:, foot].astype(int), 0]))
            for start, stop in edges.reshape(-1, 2):
                drawn += (
                    f'<rect x="{90 + start * across:.1f}" y="{y:.1f}" width="{(stop - start) * across:.1f}" '
                    f'height="{BAR - 2}" fill="{COLOURS[number % len(COLOURS)]}"/>'
                )
    return drawn


if __name__ == "__main__":
    main()
