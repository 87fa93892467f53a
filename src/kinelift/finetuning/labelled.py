"""Motions whose 3D somebody knows, to learn from beside a teacher's."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from kinelift.body.skeleton import H36M_21
from kinelift.finetuning.teacher import LiftedMotion
from kinelift.interop.motion_npz import load_motion


def read_labelled(folder: Path) -> list[LiftedMotion]:
    """Read every motion in a folder, .npz as kinelift writes them, with the joints that its lifters answer with."""
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder}: no such folder of motions.")
    paths = sorted(folder.glob("*.npz"))
    if not paths:
        raise ValueError(f"{folder}: no motions in it; .npz files expected, as kinelift.write writes them.")
    motions = []
    for path in paths:
        motion = load_motion(path)
        if motion.skeleton.names != H36M_21.names:
            raise ValueError(f"{path}: joints of {H36M_21.name} expected, got {motion.skeleton.name}.")
        joints = np.asarray(motion.to_world().joints, np.float32)
        motions.append(LiftedMotion(joints, np.asarray(motion.observed), motion.fps))
    return motions


def labelled_sha256(motions: Sequence[LiftedMotion]) -> str:
    """Return a checksum of motions; none of no motions."""
    digest = hashlib.sha256()
    for motion in motions:
        digest.update(repr(motion.fps).encode() + motion.joints.tobytes() + motion.sure.tobytes())
    return digest.hexdigest() if motions else ""
