"""C3D: everybody's joints as points, for motion capture and gait laboratories; written by ezc3d.

Millimetres and Y up, which POINT:X_SCREEN and Y_SCREEN say. Labels are Pose2Sim's marker names; of several people each
label starts with the person, P1:Hip, which SUBJECTS says. Residuals are 0: points that are computed, not measured.
Events say where what was observed, infilled and doubtful begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kinelift.export.marker_names import marker_names
from kinelift.export.takes import PER_METRE, Take, TakeFormat, Wording
from kinelift.whole_files import replacing

MOST_POINTS = 255
"""That POINT:LABELS can name; EVENT:LABELS too."""


def write_c3d(takes: Sequence[Take], path: Path, wording: Wording) -> tuple[Path, ...]:
    """Write everybody to one file."""
    try:
        import ezc3d
    except ImportError as error:
        raise ImportError('writing .c3d needs ezc3d: pip install "kinelift[export]"') from error
    labels = _labels(takes)
    if len(labels) > MOST_POINTS:
        raise ValueError(
            f"{path}: a .c3d names at most {MOST_POINTS} points, and {len(takes)} people have {len(labels)}. "
            "Write fewer people, or .trc, a file for each."
        )
    first = takes[0]
    document = ezc3d.c3d()
    document["header"]["points"]["first_frame"] = round(float(first.times_seconds[0]) * first.motion.fps)
    point = document["parameters"]["POINT"]
    point["RATE"]["value"] = [first.motion.fps]
    point["UNITS"]["value"] = [wording.units]
    point["LABELS"]["value"] = labels
    document.add_parameter("POINT", "X_SCREEN", "+X")
    document.add_parameter("POINT", "Y_SCREEN", "+Y")
    _name_subjects(document, takes)
    _add_events(document, takes)
    document["data"]["points"] = _points(takes, PER_METRE[wording.units])
    with replacing(path) as temporary:
        document.write(str(temporary))
    return (path,)


C3D = TakeFormat(".c3d", write_c3d, units=("mm", "cm", "m"))


def _labels(takes: Sequence[Take]) -> list[str]:
    return [f"{_prefix(take, takes)}{name}" for take in takes for name in marker_names(take.motion.skeleton)]


def _prefix(take: Take, takes: Sequence[Take]) -> str:
    return f"P{take.person_id}:" if len(takes) > 1 else ""


def _name_subjects(document: Any, takes: Sequence[Take]) -> None:
    """Say who there is, as Vicon's programs do."""
    document.add_parameter("SUBJECTS", "USED", [len(takes)])
    document.add_parameter("SUBJECTS", "NAMES", [f"P{take.person_id}" for take in takes])
    document.add_parameter("SUBJECTS", "LABEL_PREFIXES", [_prefix(take, takes) for take in takes])


def _add_events(document: Any, takes: Sequence[Take]) -> None:
    """Mark the beginning of each span, at its second of the source, by an event; of very many that of the longest."""
    longest = sorted(((take, span) for take in takes for span in take.spans), key=lambda each: -len(each[1]))
    begun = sorted(longest[:MOST_POINTS], key=lambda each: each[1].start_frame)
    if not begun:
        return
    seconds = [float(take.times_seconds[span.start_frame]) for take, span in begun]
    document.add_parameter("EVENT", "USED", [len(begun)])
    document.add_parameter("EVENT", "CONTEXTS", ["General"] * len(begun))
    document.add_parameter("EVENT", "LABELS", [span.kind for _, span in begun])
    document.add_parameter("EVENT", "DESCRIPTIONS", [", ".join(span.because) for _, span in begun])
    document.add_parameter("EVENT", "SUBJECTS", [f"P{take.person_id}" for take, _ in begun])
    document.add_parameter("EVENT", "TIMES", np.array([divmod(time, 60.0) for time in seconds]).T)


def _points(takes: Sequence[Take], per_metre: float) -> np.ndarray:
    """Return x, y, z and 1 of every point in every frame, as ezc3d takes them."""
    joints = np.concatenate([take.motion.joints.astype(np.float64) for take in takes], axis=1)
    points = np.ones((4, joints.shape[1], joints.shape[0]))
    points[:3] = joints.transpose(2, 1, 0) * per_metre
    return points
