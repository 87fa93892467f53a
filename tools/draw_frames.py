"""Draw frames of a recording as an SVG: keypoints with the body projected over them, and the body from the side.

python tools/draw_frames.py out/motion.json docs/images/frames.svg --frames 20 60 100

No picture of the video is shown: dots are keypoints, sticks the reconstructed body as the camera sees it, left
in blue and right in red. Below, the same body from the side, as one would see it who stood to the camera's right.
"""

from __future__ import annotations

import numpy as np
from moments import Moments, dots, side_by_side, sticks

from kinelift.body import Person, Recording
from kinelift.geometry.projection import project

WIDTH, GAP = 150.0, 8.0
AROUND = 1.25
"""What is shown of the image, over the farthest that keypoints lie from their middle."""
METRES = 2.2
"""Height and width of the view from the side."""
COLOURS = {"left": "#4477aa", "right": "#cc6677"}
MIDDLE = "#888888"


def main() -> None:
    """Draw."""
    moments = Moments.from_command_line(__doc__)
    person = moments.recording.people[0]
    reach = _reach(person, moments.frames)
    columns = [_column(moments.recording, person, frame, reach) for frame in moments.frames]
    drawn = side_by_side(columns, WIDTH + GAP)
    moments.write(len(columns) * (WIDTH + GAP), 2 * (WIDTH + GAP) + 16, 11, drawn)


def _reach(person: Person, frames: list[int]) -> float:
    """Return half the side of the squares cut from the image, in pixels."""
    points = person.keypoints.points_px[frames]
    spans = np.nanmax(points, axis=1) - np.nanmin(points, axis=1)
    return AROUND * float(np.nanmax(spans)) / 2.0


def _column(recording: Recording, person: Person, frame: int, reach: float) -> str:
    """Draw one frame: what the camera saw above, the body from the side below."""
    joints = person.motion.joints[frame].astype(float)
    seen = project(recording.camera, joints)
    points, scores = person.keypoints.points_px[frame], person.keypoints.scores[frame]
    middle = (seen.max(0) + seen.min(0)) / 2.0
    scale = WIDTH / (2.0 * reach)
    above = _body(person, (seen - middle + reach) * scale)
    above += dots((points - middle + reach) * scale, scores, 2.2)
    around = joints - (joints.max(0) + joints.min(0)) / 2.0
    side = (np.stack([-around[:, 2], around[:, 1]], -1) + METRES / 2.0) * WIDTH / METRES
    label = f'<text x="4" y="{2 * (WIDTH + GAP) + 10:.0f}">{recording.times_seconds[frame]:.2f} s</text>'
    frame_box = f'<rect width="{WIDTH}" height="{WIDTH}" fill="#f4f4f4" stroke="#ccc"/>'
    below = f'<g transform="translate(0 {WIDTH + GAP})">{frame_box}{_body(person, side)}</g>'
    return f"{frame_box}{above}{below}{label}"


def _body(person: Person, places: np.ndarray) -> str:
    return sticks(places, person.motion.skeleton, 3.5, lambda end: COLOURS.get(end.split("_")[0], MIDDLE))


if __name__ == "__main__":
    main()
