"""Keypoints in a CSV with a line of names: a row a joint (tidy), or a row a frame.

    frame,time_seconds,person,joint,x_px,y_px,score     kinelift's own; time, person and score may be left out
    frame,landmark,x,y,z,visibility                     landmarks by name or number
    frame,nose_x,nose_y,nose_score,left_eye_x,...       a row a frame; x_0,y_0,v_0 or x1,y1,z1,v1 number the joints

Numbers count from 0 or from 1; 33 of them are MediaPipe's. Points are pixels, or shares of the image where they are
that small. The rate comes from the times, if there are any; no CSV holds the image's size.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from kinelift.body import BLAZEPOSE_33, SKELETONS, Skeleton
from kinelift.interop.csv_table import Row, needed, number, one_of, read_table, told
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

Point = tuple[float, float, float]


def read_keypoints_csv(source: Source) -> tuple[Track, ...]:
    """Read everybody; joints are known by the names or the number of those there are."""
    try:
        columns, rows = read_table(source.path)
        _check_flat(columns)
        frames, joints = _tidy(columns, rows) if one_of(JOINT, columns) else _wide(columns, rows)
        skeleton = _skeleton(joints)
        if skeleton != BLAZEPOSE_33 and (depth := _depth(columns)) is not None:
            raise ValueError(_in_space(depth))
        fps = _rate(columns, rows)
    except ValueError as error:
        raise ValueError(f"{source.path}: {error}") from error
    in_pixels = any(column == "x_px" or column.endswith("_x_px") for column in columns)
    return tracks_of(source, frames, {}, skeleton=skeleton, fps=fps, in_pixels=in_pixels)


def _check_flat(columns: Sequence[str]) -> None:
    """Refuse what kinelift writes of motion: its columns say metres."""
    in_space = next((name for name in columns if re.fullmatch(r"z_(m|cm|mm)", name)), None)
    if in_space is not None:
        raise ValueError(_in_space(in_space))


def _depth(columns: Sequence[str]) -> str | None:
    """Return a column of depths: MediaPipe's landmarks have one beside pixels, other keypoints have not."""
    return next((name for name in columns if re.fullmatch(r"z|z_?\d+|.+_z", name)), None)


def _in_space(column: str) -> str:
    return (
        f"has a column {column}: joints in space, where keypoints on pictures are expected. Of keypoints leave it out; "
        "motion that kinelift wrote is read from its motion.json or motion.npz."
    )


def _tidy(columns: Sequence[str], rows: Iterable[Row]) -> tuple[list[Frame], list[str]]:
    """Read a row a joint; joints stand in the order in which they first come."""
    joint, x, y = (needed(names, columns) for names in (JOINT, X, Y))
    person, score, frame = (one_of(names, columns) for names in (PERSON, SCORE, FRAME))
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
    person, frame = one_of(PERSON, columns), one_of(FRAME, columns)
    seen: dict[str, dict[int, dict[str, Point]]] = {}
    for index, row in enumerate(rows):
        at = _frame(row, frame, columns) if frame else str(index)
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
    column = column or needed(TIME, columns, "frame")
    text = row.get(column, "").strip()
    if column == "image_id" and text:
        return text
    value = told(text, column)
    return str(int(value)) if value.is_integer() and column not in TIME else text


def _person(row: Row, column: str | None) -> int:
    return 0 if column is None else int(told(row.get(column, ""), column))


def _point(row: Row, x: str, y: str, score: str | None) -> Point:
    at = number(row.get(x, ""), x), number(row.get(y, ""), y)
    return (*at, 1.0 if score is None else number(row.get(score, ""), score))


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
    frame, time = one_of(FRAME, columns), one_of(TIME[:1], columns)
    if frame is None or time is None:
        return None
    times = {number(row[frame], frame): number(row[time], time) for row in rows if row.get(time, "").strip()}
    if not times:
        return None
    first, last = min(times), max(times)
    seconds = times[last] - times[first]
    return round((last - first) / seconds, 6) if seconds > 0 else None


CSV = KeypointFormat("csv", "a CSV of keypoints", lambda source: source.kind == "csv", read_keypoints_csv)
