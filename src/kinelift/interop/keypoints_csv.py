"""Keypoints in a CSV with a line of names: a row a joint (tidy), or a row a frame.

    frame,time_seconds,person,joint,x_px,y_px,score     kinelift's own; time, person and score may be left out
    frame,landmark,x,y,z,visibility                     landmarks by name or number
    frame,nose_x,nose_y,nose_score,left_eye_x,...       a row a frame; x_0,y_0,v_0 or x1,y1,z1,v1 number the joints

Numbers count from 0 or from 1; 33 of them are MediaPipe's. Points are pixels, or shares of the image where they are
that small. The rate comes from the times, if there are any; no CSV holds the image's size.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from kinelift.body import BLAZEPOSE_33, SKELETONS, Skeleton
from kinelift.interop.keypoint_frames import Detection, Frame
from kinelift.interop.keypoint_source import KeypointFormat, Source
from kinelift.interop.keypoint_track import Track
from kinelift.interop.keypoint_tracks import tracks_of

FRAME = ("frame", "frame_id", "frame_index", "frame_number", "image_id")
TIME = ("time_seconds", "time", "timestamp", "seconds")
PERSON = ("person", "person_id", "track_id")
JOINT = ("joint", "keypoint", "landmark", "joint_name", "landmark_name", "landmark_id", "name", "part")
X, Y = ("x_px", "x"), ("y_px", "y")
SCORE = ("score", "confidence", "conf", "visibility", "likelihood", "v", "c")

_AXIS = "x|y|z|v|c|visibility|score|confidence|conf|presence"
_WIDE = re.compile(rf"^(?:(?P<before>{_AXIS})[_ ]?(?P<number>\d+)|(?P<name>.+?)_(?P<after>{_AXIS})(?:_px)?)$")

Row = Mapping[str, str]
Point = tuple[float, float, float]


def read_keypoints_csv(source: Source) -> tuple[Track, ...]:
    """Read everybody; joints are known by the names or the number of those there are."""
    try:
        columns, rows = _table(source.path)
        frames, joints = _tidy(columns, rows) if _one_of(JOINT, columns) else _wide(columns, rows)
        fps = _rate(columns, rows)
    except ValueError as error:
        raise ValueError(f"{source.path}: {error}") from error
    return tracks_of(source, frames, {}, skeleton=_skeleton(joints), fps=fps)


def _table(path: Path) -> tuple[tuple[str, ...], Sequence[Row]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.reader(file)
            columns = tuple(re.sub(r"[\s./-]+", "_", name.strip().lower()) for name in next(lines, []))
            rows = [dict(zip(columns, line, strict=False)) for line in lines if line]
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"not readable as a CSV ({error}).") from error
    if not rows:
        raise ValueError("a line of names and then rows expected; there are none.")
    return columns, rows


def _tidy(columns: Sequence[str], rows: Iterable[Row]) -> tuple[list[Frame], list[str]]:
    """Read a row a joint; joints stand in the order in which they first come."""
    joint, x, y = (_needed(names, columns) for names in (JOINT, X, Y))
    person, score, frame = (_one_of(names, columns) for names in (PERSON, SCORE, FRAME))
    seen: dict[str, dict[int, dict[str, Point]]] = {}
    joints: dict[str, None] = {}
    for row in rows:
        name = _joint(row.get(joint, ""))
        joints[name] = None
        body = seen.setdefault(_frame(row, frame, columns), {}).setdefault(_person(row, person), {})
        body[name] = _point(row, x, y, score)
    ordered = _ordered(joints)
    frames = [Frame(name, tuple(_detections(people, ordered, person))) for name, people in seen.items()]
    return frames, ordered


def _wide(columns: Sequence[str], rows: Sequence[Row]) -> tuple[list[Frame], list[str]]:
    """Read a row a frame."""
    of_joint: dict[str, dict[str, str]] = {}
    for column in columns:
        match = _WIDE.match(column)
        if match:
            name = _joint(match["number"] or match["name"])
            of_joint.setdefault(name, {})[(match["before"] or match["after"])[0]] = column
    of_joint = {name: axes for name, axes in of_joint.items() if {"x", "y"} <= axes.keys()}
    if not of_joint:
        raise ValueError(
            f"columns {', '.join(columns[:8])}: a joint, x and y of each row expected, or x and y of each joint, "
            "such as nose_x and nose_y, or x_0 and y_0."
        )
    ordered = _ordered(of_joint)
    person, frame = _one_of(PERSON, columns), _one_of(FRAME, columns)
    seen: dict[str, dict[int, dict[str, Point]]] = {}
    for number, row in enumerate(rows):
        at = _frame(row, frame, columns) if frame else str(number)
        scores = (axes.get("v", axes.get("s", axes.get("c"))) for axes in of_joint.values())
        points = {
            name: _point(row, axes["x"], axes["y"], score)
            for (name, axes), score in zip(of_joint.items(), scores, strict=True)
        }
        seen.setdefault(at, {})[_person(row, person)] = points
    return [Frame(at, tuple(_detections(people, ordered, person))) for at, people in seen.items()], ordered


def _detections(
    people: Mapping[int, Mapping[str, Point]], joints: Sequence[str], identified: str | None
) -> Iterator[Detection]:
    for person, body in people.items():
        values = np.array([body.get(joint, (np.nan, np.nan, 0.0)) for joint in joints], np.float32)
        scores = np.where(np.isfinite(values).all(-1), values[:, 2], 0.0).astype(np.float32)
        if scores.any():
            yield Detection(values[:, :2], scores, person if identified else None)


def _frame(row: Row, column: str | None, columns: Sequence[str]) -> str:
    column = column or _needed(TIME, columns, "frame")
    text = row.get(column, "").strip()
    if column == "image_id" and text:
        return text
    number = _told(text, column)
    return str(int(number)) if number.is_integer() and column not in TIME else text


def _person(row: Row, column: str | None) -> int:
    return 0 if column is None else int(_told(row.get(column, ""), column))


def _told(text: str, column: str) -> float:
    """Read a number that each row must have."""
    number = _number(text, column)
    if not np.isfinite(number):
        raise ValueError(f"{column}: a number in each row expected, got {text!r}.")
    return number


def _point(row: Row, x: str, y: str, score: str | None) -> Point:
    at = _number(row.get(x, ""), x), _number(row.get(y, ""), y)
    return (*at, 1.0 if score is None else _number(row.get(score, ""), score))


def _number(text: str, column: str) -> float:
    """Read a number; nothing is NaN."""
    try:
        return float(text) if text.strip() else np.nan
    except ValueError as error:
        raise ValueError(f"{column}: numbers expected, got {text!r}.") from error


def _joint(name: str) -> str:
    """Spell a joint as kinelift does: LEFT_SHOULDER, mouth_left and "Left Hip" are ours too."""
    spelt = re.sub(r"[\s.-]+", "_", name.strip().lower())
    side = re.match(r"^(.*)_(left|right)$", spelt)
    if side:
        spelt = f"{side[2]}_{side[1]}"
    return spelt.removeprefix("landmark_") if spelt.removeprefix("landmark_").isdigit() else spelt


def _ordered(joints: Iterable[str]) -> list[str]:
    """Put joints into the order of the layout that has just these, numbers into theirs."""
    named = list(joints)
    skeleton = next((s for s in SKELETONS.values() if set(s.names) == set(named)), None)
    if skeleton is not None:
        return list(skeleton.names)
    return sorted(named, key=int) if all(map(str.isdigit, named)) else named


def _skeleton(joints: Sequence[str]) -> Skeleton | None:
    if all(map(str.isdigit, joints)):
        return BLAZEPOSE_33 if len(joints) == len(BLAZEPOSE_33) else None
    return next((s for s in SKELETONS.values() if s.names == tuple(joints)), None)


def _rate(columns: Sequence[str], rows: Sequence[Row]) -> float | None:
    """Return frames a second where rows tell frames and times in seconds."""
    frame, time = _one_of(FRAME, columns), _one_of(TIME[:1], columns)
    if frame is None or time is None:
        return None
    times = {_number(row[frame], frame): _number(row[time], time) for row in rows if row.get(time)}
    first, last = min(times), max(times)
    seconds = times[last] - times[first]
    return round((last - first) / seconds, 6) if seconds > 0 else None


def _one_of(names: Sequence[str], columns: Sequence[str]) -> str | None:
    return next((name for name in names if name in columns), None)


def _needed(names: Sequence[str], columns: Sequence[str], called: str | None = None) -> str:
    found = _one_of(names, columns)
    if found is None:
        raise ValueError(
            f"a column {called or names[0]} expected, or one called {', '.join(names)}; got {', '.join(columns[:8])}."
        )
    return found


CSV = KeypointFormat("csv", "a CSV of keypoints", lambda source: source.kind == "csv", read_keypoints_csv)
