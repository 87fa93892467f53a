"""Write a recording's results, print where they are and say honestly how good they are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from kinelift.body import Camera, CameraMotion, GroundKnowledge, QualitySpan, Stature
from kinelift.body.quality_spans import SPAN_KINDS
from kinelift.body.rows import PersonRows, RecordingRows, stretches
from kinelift.cli.options import WritingOptions
from kinelift.cli.result_names import OWN, RESULT_NAMES
from kinelift.geometry.tally import Tally

STRETCH_FRAMES = 1 << 16
TOLD_ZOOM = 1.02
"""Factor from which a change of focal length is told."""
MOST_LISTED = 4
"""Spans of one quality."""


def print_results(
    recording: RecordingRows,
    folder: Path,
    formats: Sequence[str],
    writing: WritingOptions,
) -> None:
    """Write each format into a folder, print the paths, of many the folder they are in, then the summary."""
    from kinelift.results import write

    for format in dict.fromkeys(formats):
        path = folder / RESULT_NAMES[format]
        written = write(recording, path, **choices(writing, format))
        print(*([path] if path.is_dir() else written), sep="\n")
    start_seconds = float(recording.times_seconds[:1][0]) if len(recording) else 0.0
    print(*summary(recording.people, recording.camera, start_seconds), sep="\n")
    print(ground_line(recording.world_from_camera, recording.ground))
    if recording.camera_motion.kind != "unknown":
        print(_motion_line(recording.camera_motion))


def choices(writing: WritingOptions, format: str) -> dict[str, Any]:
    """Return what `write` is told of how to write a format."""
    if format in OWN:
        return {}
    return {"units": writing.units, "fps": writing.out_fps, "naming": writing.naming}


def summary(people: Sequence[PersonRows], camera: Camera, start_seconds: float = 0.0) -> list[str]:
    """Say in a few lines what was seen and what was assumed; the first frame is at `start_seconds` of the source."""
    degrees = math.degrees(2.0 * math.atan(max(camera.image_size) / 2.0 / camera.focal_length[0]))
    return [
        *(line for person in people for line in (_person(person), *_quality(person, start_seconds))),
        f"camera: {camera.source} (focal length {camera.focal_length[0]:.0f} px, {degrees:.0f} degrees)",
        *(f"height: {_height(person.stature)}" for person in people if person.stature is not None),
    ]


def ground_line(world_from_camera: Float[np.ndarray, "4 4"], known: GroundKnowledge) -> str:
    """Say where gravity and floor are from, and how far off they may be."""
    match known.source:
        case "given":
            return "ground: by the camera's pose as given"
        case "assumed":
            return "ground: not found; the camera is taken to be level, the floor is not known"
        case "found":
            said = f"ground: found, upright within {known.gravity_error_degrees:.0f} degrees"
            if math.isnan(known.floor_error_m):
                return f"{said}; nobody stood on the floor, which is not known"
            height, floor_cm = world_from_camera[1, 3], 100.0 * known.floor_error_m
            return f"{said}, the floor within {floor_cm:.0f} cm under the feet, some {height:.1f} m below the camera"


def _motion_line(motion: CameraMotion) -> str:
    """Say how the camera moved, where that is known."""
    if motion.kind == "still":
        return "camera motion: it stands still"
    if motion.kind == "moved":
        return "camera motion: it moves; the root is relative to a moving camera"
    zoom = f" and zooms by {motion.most_zoom:.2f}" if motion.most_zoom > TOLD_ZOOM else ""
    return f"camera motion: it turns by up to {motion.most_degrees:.1f} degrees{zoom}, which is taken back"


def _height(stature: Stature) -> str:
    if stature.source == "given":
        return f"{stature.metres:g} m as given"
    return (
        f"guessed, {stature.metres:.2f} m ({stature.low:.2f} to {stature.high:.2f} m with 95 % probability); "
        "--height makes it right"
    )


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


def _quality(person: PersonRows, start_seconds: float) -> list[str]:
    """Say how much of the clip is of which quality, and where the longest spans to beware of are."""
    of_kind = {kind: [span for span in person.spans if span.kind == kind] for kind in SPAN_KINDS}
    frames, fps = len(person.motion), person.motion.fps
    shares = [
        f"{100.0 * sum(map(len, spans)) / frames:.3g} % {kind}" for kind, spans in of_kind.items() if spans
    ]
    beware = [
        f"{kind}: {_listed(spans, fps, start_seconds)}"
        for kind, spans in of_kind.items()
        if spans and kind != "observed"
    ]
    return [f"quality: {', '.join(shares)}", *beware] if shares else []


def _listed(spans: Sequence[QualitySpan], fps: float, start_seconds: float) -> str:
    longest = sorted(sorted(spans, key=len)[-MOST_LISTED:], key=lambda span: span.start_frame)
    said = []
    for span in longest:
        start, stop = (start_seconds + frame / fps for frame in (span.start_frame, span.stop_frame))
        why = f" ({' and '.join(span.because)})" if span.because else ""
        said.append(f"{start:.2f} to {stop:.2f} s{why}")
    more = len(spans) - len(longest)
    return "; ".join([*said, f"{more} more"] if more else said)
