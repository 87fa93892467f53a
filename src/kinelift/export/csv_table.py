"""CSV: everybody's joints as one tidy table, a row for each person, frame and joint.

frame,time_seconds,person,joint,x_m,y_m,z_m,score,observed,quality

`observed` is 1 where the person was seen in that frame and 0 where joints are infilled; `quality` is observed, infilled
or doubtful.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from kinelift.body.quality_spans import frames_of
from kinelift.export.takes import PER_METRE, Take, TakeFormat, Wording
from kinelift.whole_files import replacing

DECIMALS = {"m": 6, "cm": 4, "mm": 3}
"""A micrometre, in each unit."""


def write_csv(takes: Sequence[Take], path: Path, wording: Wording) -> tuple[Path, ...]:
    """Write everybody to one file."""
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(
            ("frame", "time_seconds", "person", "joint", *(f"{axis}_{wording.units}" for axis in "xyz"))
            + ("score", "observed", "quality")
        )
        for take in takes:
            writer.writerows(_rows(take, wording))
    return (path,)


CSV = TakeFormat(".csv", write_csv, units=("m", "cm", "mm"))


def _rows(take: Take, wording: Wording) -> Iterator[tuple[object, ...]]:
    motion, decimals = take.motion, DECIMALS[wording.units]
    points = (motion.joints.astype(float) * PER_METRE[wording.units]).tolist()
    scores, doubtful = motion.scores.tolist(), frames_of(take.spans, "doubtful")
    for frame, time in enumerate(take.times_seconds.tolist()):
        observed = int(motion.observed[frame])
        quality = (
            "infilled" if not observed else "doubtful" if doubtful[frame : frame + 1].any() else "observed"
        )
        for joint, point, score in zip(motion.skeleton.names, points[frame], scores[frame], strict=True):
            place = (f"{value:.{decimals}f}" for value in point)
            yield (frame, f"{time:.6f}", take.person_id, joint, *place, f"{score:.4g}", observed, quality)
