"""Many trials in one file that loads in a second: plain arrays, concatenated, nothing pickled."""

import zipfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from kinelift.datasets.trial import MOCAP_JOINTS, MocapTrial, decimate
from kinelift.whole_files import replacing

_FORMAT = "kinelift mocap trials 1"
_FIELDS = ("format", "joint_names", "joints", "head_axes", "lengths", "fps", "subjects", "trials")


def save_trials(path: Path, trials: Iterable[MocapTrial], *, max_fps: float | None = None) -> None:
    """Write trials to one .npz file, decimated to at most `max_fps`. The file appears whole or not at all."""
    kept = [decimate(trial, max_fps) if max_fps else trial for trial in trials]
    names = kept[0].joint_names if kept else MOCAP_JOINTS
    for trial in kept:
        if trial.joint_names != names:
            raise ValueError(
                f"{path}: trials of one file share their joints, {trial.trial} has others than the first"
            )
    arrays = {
        "format": np.array(_FORMAT),
        "joint_names": np.array(names),
        "joints": np.concatenate(
            [np.zeros((0, len(names), 3), np.float32), *(trial.joints for trial in kept)]
        ),
        "head_axes": np.concatenate([np.zeros((0, 3, 3), np.float32), *(trial.head_axes for trial in kept)]),
        "lengths": np.array([len(trial.joints) for trial in kept], dtype=np.int64),
        "fps": np.array([trial.fps for trial in kept], dtype=np.float64),
        "subjects": np.array([trial.subject for trial in kept], dtype=np.str_),
        "trials": np.array([trial.trial for trial in kept], dtype=np.str_),
    }
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    # Opened here, because np.savez would add .npz to a name without it.
    with replacing(path) as temporary, temporary.open("wb") as file:
        np.savez(file, **arrays)


def load_trials(path: Path) -> list[MocapTrial]:
    """Read what `save_trials` wrote, checking that its arrays fit each other."""
    arrays = _read_arrays(Path(path))
    names = tuple(str(name) for name in arrays["joint_names"])
    lengths = arrays["lengths"]
    frames = int(lengths.sum())
    if arrays["joints"].shape != (frames, len(names), 3) or arrays["head_axes"].shape != (frames, 3, 3):
        raise ValueError(
            f"{path}: lengths add up to {frames} frames of {len(names)} joints, but joints have shape "
            f"{arrays['joints'].shape} and head_axes {arrays['head_axes'].shape}; write the file again"
        )
    ends = np.cumsum(lengths)
    return [
        MocapTrial(
            joints=arrays["joints"][end - length : end],
            joint_names=names,
            head_axes=arrays["head_axes"][end - length : end],
            fps=float(fps),
            subject=str(subject),
            trial=str(trial),
        )
        for end, length, fps, subject, trial in zip(
            ends, lengths, arrays["fps"], arrays["subjects"], arrays["trials"], strict=True
        )
    ]


def _read_arrays(path: Path) -> dict[str, np.ndarray]:
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
            arrays = {field: file[field] for field in _FIELDS if field in file.files}
    except (ValueError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(
            f"{path}: not a file of trials, or a damaged one ({error}); write it again"
        ) from error
    if str(arrays.get("format")) != _FORMAT or len(arrays) != len(_FIELDS):
        raise ValueError(
            f"{path}: not a file of trials in the form {_FORMAT!r}; write it again with save_trials"
        )
    counts = {field: len(arrays[field]) for field in ("lengths", "fps", "subjects", "trials")}
    if len(set(counts.values())) != 1 or arrays["lengths"].dtype.kind != "i" or (arrays["lengths"] < 1).any():
        raise ValueError(f"{path}: needs one positive length, rate and name a trial, got counts {counts}")
    for field in ("joints", "head_axes"):
        if arrays[field].dtype != np.float32:
            raise ValueError(f"{path}: {field} must be float32, got {arrays[field].dtype}")
    return arrays
