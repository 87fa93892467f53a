"""Write a Human3.6M or a HumanEva-I that never was: its files, subjects, actions and cameras, made-up motion.

    python tools/make_synthetic_studio.py {human36m,humaneva} DIR [--keypoints NAME ...] [--frames N]

DIR gets data_3d_*.npz and data_2d_*_NAME.npz in VideoPose3D's layout. They show that everything runs, and nothing else.
This is a program of its own: of kinelift it shares the cameras' numbers, and no code with what reads the files.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

CAMERAS = Path(__file__).parents[1] / "src" / "kinelift" / "datasets" / "cameras"

BODY = {
    "pelvis": (None, (0, 0, 0.95)),
    "rhip": ("pelvis", (-0.13, 0, 0.93)),
    "rknee": ("rhip", (-0.13, 0.01, 0.49)),
    "rankle": ("rknee", (-0.13, -0.02, 0.06)),
    "lhip": ("pelvis", (0.13, 0, 0.93)),
    "lknee": ("lhip", (0.13, 0.01, 0.49)),
    "lankle": ("lknee", (0.13, -0.02, 0.06)),
    "spine": ("pelvis", (0, 0.01, 1.2)),
    "thorax": ("spine", (0, 0, 1.46)),
    "neck": ("thorax", (0, -0.06, 1.54)),
    "head": ("neck", (0, -0.03, 1.7)),
    "nose": ("neck", (0, -0.14, 1.6)),
    "leye": ("nose", (0.03, -0.12, 1.64)),
    "reye": ("nose", (-0.03, -0.12, 1.64)),
    "lear": ("leye", (0.08, -0.03, 1.62)),
    "rear": ("reye", (-0.08, -0.03, 1.62)),
    "lshoulder": ("thorax", (0.17, 0, 1.42)),
    "lelbow": ("lshoulder", (0.27, 0.02, 1.15)),
    "lwrist": ("lelbow", (0.3, -0.03, 0.9)),
    "rshoulder": ("thorax", (-0.17, 0, 1.42)),
    "relbow": ("rshoulder", (-0.27, 0.02, 1.15)),
    "rwrist": ("relbow", (-0.3, -0.03, 0.9)),
}
"""Every point, what it hangs from, and where it is at rest: metres, z up."""

LAYOUTS = {
    "h36m": (
        "pelvis rhip rknee rankle lhip lknee lankle spine thorax neck head lshoulder lelbow lwrist "
        "rshoulder relbow rwrist",
        [[4, 5, 6, 11, 12, 13], [1, 2, 3, 14, 15, 16]],
    ),
    "coco": (
        "nose leye reye lear rear lshoulder rshoulder lelbow relbow lwrist rwrist lhip rhip lknee rknee lankle rankle",
        [[1, 3, 5, 7, 9, 11, 13, 15], [2, 4, 6, 8, 10, 12, 14, 16]],
    ),
    "mpii": (
        "rankle rknee rhip lhip lknee lankle pelvis thorax neck head rwrist relbow rshoulder lshoulder lelbow lwrist",
        [[3, 4, 5, 13, 14, 15], [0, 1, 2, 10, 11, 12]],
    ),
    "humaneva15": (
        "pelvis thorax lshoulder lelbow lwrist rshoulder relbow rwrist lhip lknee lankle rhip rknee rankle head",
        [[2, 3, 4, 8, 9, 10], [5, 6, 7, 11, 12, 13]],
    ),
}  # fmt: skip
"""Order of the points in a file, and its left and right ones."""

HUMAN36M_PLACES = (0, 1, 2, 3, 6, 7, 8, 12, 13, 14, 15, 17, 18, 19, 25, 26, 27)
"""Where the 17 stand among the 32 joints of data_3d_h36m.npz."""


@dataclass(frozen=True)
class Studio:
    """What tells one data set's files from the other's."""

    files: str
    """The data set in the names of its files."""
    cameras: str
    own_layout: str
    detections: dict[str, str]
    """Layout of each detector's file."""
    beyond: int
    """Frames that detectors saw after the motion capture ended."""


HUMAN36M = Studio(
    "h36m", "human36m.json", "h36m",
    {"gt": "h36m", "cpn_ft_h36m_dbb": "h36m", "detectron_ft_h36m": "h36m", "detectron_pt_coco": "coco",
     "sh_pt_mpii": "mpii", "sh_ft_h36m": "mpii"},
    beyond=3,
)  # fmt: skip
HUMANEVA = Studio(
    "humaneva15", "humaneva.json", "humaneva15", {"gt": "humaneva15", "detectron_pt_coco": "coco"}, beyond=0
)
STUDIOS = {"human36m": HUMAN36M, "humaneva": HUMANEVA}


def recordings(studio: Studio) -> Iterator[tuple[str, str, bool]]:
    """Yield subject, action and whether there is motion capture of it."""
    if studio is HUMANEVA:
        for split in ("Train", "Validate"):
            for subject in ("S1", "S2", "S3"):
                for action in ("Walking 1", "Jog 1", "ThrowCatch 1", "Gestures 1", "Box 1"):
                    if (subject, action) != ("S3", "ThrowCatch 1"):
                        yield from ((f"{split}/{subject}", f"{action} chunk{run}", True) for run in range(2))
        yield "Unlabeled/S4", "Walking 1 chunk0", False
        return
    actions = (
        "Directions Discussion Eating Greeting Phoning Photo Posing Purchases Sitting SittingDown Smoking Waiting "
        "WalkDog Walking WalkTogether"
    )
    for subject in ("S1", "S5", "S6", "S7", "S8", "S9", "S11"):
        for action in actions.split():
            for trial in (action, f"{action} 1"):
                if (subject, trial) != ("S11", "Directions"):  # its video is damaged
                    yield subject, trial, True
    yield from ((subject, "Walking", False) for subject in ("S2", "S3", "S4"))


