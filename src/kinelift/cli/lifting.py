"""From what the command line says to files in a folder.

What a road does not need is not loaded: it would cost a short clip more time than lifting it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kinelift.cli.options import BodyOptions, CameraOptions, ClipOptions
from kinelift.interop.keypoint_formats import keypoint_format
from kinelift.weights import find_model


def lift_to_folder(
    source: Path,
    folder: Path,
    formats: Sequence[str],
    clip: ClipOptions,
    camera: CameraOptions,
    body: BodyOptions,
) -> None:
    """Lift a video or a file of keypoints, showing progress; write the results and print where they are."""
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

        print_results(lift_source(source, clip, camera, body), folder, formats, body.height)
