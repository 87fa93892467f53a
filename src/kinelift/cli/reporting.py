"""Write a recording's results, print where they are and say honestly how good they are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kinelift.body import Camera, Recording
from kinelift.body.rows import PersonRows, stretches
from kinelift.cli.options import WritingOptions
from kinelift.cli.result_names import OWN, RESULT_NAMES
from kinelift.geometry.tally import Tally

STRETCH_FRAMES = 1 << 16


def print_results(
    recording: Recording,
    folder: Path,
    formats: Sequence[str],
    height: float | None,
    writing: WritingOptions,
) -> None:
    """Write each format into a folder, print the paths, of many the folder they are in, then the summary."""
    from kinelift.results import write

    for format in dict.fromkeys(formats):
        path = folder / RESULT_NAMES[format]
        written = write(recording, path, **choices(writing, format))
        print(*([path] if path.is_dir() else written), sep="\n")
    people = [PersonRows.of(person) for person in recording.people]
    print(*summary(people, recording.camera, height), sep="\n")


def choices(writing: WritingOptions, format: str) -> dict[str, Any]:
    """Return what `write` is told of how to write a format."""
    if format in OWN:
        return {}
    return {"units": writing.units, "fps": writing.out_fps, "naming": writing.naming}


def summary(people: Sequence[PersonRows], camera: Camera, height: float | None) -> list[str]:
    """Say in a few lines what was seen and what was assumed."""
    degrees = math.degrees(2.0 * math.atan(max(camera.image_size) / 2.0 / camera.focal_length[0]))
    size = (
        "guessed from the proportions; --height makes it right"
        if height is None
        else f"{height:g} m as given"
    )
    return [
        *map(_person, people),
        f"camera: {camera.source} (focal length {camera.focal_length[0]:.0f} px, {degrees:.0f} degrees)",
        f"height: {size}",
    ]


def _person(person: PersonRows) -> str:
    motion, errors_px, expected_m, observed = person.motion, Tally(), Tally(), 0
    for part in stretches(len(motion), STRETCH_FRAMES):
        error_px, each_m = person.reprojection_px[part], person.expected_error_m[part].mean(axis=1)
        errors_px.add(error_px[np.isfinite(error_px)])
        expected_m.add(each_m[np.isfinite(each_m)])
        observed += int(motion.observed[part].sum())
    # Rounded down, so that 100 % means every frame.
    share = math.floor(100.0 * observed / len(motion))
    said = [f"person {person.id}: {len(motion)} frames at {motion.fps:.4g} fps, observed in {share} %"]
    if errors_px.count:
        middle, most = errors_px.quantile(0.5), errors_px.quantile(0.95)
        said.append(f"reprojection error {middle:.1f} px (median), {most:.1f} px (95th percentile)")
    if expected_m.count:
        said.append(f"expected error {1000.0 * expected_m.quantile(0.5):.0f} mm (median)")
    return "; ".join(said)