def motion(frames: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Let every bone sway about its rest, and the body turn and stand anywhere: (frame, 3) metres of each point."""
    seconds = np.arange(frames)[:, None] / 50.0
    yaw = rng.uniform(0, 2 * np.pi)
    turn = np.array([[np.cos(yaw), -np.sin(yaw), 0], [np.sin(yaw), np.cos(yaw), 0], [0, 0, 1]])
    start = np.array([*rng.uniform(-1, 1, 2), 0.95])
    points: dict[str, np.ndarray] = {}
    for name, (parent, rest) in BODY.items():
        if parent is None:
            points[name] = start + seconds * np.array([0.5, 0, 0])
            continue
        bone = np.subtract(rest, BODY[parent][1])
        length = np.linalg.norm(bone)
        way = bone / length + 0.5 * np.sin(rng.uniform(2, 6, 3) * seconds + rng.uniform(0, 6, 3))
        points[name] = points[parent] + (length * way / np.linalg.norm(way, axis=1, keepdims=True)) @ turn.T
    return points


def laid_out(points: dict[str, np.ndarray], layout: str) -> np.ndarray:
    """Stack the points in a layout's order: (frame, joint, 3)."""
    return np.stack([points[name] for name in LAYOUTS[layout][0].split()], axis=1)


def pixels(points: np.ndarray, lens: dict[str, Any], placed: dict[str, Any]) -> np.ndarray:
    """Project points of the world by Human3.6M's formula; HumanEva's lenses, which are not known, are made up."""
    w, x, y, z = placed["orientation"]
    axes = np.array([
        [1 - 2 * (y * y + z * z), 2 * (x * y + w * z), 2 * (x * z - w * y)],
        [2 * (x * y - w * z), 1 - 2 * (x * x + z * z), 2 * (y * z + w * x)],
        [2 * (x * z + w * y), 2 * (y * z - w * x), 1 - 2 * (x * x + y * y)],
    ])  # fmt: skip
    seen = (points - np.array(placed["translation"]) / 1000.0) @ axes.T
    at = seen[..., :2] / seen[..., 2:]
    focal = np.array(lens.get("focal_length", (700.0, 700.0)))
    center = np.array(lens.get("center", (lens["res_w"] / 2, lens["res_h"] / 2)))
    radial, tangential = (
        lens.get("radial_distortion", (0, 0, 0)),
        np.array(lens.get("tangential_distortion", (0, 0))),
    )
    r2 = (at**2).sum(-1, keepdims=True)
    bent = at * (
        1 + sum(k * r2 ** (n + 1) for n, k in enumerate(radial)) + (at * tangential).sum(-1, keepdims=True)
    )
    return focal * (bent + r2 * tangential) + center


def write(data_set: str, folder: Path, detections: list[str] | None = None, frames: int = 12) -> list[Path]:
    """Write the files of a data set and return where they are."""
    studio, rng = STUDIOS[data_set], np.random.default_rng(0)
    cameras = json.loads((CAMERAS / studio.cameras).read_text("utf-8"))
    chosen = detections or list(studio.detections)[:1]
    poses: dict[str, dict[str, np.ndarray]] = {}
    seen: dict[str, dict[str, dict[str, list[np.ndarray]]]] = {name: {} for name in chosen}
    for subject, action, captured in recordings(studio):
        points = motion(frames + studio.beyond, rng)
        if captured:
            joints = laid_out(points, studio.own_layout)[:frames].astype(np.float32)
            if studio is HUMAN36M:
                every = np.zeros((frames, 32, 3), np.float32)
                every[:, list(HUMAN36M_PLACES)] = joints
                joints = every
            poses.setdefault(subject, {})[action] = joints
        placed = cameras["extrinsics"][subject.rpartition("/")[2]]
        if not any(placed):  # where these cameras stood is not known
            placed = cameras["extrinsics"]["S1"]
        for name in chosen:
            body = laid_out(points, studio.detections[name])
            views = [pixels(body, *each) for each in zip(cameras["intrinsics"], placed, strict=True)]
            noise = 0.0 if name == "gt" else 3.0
            seen[name].setdefault(subject, {})[action] = [
                (view + noise * rng.normal(size=view.shape)).astype(np.float32) for view in views
            ]
    folder.mkdir(parents=True, exist_ok=True)
    written = [_save(folder / f"data_3d_{studio.files}.npz", positions_3d=poses)]
    for name in chosen:
        layout = studio.detections[name]
        names, symmetry = LAYOUTS[layout]
        metadata = {"layout_name": layout, "num_joints": len(names.split()), "keypoints_symmetry": symmetry}
        path = folder / f"data_2d_{studio.files}_{name}.npz"
        written.append(_save(path, positions_2d=seen[name], metadata=metadata))
    return written


def _save(path: Path, **values: Any) -> Path:
    # The layout pickles dictionaries; kinelift reads them without running what is in them.
    np.savez_compressed(path, **{name: np.array(value, dtype=object) for name, value in values.items()})  # pyright: ignore
    return path


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data_set", choices=list(STUDIOS))
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument(
        "--keypoints", nargs="+", metavar="NAME", help="gt, cpn_ft_h36m_dbb, detectron_pt_coco, ..."
    )
    parser.add_argument("--frames", type=int, default=12, help="of each recording")
    given = parser.parse_args()
    print(*write(given.data_set, given.folder, given.keypoints, given.frames), sep="\n")
