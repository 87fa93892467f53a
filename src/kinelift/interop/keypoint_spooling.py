"""Read 2D keypoints that may be too long for memory."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from kinelift.body import Skeleton
from kinelift.body.rows import KeypointRows, Scratch, Spool
from kinelift.interop.keypoint_track import Said, complete
from kinelift.interop.keypoints_npz import read_keypoints_npz_in_stretches

STRETCH_FRAMES = 4096
"""Frames read at a time."""


def spool_keypoints(
    path: Path,
    scratch: Scratch,
    *,
    skeleton: Skeleton | str | None = None,
    fps: float | None = None,
    image_size: tuple[int, int] | None = None,
    person: int | None = None,
) -> tuple[int, KeypointRows]:
    """Bring the keypoints of an .npz into `scratch`, and return the person's id and them.

    Memory does not grow with the clip; otherwise as `read_keypoints`.
    """
    rows: KeypointRows | None = None
    spools: tuple[Spool, ...] = ()
    id = 0
    stretches = read_keypoints_npz_in_stretches(path, STRETCH_FRAMES)
    for frames, track in stretches:
        try:
            keypoints = complete(track, Said(skeleton, fps, image_size), path)
        except ValueError:
            for _ in stretches:  # Damage may be why: then reading on to the checksums says so.
                pass
            raise
        if person not in (None, track.person):
            raise ValueError(f"{path}: person {person} is not in it; person= may be {track.person}.")
        arrays = keypoints.points_px, keypoints.scores
        if rows is None:
            spools = tuple(scratch.spool(frames, array.shape[1:], array.dtype) for array in arrays)
            rows, id = (
                replace(KeypointRows.of(keypoints), points_px=spools[0], scores=spools[1]),
                track.person,
            )
        for spool, array in zip(spools, arrays, strict=True):
            spool.append(array)
    assert rows is not None, "a file without frames is an error of its own"
    return id, rows
