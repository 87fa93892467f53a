"""A prepared data set: a folder of plain arrays that are mapped, not read, when it is opened.

    DIR/dataset.json                          what all recordings share, and where each is; written last
    DIR/S1/Walking 1/recording.json           views, their cameras, and the files they were made of
    DIR/S1/Walking 1/0_points_px.npy          (frame, keypoint, 2) float32, one for each view of the recording
    DIR/S1/Walking 1/0_joints.npy             (frame, joint, 3) float32, where they are known
    DIR/S1/Walking 1/0_scores.npy             (frame, keypoint) float32, where the marker told any
    DIR/S1/Walking 1/0_scored.npy             (frame) bool, where figures are taken on some frames alone

A recording.json is written after its arrays, so preparing goes on where it was stopped.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kinelift.body.skeleton import Skeleton
from kinelift.datasets.recorded import DataSetFacts, RecordedView, Unread
from kinelift.datasets.studio_camera_json import camera_from_json, camera_to_json
from kinelift.whole_files import replacing, write_whole

INDEX_NAME = "dataset.json"
RECORDING_NAME = "recording.json"
FORMAT = "kinelift data set 1"
_ARRAYS = {"points_px": np.float32, "joints": np.float32, "scores": np.float32, "scored": np.bool_}

Reading = Callable[[str, int, int], None]
"""Called with a recording's name, its number from 1 and how many there are."""


@dataclass(frozen=True, eq=False)
class PreparedSet:
    """A prepared data set, of which nothing but the index has been read."""

    folder: Path
    facts: DataSetFacts
    recordings: tuple[str, ...]
    """Their folders, in order."""

    def __iter__(self) -> Iterator[RecordedView]:
        for name in self.recordings:
            yield from _open_recording(self.folder / name)


def prepare_set(
    facts: DataSetFacts, unread: Sequence[Unread], out: Path, *, on_reading: Reading | None = None
) -> PreparedSet:
    """Write recordings to the folder `out`, leaving those that are there already, and return what is there then."""
    out.mkdir(parents=True, exist_ok=True)
    (out / INDEX_NAME).unlink(missing_ok=True)
    for number, each in enumerate(unread, start=1):
        if on_reading is not None:
            on_reading(each.name, number, len(unread))
        if not _is_done(out / each.name, each):
            _write_recording(out / each.name, each, facts)
    index = {
        "format": FORMAT,
        "name": facts.name,
        "keypoints": _skeleton_to_json(facts.keypoints),
        "layout": facts.layout,
        "detections": facts.detections,
        "joints": None if facts.joints is None else _skeleton_to_json(facts.joints),
        "licence": facts.licence,
        "recordings": [each.name for each in unread],
    }
    write_whole(out / INDEX_NAME, json.dumps(index, indent=1) + "\n")
    return open_set(out)


def is_prepared(folder: Path) -> bool:
    """Say whether a folder is a prepared data set."""
    return (folder / INDEX_NAME).is_file()


def open_set(folder: Path) -> PreparedSet:
    """Open what `kinelift prepare` wrote."""
    path = folder / INDEX_NAME
    if not path.is_file():
        raise FileNotFoundError(
            f"{path}: no such file; {folder} is no prepared data set, or one whose preparation was stopped: "
            "give `kinelift prepare` again, which goes on there."
        )
    try:
        index = json.loads(path.read_text("utf-8"))
        if index["format"] != FORMAT:
            raise ValueError(f"its format is {index['format']!r}")
        joints = index["joints"]
        facts = DataSetFacts(
            name=index["name"],
            keypoints=_skeleton_from_json(index["keypoints"]),
            layout=index["layout"],
            detections=index["detections"],
            joints=None if joints is None else _skeleton_from_json(joints),
            licence=index["licence"],
        )
        return PreparedSet(folder, facts, tuple(str(name) for name in index["recordings"]))
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(
            f"{path}: not an index in the form {FORMAT!r} ({error}); prepare it again."
        ) from error


def _is_done(folder: Path, each: Unread) -> bool:
    try:
        return json.loads((folder / RECORDING_NAME).read_text("utf-8"))["files"] == _stamps(each)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _stamps(each: Unread) -> list[list[object]]:
    """Tell files that have changed since they were read."""
    return [[path.name, path.stat().st_size, path.stat().st_mtime_ns] for path in each.files]


def _write_recording(folder: Path, each: Unread, facts: DataSetFacts) -> None:
    views = each.read()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / RECORDING_NAME).unlink(missing_ok=True)
    for number, view in enumerate(views):
        _check(view, facts)
        for name, kind in _ARRAYS.items():
            values = getattr(view, name)
            if values is not None:
                with replacing(folder / f"{number}_{name}.npy") as temporary:
                    np.save(temporary, np.ascontiguousarray(values, kind), allow_pickle=False)
    content = {"files": _stamps(each), "views": [_view_to_json(view) for view in views]}
    write_whole(folder / RECORDING_NAME, json.dumps(content, indent=1) + "\n")


def _check(view: RecordedView, facts: DataSetFacts) -> None:
    for name, values, skeleton in (
        ("keypoints", view.points_px, facts.keypoints),
        ("joints", view.joints, facts.joints),
    ):
        expected = None if skeleton is None else len(skeleton)
        got = None if values is None else values.shape[1]
        if expected != got:
            raise ValueError(f"{view}: {expected} {name} expected by {facts.name}, got {got}.")


def _view_to_json(view: RecordedView) -> dict[str, Any]:
    return {
        "subject": view.subject,
        "action": view.action,
        "camera": camera_to_json(view.camera),
        "fps": view.fps,
        "frames": len(view.points_px),
        "arrays": [name for name in _ARRAYS if getattr(view, name) is not None],
    }


def _open_recording(folder: Path) -> Iterator[RecordedView]:
    path = folder / RECORDING_NAME
    try:
        views = json.loads(path.read_text("utf-8"))["views"]
        for number, told in enumerate(views):
            arrays = {name: _mapped(folder / f"{number}_{name}.npy", name) for name in told["arrays"]}
            yield RecordedView(
                subject=told["subject"],
                action=told["action"],
                camera=camera_from_json(told["camera"]),
                fps=told["fps"],
                **arrays,
            )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ValueError(
            f"{path}: a damaged recording ({error}); remove its folder and prepare again."
        ) from error


def _mapped(path: Path, name: str) -> np.ndarray:
    values = np.load(path, mmap_mode="r", allow_pickle=False)
    if values.dtype != _ARRAYS[name]:
        raise ValueError(f"{path.name}: {np.dtype(_ARRAYS[name])} expected, got {values.dtype}")
    return values


def _skeleton_to_json(skeleton: Skeleton) -> dict[str, Any]:
    return {"name": skeleton.name, "names": list(skeleton.names), "parents": list(skeleton.parents)}


def _skeleton_from_json(told: dict[str, Any]) -> Skeleton:
    return Skeleton(told["name"], tuple(told["names"]), tuple(told["parents"]))
