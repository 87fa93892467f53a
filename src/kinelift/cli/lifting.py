"""From what the command line says to files in a folder.

What a road does not need is not loaded: it would cost a short clip more time than lifting it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kinelift.cli.options import BodyOptions, CameraOptions, ClipOptions, RoadOptions, WritingOptions
from kinelift.cli.result_names import OWN, RESULT_NAMES
from kinelift.cli.stages import enter_stage
from kinelift.interop.keypoint_formats import keypoint_format
from kinelift.weights import find_model


@dataclass(frozen=True)
class Lifting:
    """What is to be done with a video or a file of keypoints."""

    formats: tuple[str, ...]
    clip: ClipOptions = field(default_factory=ClipOptions)
    camera: CameraOptions = field(default_factory=CameraOptions)
    body: BodyOptions = field(default_factory=BodyOptions)
    road: RoadOptions = field(default_factory=RoadOptions)
    writing: WritingOptions = field(default_factory=WritingOptions)


def lift_to_folder(source: Path, folder: Path, lifting: Lifting) -> None:
    """Lift a video or a file of keypoints, showing progress; write the results and print where they are."""
    if not source.exists():
        raise FileNotFoundError(f"{source}: no such file.")
    folder.mkdir(parents=True, exist_ok=True)
    find_model(lifting.body.model)
    if lifting.writing != WritingOptions():
        check_writing(lifting.formats, folder, lifting.writing)
    if set(lifting.formats) == {"npz"} and keypoint_format(source) == "npz":
        from kinelift.cli.lifting_rows import lift_from_disk_to_disk

        lift_from_disk_to_disk(source, folder, lifting.clip, lifting.camera, lifting.body)
    else:
        from kinelift.cli.lifting_recordings import lift_source
        from kinelift.cli.reporting import print_results

        recording = lift_source(source, lifting)
        enter_stage("writing")
        print_results(recording, folder, lifting.formats, lifting.body.height, lifting.writing)


def has_results(folder: Path, formats: Sequence[str]) -> bool:
    """Tell whether a folder holds every format already; they are written whole or not at all."""
    return all((folder / RESULT_NAMES[format]).exists() for format in formats)


def check_writing(formats: Sequence[str], folder: Path, writing: WritingOptions) -> None:
    """Refuse, before anything is lifted, what a format cannot be written in."""
    from kinelift.cli.reporting import choices
    from kinelift.results import check_choices

    if set(formats) <= set(OWN):
        raise ValueError(
            "--units, --out-fps and --naming are for other programs' formats: add one with --only."
        )
    for format in formats:
        check_choices(folder / RESULT_NAMES[format], **choices(writing, format))
