"""Write data sets that never were as their owners hand them out: CDF, and MATLAB's files of both kinds.

    python tools/make_synthetic_originals.py {human36m,humaneva,mpi-inf-3dhp} DIR [--frames N]

What moves is what make_synthetic_studio.py lets move, so that its files hold the same motion. They show that
`kinelift prepare` reads these layouts, and nothing else; no real file was at hand when they were described. This is a
program of its own: it shares no code with what reads the files.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
from make_synthetic_studio import (
    CAMERAS,
    HUMAN36M,
    HUMAN36M_PLACES,
    HUMANEVA,
    laid_out,
    motion,
    pixels,
    recordings,
)

OWN_NAMES = {"Photo": "TakingPhoto", "WalkDog": "WalkingDog"}
"""What some subjects' files call an action."""

HUMANEVA_FRAMES = {"Walking 1": 1203, "Jog 1": 842, "ThrowCatch 1": 1128, "Gestures 1": 1102, "Box 1": 1021}
"""Enough for every split."""

OF_28 = [
    *("spine", "spine", "spine", "spine", "pelvis", "thorax", "neck", "head"),
    *("lshoulder", "lshoulder", "lelbow", "lwrist", "lwrist"),
    *("rshoulder", "rshoulder", "relbow", "rwrist", "rwrist"),
    *("lhip", "lknee", "lankle", "lankle", "lankle"),
    *("rhip", "rknee", "rankle", "rankle", "rankle"),
]
"""The 28 joints of MPI-INF-3DHP's training; those that are left out stand where others do."""

OF_17 = [
    *("head", "thorax", "rshoulder", "relbow", "rwrist", "lshoulder", "lelbow", "lwrist"),
    *("rhip", "rknee", "rankle", "lhip", "lknee", "lankle", "pelvis", "spine", "neck"),
]
"""The 17 of its test set."""


def write_human36m(folder: Path, frames: int) -> None:
    """Write S*/MyPoseFeatures/D3_Positions/*.cdf, with D2_Positions and _ALL beside them as they come."""
    rng = np.random.default_rng(0)
    for subject, action, captured in recordings(HUMAN36M):
        points = motion(frames + HUMAN36M.beyond, rng)
        for _ in range(4):  # as the other program draws noise, so that what moves next is the same
            rng.normal(size=(frames + HUMAN36M.beyond, 17, 2))
        if not captured:
            continue
        every = np.zeros((frames, 32, 3), np.float32)
        every[:, list(HUMAN36M_PLACES)] = 1000.0 * laid_out(points, "h36m")[:frames]
        name, _, trial = action.partition(" ")
        if subject in ("S1", "S9"):
            name = OWN_NAMES.get(name, name)
        own = f"{name} {trial}" if trial else name
        features = folder / subject / "MyPoseFeatures"
        write_cdf(features / "D3_Positions" / f"{own}.cdf", every.reshape(1, frames, 96))
    for unused in (
        "S1/MyPoseFeatures/D3_Positions/_ALL.cdf",
        "S11/MyPoseFeatures/D3_Positions/Directions.cdf",
    ):
        write_cdf(folder / unused, np.zeros((1, frames, 96), np.float32))
    write_cdf(
        folder / "S1/MyPoseFeatures/D2_Positions/Directions.54138969.cdf",
        np.zeros((1, frames, 64), np.float32),
    )


def write_cdf(path: Path, pose: np.ndarray) -> None:
    """Write one variable Pose of one record."""
    from cdflib import cdfwrite

    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    file = cdfwrite.CDF(path, cdf_spec={"Majority": "row_major", "Compressed": 0})
    told = {
        "Variable": "Pose",
        "Data_Type": file.CDF_FLOAT,
        "Num_Elements": 1,
        "Rec_Vary": True,
        "Dim_Sizes": list(pose.shape[1:]),
    }
    file.write_var(told, var_data=pose)
    file.close()


