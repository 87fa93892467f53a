"""TRC: one person's markers over time as OpenSim reads them, laid out as Pose2Sim does.

OpenSim's world is ours, Y up. Columns are separated by tabs; the header says rate, numbers and unit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from kinelift.export.marker_names import marker_names
from kinelift.export.takes import PER_METRE, Take, TakeFormat, Wording, one_file_each
from kinelift.whole_files import replacing

HEADER = (
    "DataRate", "CameraRate", "NumFrames", "NumMarkers", "Units", "OrigDataRate", "OrigDataStartFrame", "OrigNumFrames",
)  # fmt: skip
DECIMALS = {"m": 6, "cm": 4, "mm": 3}
"""A micrometre, in each unit."""


def write_trc(takes: Sequence[Take], path: Path, wording: Wording) -> tuple[Path, ...]:
    """Write each person to a file of their own."""
    written = []
    for take, own_path in one_file_each(takes, path):
        with replacing(own_path) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(f"{line}\n" for line in _lines(take, own_path.name, wording))
        written.append(own_path)
    return tuple(written)


TRC = TakeFormat(".trc", write_trc, units=("m", "cm", "mm"))


def _lines(take: Take, name: str, wording: Wording) -> Iterator[str]:
    motion, markers = take.motion, marker_names(take.motion.skeleton)
    rate, frames = f"{motion.fps:.10g}", str(len(motion))
    values = (rate, rate, frames, str(len(markers)), wording.units, rate, "1", frames)
    axes = [f"{axis}{number}" for number in range(1, len(markers) + 1) for axis in "XYZ"]
    yield f"PathFileType\t4\t(X/Y/Z)\t{name}"
    yield "\t".join(HEADER)
    yield "\t".join(values)
    yield "Frame#\tTime\t" + "\t\t\t".join(markers) + "\t\t"
    yield "\t\t" + "\t".join(axes)
    yield ""
    points = motion.joints.reshape(len(motion), -1) * PER_METRE[wording.units]
    decimals = DECIMALS[wording.units]
    for number, (time, row) in enumerate(zip(take.times_seconds, points, strict=True), start=1):
        yield f"{number}\t{time:.6f}\t" + "\t".join(f"{value:.{decimals}f}" for value in row)
