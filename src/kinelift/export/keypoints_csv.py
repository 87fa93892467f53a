"""Keypoints as one tidy table, a row for each person, frame and keypoint; `kinelift.interop` reads it back.

frame,time_seconds,person,joint,x_px,y_px,score

What was not seen has no row, but for the first frame and the last, which name every keypoint and tell the length.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

from kinelift.body import Keypoints
from kinelift.whole_files import replacing

COLUMNS = ("frame", "time_seconds", "person", "joint", "x_px", "y_px", "score")


def write_keypoints_csv(people: Mapping[int, Keypoints], path: Path) -> tuple[Path, ...]:
    """Write everybody to one file."""
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for id, keypoints in people.items():
            writer.writerows(_rows(id, keypoints))
    return (path,)


def _rows(id: int, keypoints: Keypoints) -> Iterator[tuple[object, ...]]:
    seen, points, scores = keypoints.seen, keypoints.points_px.astype(str), keypoints.scores.astype(str)
    for frame in range(len(keypoints)):
        time = f"{frame / keypoints.fps:.6f}"
        for joint, name in enumerate(keypoints.skeleton.names):
            if seen[frame, joint]:
                yield (frame, time, id, name, *points[frame, joint], scores[frame, joint])
            elif frame in (0, len(keypoints) - 1):
                yield (frame, time, id, name, "", "", 0)
