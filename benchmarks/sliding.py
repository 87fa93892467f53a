"""How far people's standing feet slide in a video, as lifted and held; printed as JSON.

    python benchmarks/sliding.py VIDEO --people 2

A foot stands while its toe or heel is found to touch the floor. Its sliding is the way that the slower of the two goes
from frame to frame, summed over all its contacts, in centimetres. "found_share" says in how much of the frames any
foot stands at all. The baseline, in the same run, is the same bodies as lifted.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np

import kinelift as kl
from kinelift.body.rows import KeypointRows
from kinelift.passes import MemoryScratch, lift_rows
from kinelift.placing.contacts import FOOT_POINTS
from machine import machine

SIDES = ("left", "right")


def measure(person: kl.Person, camera: kl.Camera) -> dict[str, object]:
    """Lift a person again, feet held and as lifted, and sum up how far standing feet go."""
    held, free = (
        lift_rows(KeypointRows.of(person.keypoints), MemoryScratch(), camera=camera, lock_feet=lock)
        for lock in (True, False)
    )
    assert held.standing is not None
    standing = held.standing[:].reshape(len(person.motion), 2, 2)
    feet = standing.any(-1)
    slides = [_slides(each.person.motion[:], standing) for each in (held, free)]
    return {
        "id": person.id,
        "frames": int(person.motion.observed.sum()),
        "found_share": float(feet.any(-1).mean()),
        "contacts": {side: _spans(feet[:, foot], person.motion.fps) for foot, side in enumerate(SIDES)},
        "sliding_cm": dict(zip(SIDES, slides[0], strict=True)),
        "sliding_cm_as_lifted": dict(zip(SIDES, slides[1], strict=True)),
    }


def _slides(motion: kl.Motion, standing: np.ndarray) -> list[float]:
    """Return for each foot how far its slower standing end goes while it stands, cm."""
    ends = motion.joints[:, [motion.skeleton.index(name) for name in FOOT_POINTS]].astype(float)
    steps = np.linalg.norm(np.diff(ends, axis=0), axis=-1).reshape(-1, 2, 2)
    stay = standing[1:] & standing[:-1]
    slower = np.where(stay, steps, np.inf).min(-1)
    return [100.0 * float(each[np.isfinite(each)].sum()) for each in slower.T]


def _spans(standing: np.ndarray, fps: float) -> list[list[float]]:
    """Return from when to when a foot stands, seconds."""
    edges = np.flatnonzero(np.diff(np.r_[0, standing.astype(int), 0])).reshape(-1, 2)
    return [[round(first / fps, 2), round(stop / fps, 2)] for first, stop in edges.tolist()]


def main() -> None:
    """Measure everybody."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("video", type=Path)
    parser.add_argument("--people", type=int, default=1)
    arguments = parser.parse_args()
    recording = kl.lift_video(arguments.video, people=arguments.people)
    people = [measure(person, recording.camera) for person in recording.people]
    json.dump({"machine": machine(), "people": people}, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
