"""Draw the people of a recording as an SVG: some moments of the whole picture, and when each one's feet stand.

python tools/draw_people.py out/motion.json docs/images/two_people.svg --frames 60 90 120 150 180

No picture of the video is shown: dots are keypoints, sticks the reconstructed bodies as the camera sees them, a colour
for each person. Below, a line for each foot: filled where it stands.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from kinelift.body import Person, Recording
from kinelift.body.rows import KeypointRows
from kinelift.geometry.projection import project
from kinelift.interop.motion_json import read_recording
from kinelift.passes import MemoryScratch, lift_rows
from kinelift.whole_files import write_whole

WIDTH, GAP, BAR = 150.0, 6.0, 9.0
COLOURS = ("#4477aa", "#cc6677", "#228833", "#aa3377")


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
    if not recording.people or max(arguments.frames) >= len(recording.times_seconds):
        parser.exit(1, f"{arguments.recording}: nobody in it, or fewer frames.\n")
    height = WIDTH * recording.image_size[1] / recording.image_size[0]
    columns = [
        f'<g transform="translate({i * (WIDTH + GAP):.0f} 0)">{_moment(recording, frame, height)}</g>'
        for i, frame in enumerate(arguments.frames)
    ]
    width = len(columns) * (WIDTH + GAP) - GAP
    bars = _bars(recording, arguments.frames, width, height + 26.0)
    size = f"{width:.0f} {height + 34.0 + len(recording.people) * (2 * BAR + 10.0):.0f}"
    write_whole(
        arguments.svg,
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" font-family="sans-serif" font-size="9" '
        f'fill="#666" stroke-linecap="round">{"".join(columns)}{bars}</svg>\n',
    )


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
    sticks = "".join(
        f'<line x1="{seen[a, 0]:.1f}" y1="{seen[a, 1]:.1f}" x2="{seen[b, 0]:.1f}" y2="{seen[b, 1]:.1f}" '
        f'stroke="{colour}" stroke-width="1.6"/>'
        for a, b in person.motion.skeleton.bones
    )
    points, scores = person.keypoints.points_px[frame] * scale, person.keypoints.scores[frame]
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="0.9" fill="none" stroke="#222" stroke-width="0.5"/>'
        for x, y in points[scores > 0]
    )
    return sticks + dots


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
