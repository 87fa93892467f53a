"""The CMU motion capture that kinelift trains on: a folder of zips, files and positions -> a list of trials.

Everything is from the CMU Graphics Lab Motion Capture Database (mocap.cs.cmu.edu), free for all uses, created
with funding from NSF EIA-0196217. A folder may hold, in any mixture:

    *.zip with .asf and .amc       one subject each, as the database hands them out
    *.zip with .bvh                the DAZ-friendly conversion (salsa couples, Indian dance)
    *.npz                          joint positions that were converted elsewhere
    .asf, .amc, .bvh               the same, unpacked
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile

import numpy as np

from kinelift.datasets.damage import clean_runs
from kinelift.datasets.head_levelling import level_heads
from kinelift.datasets.mocap_rigs import adapt_dragonforged, adapt_keijiro, trial_from_asf, trial_from_daz
from kinelift.datasets.trial import MOCAP_JOINTS, MocapTrial, decimate
from kinelift.datasets.trial_store import load_trials, save_trials
from kinelift.interop.asf_amc import AsfSkeleton, parse_amc, parse_asf
from kinelift.interop.bvh import parse_bvh

__all__ = [
    "HELD_OUT_SUBJECTS", "MOCAP_JOINTS", "SET_ASIDE_TRIALS", "MocapTrial", "decimate", "is_held_out",
    "is_set_aside", "level_heads",
    "load_asf_amc_zip", "load_bvh_zip", "load_mocap", "load_positions", "load_trials", "save_trials",
]  # fmt: skip

_LOG = logging.getLogger(__name__)

HELD_OUT_SUBJECTS = ("49", "127", "135")
"""The held-out split: subjects that are never trained on."""

_HELD_OUT_TRIALS = frozenset(f"14_{number:02d}" for number in range(1, 11))

SET_ASIDE_TRIALS = frozenset(f"14_{number:02d}" for number in range(11, 15))
"""Trials that expected errors are fitted on, so never trained on; no figures are taken on them either."""


def is_set_aside(trial: MocapTrial | str) -> bool:
    """Say whether a trial, or its name, is kept for fitting expected errors."""
    return (trial if isinstance(trial, str) else trial.trial) in SET_ASIDE_TRIALS


def is_held_out(trial: MocapTrial | str) -> bool:
    """Say whether a trial, or its name, belongs to the held-out split: never trained on, kept for figures."""
    name = trial if isinstance(trial, str) else trial.trial
    return name.split("_")[0] in HELD_OUT_SUBJECTS or name in _HELD_OUT_TRIALS


def _nothing(trial: str) -> bool:
    return False


def load_mocap(
    root: Path,
    *,
    exclude: Callable[[str], bool] = _nothing,
    on_progress: Callable[[str, int, int], None] | None = None,
) -> list[MocapTrial]:
    """Read every trial below `root`, clean and with level heads.

    `exclude` sees a trial's name, such as "14_02", before it is read; pass `is_held_out` to train.
    `on_progress` is told a file's name, its number from 1 and how many there are. A motion that breaks its
    format is logged and left out. A trial found again in another file is taken from the first: zips, then
    .npz, then plain files, by name.
    """
    root = Path(root)
    if not root.is_dir():
        raise FileNotFoundError(f"{root}: no such folder of motion capture")
    files = [*sorted(root.glob("*.zip")), *sorted(root.glob("*.npz")), root]
    trials: list[MocapTrial] = []
    for number, file in enumerate(files, start=1):
        if on_progress:
            on_progress(file.name, number, len(files))
        seen = {trial.trial for trial in trials}
        trials += _load(file, lambda name, seen=seen: name in seen or exclude(name))
    if not trials:
        raise ValueError(
            f"{root}: no trial left; expected .zip, .npz, .asf with .amc, or .bvh files, not all excluded"
        )
    return level_heads(run for trial in trials for run in clean_runs(trial))


def _load(file: Path, exclude: Callable[[str], bool]) -> list[MocapTrial]:
    if file.suffix == ".npz":
        return load_positions(file, exclude=exclude)
    return load_asf_amc_zip(file, exclude=exclude) + load_bvh_zip(file, exclude=exclude)


def load_asf_amc_zip(path: Path, *, exclude: Callable[[str], bool] = _nothing) -> list[MocapTrial]:
    """Read every AMC of a zip or a folder, each with the ASF beside it that is named after its subject."""
    files = dict(_members(path, (".asf", ".amc")))
    skeletons: dict[PurePosixPath, AsfSkeleton] = {}
    trials = []
    for member, read in files.items():
        if member.suffix.lower() != ".amc" or exclude(member.stem):
            continue
        subject = member.stem.split("_")[0]
        skeleton_file = member.with_name(f"{subject}.asf")
        if skeleton_file not in files:
            raise ValueError(
                f"{path}: {member} needs its skeleton {skeleton_file} beside it, which is missing"
            )
        if skeleton_file not in skeletons:
            skeletons[skeleton_file] = parse_asf(files[skeleton_file](), name=f"{path}/{skeleton_file}")
        text = read()
        try:
            motion = parse_amc(text, skeletons[skeleton_file], name=f"{path}/{member}")
        except ValueError as error:
            _LOG.warning("left out: %s", error)
            continue
        trials.append(trial_from_asf(motion, subject=subject, trial=member.stem))
    return trials


@dataclass(frozen=True)
class _DazFolder:
    """What the header of a DAZ-friendly BVH does not say, or says wrongly."""

    subject: str
    fps: float | None


# The couples of the salsa takes are subjects 60 and 61; their header says 120 fps, their motion is at 60.
_DAZ_FOLDERS = {"salsa": _DazFolder("60_61", 60.0), "indian": _DazFolder("indian", None)}

# The first frame is a T-pose, and the rig eases from it into the motion over the next few.
_DAZ_LEAD_IN_FRAMES = 12


def load_bvh_zip(path: Path, *, exclude: Callable[[str], bool] = _nothing) -> list[MocapTrial]:
    """Read every BVH of a zip or a folder: the DAZ rig, centimetres. Trials are named folder_file."""
    trials = []
    for member, read in _members(path, (".bvh",)):
        name = f"{member.parent.name}_{member.stem}"
        if exclude(name):
            continue
        facts = _DAZ_FOLDERS.get(member.parent.name, _DazFolder(member.parent.name, None))
        text = read()
        try:
            motion = parse_bvh(text, name=f"{path}/{member}", units="centimetres")
            fps = facts.fps or round(motion.fps, 3)
            trial = trial_from_daz(
                motion, fps=fps, subject=facts.subject, trial=name, first_frame=_DAZ_LEAD_IN_FRAMES
            )
        except ValueError as error:
            _LOG.warning("left out: %s", error)
            continue
        trials.append(trial)
    return trials


_ADAPT = {"DragonForged": adapt_dragonforged, "keijiro": adapt_keijiro}


def load_positions(path: Path, *, exclude: Callable[[str], bool] = _nothing) -> list[MocapTrial]:
    """Read joint positions that were converted elsewhere from an .npz file of concatenated trials."""
    path = Path(path)
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
            arrays = {key: file[key] for key in file.files}
    except (ValueError, EOFError, BadZipFile) as error:
        raise ValueError(f"{path}: not an .npz file of positions, or a damaged one ({error})") from error
    needed = ("trials", "sources", "fps", "lengths", "joint_names", "positions", "head_axes")
    missing = [key for key in needed if key not in arrays]
    if missing:
        raise ValueError(f"{path}: no array {missing[0]!r} in it; positions need {', '.join(needed)}")
    if tuple(arrays["joint_names"]) != MOCAP_JOINTS:
        raise ValueError(
            f"{path}: joint_names must be {', '.join(MOCAP_JOINTS)}, got {', '.join(arrays['joint_names'])}"
        )
    ends = np.cumsum(arrays["lengths"])
    frames = int(ends[-1]) if len(ends) else 0
    if len(arrays["positions"]) != frames or len(arrays["head_axes"]) != frames:
        raise ValueError(
            f"{path}: lengths add up to {frames} frames, but positions have {len(arrays['positions'])} "
            f"and head_axes {len(arrays['head_axes'])}"
        )
    trials = []
    for end, length, name, source, fps in zip(
        ends, arrays["lengths"], arrays["trials"], arrays["sources"], arrays["fps"], strict=True
    ):
        if exclude(str(name)):
            continue
        joints, head_axes = arrays["positions"][end - length : end], arrays["head_axes"][end - length : end]
        if source in _ADAPT:
            joints = _ADAPT[str(source)](joints, head_axes)
        if not np.isfinite(joints).all():
            _LOG.warning("left out: %s: %s has joints that are not finite", path, name)
            continue
        trials.append(
            MocapTrial(
                joints=joints.astype(np.float32),
                joint_names=MOCAP_JOINTS,
                head_axes=head_axes.astype(np.float32),
                fps=round(float(fps), 2),
                subject=str(name).split("_")[0],
                trial=str(name),
            )
        )
    return trials


def _members(path: Path, suffixes: tuple[str, ...]) -> Iterator[tuple[PurePosixPath, Callable[[], str]]]:
    """Yield the files of a zip or a folder with one of these suffixes, sorted, each with a way to read it."""
    path = Path(path)
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            if file.suffix.lower() in suffixes:
                yield PurePosixPath(file), lambda file=file: file.read_text(encoding="latin-1")
        return
    try:
        with ZipFile(path) as archive:
            names = sorted(archive.namelist())
    except BadZipFile as error:
        raise ValueError(f"{path}: not a zip file, or a damaged one ({error})") from error
    for name in names:
        if PurePosixPath(name).suffix.lower() in suffixes:
            yield PurePosixPath(name), lambda name=name: _zipped_text(path, name)


def _zipped_text(path: Path, member: str) -> str:
    with ZipFile(path) as archive:
        return archive.read(member).decode("latin-1")
