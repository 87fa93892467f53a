"""Data sets prepared, with the progress on the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from kinelift.cli.counts import counted
from kinelift.cli.prepare import Prepare
from kinelift.cli.progress import progress
from kinelift.datasets import human36m_files, humaneva_files, mpi_inf_3dhp_files
from kinelift.datasets.keypoint_files import keypoint_files
from kinelift.datasets.prepared import prepare
from kinelift.datasets.recorded import DataSetFacts, Unread
from kinelift.datasets.recorded_store import prepare_set
from kinelift.interop.videopose3d import read_keypoints_2d

SetName = Literal["human36m", "humaneva", "mpi-inf-3dhp", "keypoints"]


def prepare_shown(asked: Prepare) -> None:
    """Do what the command line asks."""
    if asked.dataset != "mocap":
        prepare_set_shown(asked.dataset, asked)
    elif asked.detections is not None:
        raise ValueError("detections: of human36m alone; mocap has no keypoints.")
    else:
        prepare_mocap_shown(asked.source, asked.out)


def prepare_mocap_shown(source: Path, out: Path) -> None:
    """Read motion capture into one file."""
    if out.is_dir():  # said before the folder is read, which takes minutes
        raise ValueError(f"{out}: is a folder; name the file to write in it.")
    with progress() as show:
        trials = prepare(source, out, on_reading=lambda name, at, of: show("reading", at - 1, of, f" {name}"))
    minutes = sum(trial.seconds for trial in trials) / 60.0
    people = counted(len({trial.subject for trial in trials}), "subject")
    print(f"{out}\n{counted(len(trials), 'trial')} of {people}, {minutes:.1f} minutes")


def prepare_set_shown(name: SetName, asked: Prepare) -> None:
    """Read a data set of views into a folder."""
    source, out = asked.source, asked.out
    if not source.is_dir():
        raise FileNotFoundError(f"{source}: no such folder.")
    if out.is_file():
        raise ValueError(f"{out}: is a file; name a folder.")
    with progress() as show:
        facts, unread = _listed(name, asked)
        prepared = prepare_set(
            facts, unread, out, on_reading=lambda name, at, of: show("reading", at - 1, of, f" {name}")
        )
    views = list(prepared)
    minutes = sum(len(view.points_px) / view.fps for view in views) / 60.0
    people = counted(len({view.subject for view in views}), "subject")
    print(f"{out}\n{facts.name}: {counted(len(views), 'view')} of {people}, {minutes:.1f} minutes")


def _listed(name: SetName, asked: Prepare) -> tuple[DataSetFacts, list[Unread]]:
    source, said = asked.source, asked.said
    if asked.detections is not None and name != "human36m":
        raise ValueError(f"detections: of human36m alone; {name} comes with its own keypoints.")
    match name:
        case "human36m":
            found = None if asked.detections is None else read_keypoints_2d(asked.detections)
            return human36m_files.human36m_facts(found), human36m_files.human36m_files(source, found)
        case "humaneva":
            return humaneva_files.FACTS, humaneva_files.humaneva_files(source)
        case "mpi-inf-3dhp":
            return mpi_inf_3dhp_files.FACTS, mpi_inf_3dhp_files.mpi_inf_3dhp_files(source)
        case "keypoints":
            return keypoint_files(
                source, asked.camera.camera, fps=said.fps, image_size=said.image_size, skeleton=said.skeleton
            )
