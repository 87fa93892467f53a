"""From what the command line says to files in a folder.

What a road does not need is not loaded: it would cost a short clip more time than lifting it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kinelift.cli.options import BodyOptions, CameraOptions, ClipOptions, RoadOptions
from kinelift.cli.result_names import RESULT_NAMES
from kinelift.cli.stages import enter_stage
from kinelift.interop.keypoint_formats import keypoint_format
from kinelift.weights import find_model


def lift_to_folder(
    source: Path,
    folder: Path,
    formats: Sequence[str],
    clip: ClipOptions,
    camera: CameraOptions,
    body: BodyOptions,
    road: RoadOptions | None = None,
) -> None:
    """Lift a video or a file of keypoints, showing progress; write the results and print where they are."""
    road = road or RoadOptions()
    if not source.exists():
        raise FileNotFoundError(f"{source}: no such file.")
    folder.mkdir(parents=True, exist_ok=True)
    find_model(body.model)
    if set(formats) == {"npz"} and keypoint_format(source) == "npz":
        from kinelift.cli.lifting_rows import lift_from_disk_to_disk

        lift_from_disk_to_disk(source, folder, clip, camera, body)
    else:
        from kinelift.cli.lifting_recordings import lift_source
        from kinelift.cli.reporting import print_results

        recording = lift_source(source, clip, camera, body, road)
        enter_stage("writing")
        print_results(recording, folder, formats, body.height)


def has_results(folder: Path, formats: Sequence[str]) -> bool:
    """Tell whether a folder holds every format already; they are written whole or not at all."""
    return all((folder / RESULT_NAMES[format]).exists() for format in formats)