def write_humaneva(folder: Path, frames: int) -> None:
    """Write {Train,Validate}/S*/<Action>_1.mat; of `frames` around a failure in each split something is left."""
    from scipy.io import savemat

    rng = np.random.default_rng(0)
    cameras = json.loads((CAMERAS / HUMANEVA.cameras).read_text("utf-8"))
    splits = json.loads((CAMERAS / "humaneva_splits.json").read_text("utf-8"))["splits"]
    for split, actions in splits.items():
        placed = cameras["extrinsics"][split.rpartition("/")[2]]
        for action, (start, _) in actions.items():
            count = HUMANEVA_FRAMES[action]
            world = np.full((count, 15, 3), np.nan)
            body = laid_out(motion(2 * frames, rng), "humaneva15")
            world[start : start + frames] = body[:frames]
            world[start + frames + 1 : start + 2 * frames + 1] = body[frames:]
            seen = np.stack(
                [pixels(world, *each) for each in zip(cameras["intrinsics"], placed, strict=True)]
            )
            path = folder / split / f"{action.replace(' ', '_')}.mat"
            path.parent.mkdir(parents=True, exist_ok=True)
            savemat(path, {"poses_3d": 1000.0 * world, "poses_2d": seen}, do_compression=True)


def write_mpi_inf_3dhp(folder: Path, frames: int) -> None:
    """Write S1/Seq1 and S1/Seq2 of training and the test recordings TS1 and TS5."""
    rng = np.random.default_rng(0)
    for sequence in ("Seq1", "Seq2"):
        _write_training(folder / "S1" / sequence, frames, rng)
    for name in ("TS1", "TS5"):
        _write_test(folder / "mpi_inf_3dhp_test_set" / name / "annot_data.mat", frames, rng)


def _in_camera(points: dict[str, np.ndarray], names: list[str]) -> np.ndarray:
    """Stack points four metres ahead of a camera that stands level: (frame, joint, 3), z ahead, y down."""
    body = np.stack([points[name] for name in names], axis=1)
    return body[..., [0, 2, 1]] * np.array([1, -1, 1]) + np.array([0, 1, 4])


def _write_training(folder: Path, frames: int, rng: np.random.Generator) -> None:
    from scipy.io import savemat

    folder.mkdir(parents=True, exist_ok=True)
    body = _in_camera(motion(frames, rng), OF_28)
    cells = {name: np.empty((14, 1), object) for name in ("annot2", "annot3", "univ_annot3")}
    lines = ["Skeletool Camera Calibration File V1.0"]
    for camera in range(14):
        shifted = body + np.array([0.01 * camera, 0, 0])
        seen = 1500.0 * shifted[..., :2] / shifted[..., 2:] + 1024.0
        cells["annot2"][camera, 0] = seen.reshape(frames, 56)
        cells["annot3"][camera, 0] = cells["univ_annot3"][camera, 0] = 1000.0 * shifted.reshape(frames, 84)
        lines += [
            f"name          {camera}", "  sensor      10 10", "  size        2048 2048", "  animated    0",
            "  intrinsic   1500 0 1024 0 0 1500 1024 0 0 0 1 0 0 0 0 1",
            "  extrinsic   1 0 0 0 0 1 0 0 0 0 1 0 0 0 0 1", "  radial      0",
        ]  # fmt: skip
    savemat(folder / "annot.mat", {**cells, "frames": np.arange(frames)[:, None]})
    (folder / "camera.calibration").write_text("\n".join(lines) + "\n", "utf-8")


def _write_test(path: Path, frames: int, rng: np.random.Generator) -> None:
    """Write a file as MATLAB's version 7.3 does: HDF5 after a header of 512 bytes, columns first."""
    import h5py

    path.parent.mkdir(parents=True, exist_ok=True)
    body = _in_camera(motion(frames, rng), OF_17)
    seen = 1500.0 * body[..., :2] / body[..., 2:] + 1024.0
    valid = (np.arange(frames) % 3 == 0).astype(float)
    with h5py.File(path, "w", userblock_size=512) as file:
        file["annot2"] = seen[:, None]
        file["annot3"] = file["univ_annot3"] = 1000.0 * body[:, None]
        file["valid_frame"] = valid[:, None]
        file["activity_annotation"] = np.ones((frames, 1))
    with path.open("r+b") as file:
        file.write(b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(124) + b"\x00\x02IM")


WRITERS: dict[str, Callable[[Path, int], None]] = {
    "human36m": write_human36m,
    "humaneva": write_humaneva,
    "mpi-inf-3dhp": write_mpi_inf_3dhp,
}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data_set", choices=list(WRITERS))
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--frames", type=int, default=12, help="of each recording")
    given = parser.parse_args()
    WRITERS[given.data_set](given.folder, given.frames)
    print(given.folder)
