"""Draw frames of a recording as an SVG: keypoints with the body projected over them, and the body from the side.

python tools/draw_frames.py out/motion.json docs/images/frames.svg --frames 20 60 100

No picture of the video is shown: dots are keypoints, sticks the reconstructed body as the camera sees it, left
in blue and right in red. Below, the same body from the side, as one would see it who stood to the camera's right.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from kinelift.body import Person, Recording
from kinelift.geometry.projection import project
from kinelift.interop.motion_json import read_recording
from kinelift.whole_files import write_whole

WIDTH, GAP = 150.0, 8.0
AROUND = 1.25
"""What is shown of the image, over the farthest that keypoints lie from their middle."""
METRES = 2.2
"""Height and width of the view from the side."""
COLOURS = {"left": "#4477aa", "right": "#cc6677", "middle": "#888888"}


def main() -> None:
    """Draw."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("recording", type=Path)
    parser.add_argument("svg", type=Path)
    parser.add_argument("--frames", type=int, nargs="+", required=True)
    arguments = parser.parse_args()
    recording = read_recording(arguments.recording)
    missing = [frame for frame in arguments.frames if not 0 <= frame < len(recording.times_seconds)]
    if not recording.people or missing:
        parser.exit(1, f"{arguments.recording}: nobody in it, or no frames {missing}.\n")
    person = recording.people[0]
    reach = _reach(person, arguments.frames)
    columns = [_column(recording, person, frame, reach) for frame in arguments.frames]
    size = f"{len(columns) * (WIDTH + GAP):.0f} {2 * (WIDTH + GAP) + 16:.0f}"
    shifted = [f'<g transform="translate({i * (WIDTH + GAP):.0f} 0)">{c}</g>' for i, c in enumerate(columns)]
    write_whole(
        arguments.svg,
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" font-family="sans-serif" font-size="11" '
        f'fill="#666" stroke-linecap="round">{"".join(shifted)}</svg>\n',
    )


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
    above = _sticks(person, (seen - middle + reach) * scale)
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.2" fill="none" stroke="#222"/>'
        for x, y in ((points - middle + reach) * scale)[scores > 0]
    )
    around = joints - (joints.max(0) + joints.min(0)) / 2.0
    side = (np.stack([-around[:, 2], around[:, 1]], -1) + METRES / 2.0) * WIDTH / METRES
    label = f'<text x="4" y="{2 * (WIDTH + GAP) + 10:.0f}">{recording.times_seconds[frame]:.2f} s</text>'
    frame_box = f'<rect width="{WIDTH}" height="{WIDTH}" fill="#f4f4f4" stroke="#ccc"/>'
    below = f'<g transform="translate(0 {WIDTH + GAP})">{frame_box}{_sticks(person, side)}</g>'
    return f"{frame_box}{above}{dots}{below}{label}"


def _sticks(person: Person, places: np.ndarray) -> str:
    skeleton = person.motion.skeleton
    lines = []
    for parent, child in skeleton.bones:
        (x1, y1), (x2, y2) = places[parent], places[child]
        side = skeleton.names[child].split("_")[0]
        colour = COLOURS.get(side, COLOURS["middle"])
        lines.append(
            f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" stroke="{colour}" stroke-width="3.5" fill="none"/>'
        )
    return "".join(lines)


if __name__ == "__main__":
    main()
