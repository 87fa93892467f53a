"""Write a recording's results, print where they are and say honestly how good they are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from kinelift.body import Person, Recording
from kinelift.results import write

RESULT_NAMES = {"npz": "motion.npz", "json": "motion.json", "html": "view.html"}


def print_results(recording: Recording, folder: Path, formats: Sequence[str], height: float | None) -> None:
    """Write each format into a folder, print the paths, then the summary."""
    for format in dict.fromkeys(formats):
        for path in write(recording, folder / RESULT_NAMES[format]):
            print(path)
    print(*summary(recording, height), sep="\n")


def summary(recording: Recording, height: float | None) -> list[str]:
    """Say in a few lines what was seen and what was assumed."""
    camera = recording.camera
    degrees = math.degrees(2.0 * math.atan(max(camera.image_size) / 2.0 / camera.focal_length[0]))
    size = (
        "guessed from the proportions; --height makes it right"
        if height is None
        else f"{height:g} m as given"
    )
    return [
        *map(_person, recording.people),
        f"camera: {camera.source} (focal length {camera.focal_length[0]:.0f} px, {degrees:.0f} degrees)",
        f"height: {size}",
    ]


def _person(person: Person) -> str:
    motion, error_px = person.motion, person.quality.reprojection_px
    frames = f"{len(motion)} frames at {motion.fps:.4g} fps, observed in {_percent(motion.observed)}"
    if not np.isfinite(error_px).any():
        return f"person {person.id}: {frames}"
    middle, most = np.nanpercentile(error_px, (50, 95))
    return f"person {person.id}: {frames}; reprojection error {middle:.1f} px (median), {most:.1f} px (95th percentile)"


def _percent(flags: np.ndarray) -> str:
    """Round down, so that 100 % means every frame."""
    return f"{math.floor(100.0 * flags.mean())} %"
