"""What drawings of moments of a recording share: what the command line says, bodies and keypoints as SVG."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kinelift.body import Recording, Skeleton
from kinelift.interop.motion_json import read_recording
from kinelift.whole_files import write_whole


@dataclass(frozen=True, eq=False)
class Moments:
    """What is to be drawn, and where."""

    recording: Recording
    svg: Path
    frames: list[int]

    @classmethod
    def from_command_line(cls, description: str | None) -> Moments:
        """Read RECORDING SVG --frames N ...; leave where the recording holds nobody or ends before."""
        parser = argparse.ArgumentParser(
            description=description, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        parser.add_argument("recording", type=Path)
        parser.add_argument("svg", type=Path)
        parser.add_argument("--frames", type=int, nargs="+", required=True)
        said = parser.parse_args()
        recording = read_recording(said.recording)
        missing = [frame for frame in said.frames if not 0 <= frame < len(recording.times_seconds)]
        if not recording.people or missing:
            parser.exit(1, f"{said.recording}: nobody in it, or no frames {missing}.\n")
        return cls(recording, said.svg, said.frames)

    def write(self, width: float, height: float, font_size: int, drawn: str) -> None:
        """Write what was drawn."""
        write_whole(
            self.svg,
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
            f'font-family="sans-serif" font-size="{font_size}" fill="#666" stroke-linecap="round">{drawn}</svg>\n',
        )


def side_by_side(columns: list[str], apart: float) -> str:
    """Move drawings to the right, each by `apart` more than the one before."""
    return "".join(f'<g transform="translate({i * apart:.0f} 0)">{c}</g>' for i, c in enumerate(columns))


def sticks(places: np.ndarray, skeleton: Skeleton, width: float, colour: Callable[[str], str]) -> str:
    """Draw bones, (joint, 2), each in the colour of the joint at its end."""
    lines = []
    for parent, child in skeleton.bones:
        (x1, y1), (x2, y2) = places[parent], places[child]
        lines.append(
            f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" stroke="{colour(skeleton.names[child])}" '
            f'stroke-width="{width}" fill="none"/>'
        )
    return "".join(lines)


def dots(points: np.ndarray, scores: np.ndarray, radius: float) -> str:
    """Draw keypoints that were seen as rings."""
    return "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="none" stroke="#222" stroke-width="{0.45 * radius:.2f}"/>'
        for x, y in points[scores > 0]
    )
