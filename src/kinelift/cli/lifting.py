"""From what the command line says to files in a folder.

What a road does not need is not loaded: it would cost a short clip more time than lifting it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kinelift.cli.options import Lifting, WritingOptions
from kinelift.cli.result_names import OWN, RESULT_NAMES
from kinelift.cli.stages import enter_stage, stage_clock
from kinelift.interop.keypoint_formats import is_plain_npz, may_hold_keypoints
from kinelift.weights import find_model
from kinelift.whole_files import folder_for_results


def lift(source: Path, folder: Path, lifting: Lifting) -> int:
    """Lift a file, or all of a folder, and return the exit code; refuse what cannot be done before anything is."""
    if not source.exists():
        raise FileNotFoundError(f"{source}: no such file.")
    find_model(lifting.body.model)
    if lifting.writing != WritingOptions():
        check_writing(lifting.only, folder, lifting.writing)
    code = 0
    with stage_clock() as clock:
        if source.is_dir() and lifting.clip.format is None and not may_hold_keypoints(source):
            from kinelift.cli.lifting_many import lift_many

            code = lift_many(source, folder, lifting)
        elif lifting.road.skip_existing and has_results(folder, lifting.only):
            print(f"{folder}: its results are there; left as they are.")
        else:
            lift_to_folder(source, folder, lifting)
    if lifting.road.profile:
        print(*clock.table(), sep="\n")
    return code


def lift_to_folder(source: Path, folder: Path, lifting: Lifting) -> None:
    """Lift a video or a file of keypoints, showing progress; write the results and print where they are."""
    with folder_for_results(folder):
        if set(lifting.only) == {"npz"} and lifting.clip.format in (None, "npz") and is_plain_npz(source):
            from kinelift.cli.lifting_rows import lift_from_disk_to_disk

            lift_from_disk_to_disk(source, folder, lifting)
        else:
            from kinelift.cli.lifting_recordings import lift_source
            from kinelift.cli.reporting import print_results
            from kinelift.passes import DiskScratch

            with DiskScratch(folder) as scratch:
                recording = lift_source(source, lifting, scratch)
                enter_stage("writing")
                print_results(recording, folder, lifting.only, lifting.writing)


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
