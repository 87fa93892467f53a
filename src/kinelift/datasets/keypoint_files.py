"""Any folder of keypoints, of which nobody knows the 3D, as a data set."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from kinelift.body.camera import Camera
from kinelift.body.skeleton import Skeleton
from kinelift.datasets.recorded import DataSetFacts, RecordedView, Unread
from kinelift.datasets.studio_cameras import StudioCamera
from kinelift.interop.keypoints import read_people

SUFFIXES = (".json", ".npz")

Lens = Callable[[tuple[int, int]], Camera | None]
"""Tells the lens of images of a size, where it is known."""


def keypoint_files(
    source: Path,
    lens: Lens,
    *,
    fps: float | None = None,
    image_size: tuple[int, int] | None = None,
    skeleton: Skeleton | str | None = None,
) -> tuple[DataSetFacts, list[Unread]]:
    """List the files of keypoints in a folder, each of which becomes a recording; what they share is the first's."""
    if not source.is_dir():
        raise FileNotFoundError(f"{source}: no such folder of keypoints.")
    files = sorted(path for path in source.iterdir() if path.suffix in SUFFIXES)
    if not files:
        raise ValueError(f"{source}: no keypoints in it; files ending in {' or '.join(SUFFIXES)} expected.")

    def read(path: Path) -> Sequence[RecordedView]:
        views = []
        for person, found in read_people(path, skeleton=skeleton, fps=fps, image_size=image_size).items():
            known = lens(found.image_size)
            camera = StudioCamera("0", found.image_size, None, known)
            views.append(
                RecordedView(path.stem, f"person {person}", camera, found.fps, found.points_px, found.scores)
            )
        return views

    people = read_people(files[0], skeleton=skeleton, fps=fps, image_size=image_size)
    layout = next(iter(people.values())).skeleton
    facts = DataSetFacts(source.name, layout, layout.name, "given", None, "as the folder's owner says")
    return facts, [Unread(path.stem, (path,), partial(read, path)) for path in files]
